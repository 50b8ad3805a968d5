enum Usage {
  static let text = """
    usage: ejit-vm                                    the bundled programs in both tiers, as a table
           ejit-vm run [OPTION]... FILE [FUNCTION] [ARG]...
           ejit-vm check FILE                         verifies only
           ejit-vm asm FILE -o OUT                    from text (.evmasm) to binary (.evm)
           ejit-vm disasm FILE                        from either to text

    run calls FUNCTION (main, or the first one) and prints what it returns.
    ARG is 42, 0x2a, 1.5, true, false, nil or "text" with its quotes.

      --tier auto|interpreter|jit    jit compiles a function at its first call
      --threshold N                  calls and loop passes before a function is compiled (1000)
      --deopt-every N                forces every Nth check of compiled code to fail
      --schedule FILE                lines FUNCTION NTH-CALL TIER: which tier runs which call
      --stats [json]                 what the tiers did, to standard error
      --dump LIST                    of bytecode,microops,ir,code, to standard error
      --perf-map                     names compiled code in /tmp/perf-PID.map
      --code-budget BYTES            how much compiled code may exist at once
      --gc-every N                   collects garbage at every Nth allocation
      --no-opt                       compiles without optimizations; checks stay

    Exit status: 0 fine, 1 the program trapped, 2 a file or command line that is refused.

    """
}
