import Ejit

/// Why there is no machine for a module.
public enum VMError: Error {
  /// The module may not be executed.
  case refused(VerifyError)
  /// The module expects this host function, and it was not given.
  case missingHost(String)
  /// More host functions than a call can name: 65,536.
  case tooManyHosts
  /// The schedule cannot be read: the line, from 1.
  case schedule(line: Int)
  /// The module's strings do not fit into the memory limit.
  case outOfMemory
  /// The system refuses addresses for the frames.
  case noStack
  /// A function that replaces another one has a frame of more slots than there is room for.
  case frameTooLarge
  /// A function that replaces another one has another name or number of arguments, or there is none with this number.
  case otherFunction
}
