import CEjitShims
import Ejit

/// LLVM's disassembler, in this process: one instruction at a time, with its length. Its C interface:
/// llvm-c/Disassembler.h.
public final class LLVMDisassembler {
  private typealias Create =
    @convention(c) (
      UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer?, CInt,
      UnsafeMutableRawPointer?, UnsafeMutableRawPointer?
    ) -> UnsafeMutableRawPointer?
  private typealias SetOptions = @convention(c) (UnsafeMutableRawPointer, UInt64) -> CInt
  private typealias Disassemble =
    @convention(c) (
      UnsafeMutableRawPointer, UnsafePointer<UInt8>?, UInt64, UInt64, UnsafeMutablePointer<UInt8>, Int
    ) -> Int

  private static let names = [
    "libLLVM-14.so.1", "libLLVM-15.so.1", "libLLVM-16.so.1", "libLLVM-17.so.1", "libLLVM.so.18.1", "libLLVM.so.19.1",
    "libLLVM.so.20.1", "libLLVM.so.21.1",
  ]
  private static let library: UInt? = names.lazy.compactMap { ejit_open_library($0) }.first.map { UInt(bitPattern: $0) }

  private let context: UnsafeMutableRawPointer
  private let disassemble: Disassemble
  private let text = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)

  /// Nil where LLVM's library is not installed.
  public init?(for architecture: Target.Architecture) {
    guard let create = LLVMDisassembler.symbol("LLVMCreateDisasmCPUFeatures", Create.self),
      let setOptions = LLVMDisassembler.symbol("LLVMSetDisasmOptions", SetOptions.self),
      let disassemble = LLVMDisassembler.symbol("LLVMDisasmInstruction", Disassemble.self)
    else { return nil }
    let name = architecture == .x86_64 ? "X86" : "AArch64"
    for part in ["TargetInfo", "TargetMC", "Disassembler"] {
      typealias Initialize = @convention(c) () -> Void
      LLVMDisassembler.symbol("LLVMInitialize\(name)\(part)", Initialize.self)?()
    }
    let isX86_64 = architecture == .x86_64
    let context = create(
      isX86_64 ? "x86_64-linux-gnu" : "aarch64-linux-gnu", "", isX86_64 ? "" : "+v8.5a", nil, 0, nil, nil)
    guard let context else { return nil }
    _ = setOptions(context, isX86_64 ? 4 : 0)  // LLVMDisassembler_Option_AsmPrinterVariant: Intel's syntax
    (self.context, self.disassemble) = (context, disassemble)
  }

  private static func symbol<Function>(_ name: String, _: Function.Type) -> Function? {
    guard let library, let handle = UnsafeMutableRawPointer(bitPattern: library) else { return nil }
    return ejit_library_symbol(handle, name).map { unsafeBitCast($0, to: Function.self) }
  }

  /// The first instruction of `bytes`: its text, single blanks, valid until the next call, and how many bytes it takes;
  /// nil if it is none.
  func first(of bytes: UnsafeBufferPointer<UInt8>) -> (text: UnsafeBufferPointer<UInt8>, length: Int)? {
    let length = disassemble(context, bytes.baseAddress, UInt64(bytes.count), 0, text, 256)
    guard length > 0, length <= bytes.count else { return nil }
    var (count, end) = (0, 0)
    while text[count] != 0 {
      let byte = text[count] == 9 ? 32 : text[count]
      count += 1
      if byte == 32 && (end == 0 || text[end - 1] == 32) { continue }
      text[end] = byte
      end += 1
    }
    while end > 0, text[end - 1] == 32 { end -= 1 }
    return (UnsafeBufferPointer(start: text, count: end), length)
  }
}
