import CEjitShims
import Ejit

/// A program of C, compiled on the spot and run: in a process of the host, or under qemu-aarch64.
public enum CProgram {
  /// Compiles `source` for `machine`, runs it, and returns what it printed.
  public static func run(_ source: String, on machine: TestMachine) throws(ToolError) -> String {
    let file = try ScratchFile([UInt8](source.utf8))
    let executable = try ScratchFile()
    let crossed = ["--target=aarch64-linux-gnu", "-static", "-fuse-ld=lld"]
    try Tool.clang.run(
      [
        "-x", "c", file.path, "-o", executable.path, "-O1", "-w", "-fno-omit-frame-pointer",
        "-fno-optimize-sibling-calls",
      ] + (machine.isNative ? [] : crossed))
    let output = try Tool.run(machine.isNative ? [executable.path] : ["qemu-aarch64-static", executable.path])
    return String(decoding: output, as: UTF8.self)
  }

  /// A definition of the bytes of `code` as an array, and `load`, which makes an executable copy of them.
  public static func definitions(of code: [UInt8]) -> String {
    """
    #include <stdint.h>
    #include <stdio.h>
    #include <stdarg.h>
    #include <string.h>
    #include <sys/mman.h>
    static const unsigned char code[] = {\(code.map { String($0) }.joined(separator: ","))};
    static const char *load(void) {
      char *copy = mmap(0, sizeof code, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      memcpy(copy, code, sizeof code);
      mprotect(copy, sizeof code, PROT_READ | PROT_EXEC);
      __builtin___clear_cache(copy, copy + sizeof code);
      return copy;
    }

    """
  }
}
