import Ejit

enum Usage {
  static let text = """
    usage: ejit run FILE [FUNCTION] [--input PATH] [--output N] [--arg V]... [--engine ENGINE]
           ejit test PATH... [--engine ENGINE]
           ejit lower FILE [--target x86-64|aarch64] [--features LIST] [--out BIN]

    run    calls a function (the first one, if none is named) and prints FUNCTION(arguments) = VALUE
           The arguments, in this order: with --input the address of the file's bytes and how many they are, with
           --output the address of N zero bytes, which are printed after the run in hexadecimal, then each V: an
           integer (decimal, or hexadecimal behind 0x) or a floating-point number.
    test   runs the directives of every .ejit file in the given files and folders
           ; run: NAME(1, "text", out 2) == 3 => 00 ff    calls a function and compares
           ; error: KIND                                  on a line that both targets must refuse
           ; bytes x86-64: 48 89 f8                       the code of the function above, without optional features
    lower  prints the machine code: offset, bytes, instruction (and disassembly, where llvm-objdump is found)
           LIST names optional features, separated by commas, or host for those of this machine:
           \(Features.list)

    ENGINE is native (the default), interpreter, x86-64 or aarch64. On other machines aarch64 runs under qemu-aarch64;
    a program with extern needs the AArch64 runner there, whose path is taken from EJIT_AARCH64_RUNNER.

    Exit status: 0 fine, 1 wrong result, 2 usage or unreadable file, 3 this engine cannot run here.

    """
}
