import CEjitShims

/// Runs something on a thread with a stack of its own: nested calls of compiled code take room there.
enum MachineThread {
  private final class Job {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Bytes; they take memory when they are touched.
  static let stackBytes = 1 << 29

  /// Waits until `body` has run. False: the system gives no such thread, and it has not run.
  static func run(_ body: @escaping () -> Void) -> Bool {
    let context = Unmanaged.passRetained(Job(body))
    var thread: UInt = 0
    let status = ejit_thread_start_with_stack(
      { context in
        guard let context else { return }
        Unmanaged<Job>.fromOpaque(context).takeUnretainedValue().body()
      }, context.toOpaque(), stackBytes, &thread)
    if status == 0 { _ = ejit_thread_join(thread) }
    context.release()
    return status == 0
  }
}
