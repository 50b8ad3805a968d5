import CEjitShims

/// Runs something on a thread with a stack of its own: nested calls of compiled code take room there.
enum MachineThread {
  private final class Job {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Bytes for so many nested calls, whichever tiers they alternate between; they take memory when they are touched.
  static func stackBytes(depthLimit: Int) -> Int { 1 << 24 + depthLimit * 5120 }

  /// Waits until `body` has run. False: the system gives no such thread, and it has not run.
  static func run(stackBytes: Int, _ body: @escaping () -> Void) -> Bool {
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
