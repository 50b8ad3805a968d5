import CEjitShims

ejit_exit(Tool.run(Array(CommandLine.arguments.dropFirst())).rawValue)
