/// A call to the operating system failed.
public struct SystemError: Error, Equatable, Sendable {
  /// What was asked of the system. The names are those of Unix; other systems have calls for the same.
  public enum Call: UInt8, Sendable {
    /// Getting addresses or pages: `mmap`, `VirtualAlloc`, `MapViewOfFile`.
    case map
    /// Changing what may be done with pages: `mprotect`, `VirtualProtect`, Darwin's write toggle for JIT pages.
    case protect
    /// Giving pages back: `munmap`, `VirtualFree`.
    case unmap
    /// Making memory that can be mapped twice: `memfd_create`, `shm_open`, `CreateFileMapping`.
    case createSharedMemory
    /// Giving that memory its size: `ftruncate` and seals.
    case resizeSharedMemory
    /// Making a lock: `pthread_mutex_init`.
    case createLock
    /// Guarding code: `sigaction`, `AddVectoredExceptionHandler`, and memory for what the handlers read.
    case catchFaults
  }

  /// The call that failed.
  public let call: Call

  /// The error number of the system, positive (`ENOMEM`, `EACCES`, …).
  public let errno: Int32

  init(_ call: Call, errno: Int32) {
    self.call = call
    self.errno = errno
  }

  // The same numbers on every supported system.
  static let outOfMemory: Int32 = 12
  static let invalidArgument: Int32 = 22
}

extension SystemError: CustomStringConvertible {
  /// The call and the number, such as `map: errno 12`.
  public var description: String { "\(call.name): errno \(errno)" }
}

extension SystemError.Call {
  fileprivate var name: String {
    switch self {
    case .map: "map"
    case .protect: "protect"
    case .unmap: "unmap"
    case .createSharedMemory: "create shared memory"
    case .resizeSharedMemory: "resize shared memory"
    case .createLock: "create lock"
    case .catchFaults: "catch faults"
    }
  }
}

/// Why a `CodeArena` refused.
public enum MemoryError: Error, Equatable, Sendable {
  /// No free range is long enough, also after `CodeArena.collect`.
  case arenaFull
  /// The operating system refused.
  case system(SystemError)
  /// The block is not live in this arena (freed, retired, or of another one), or bytes lie outside of it; an alignment
  /// or a place to patch is none.
  case invalidRange
  /// No branch that may stand there leads so far.
  case outOfReach
}
