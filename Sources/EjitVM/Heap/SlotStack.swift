import CEjitShims

/// Memory for the frames of a machine, which takes room when it is touched.
final class SlotStack {
  let bottom: UnsafeMutablePointer<Slot>
  private let bytes: Int

  /// nil: the system does not give so many addresses.
  init?(slots: Int) {
    let page = ejit_page_size()
    bytes = (slots * MemoryLayout<Slot>.stride + page - 1) & ~(page - 1)
    var address: UnsafeMutableRawPointer?
    guard ejit_reserve(bytes, &address) == 0, let address else { return nil }
    guard ejit_protect_read_write(address, bytes) == 0 else {
      ejit_unmap(address, bytes)
      return nil
    }
    bottom = address.assumingMemoryBound(to: Slot.self)
  }

  deinit { ejit_unmap(bottom, bytes) }
}
