// swift-tools-version: 6.2
import PackageDescription

let vmPrograms = [
  "ack", "collatz", "exceptions", "factorial", "fib", "gcd", "interp", "kinds", "mandel", "matmul", "mix", "nbody",
  "poly", "queens", "quicksort", "sieve", "spectral", "strings", "sums", "sumxor",
]

let package = Package(
  name: "swift-ejit",
  products: [
    .library(name: "Ejit", targets: ["Ejit"]),
    .library(name: "EjitText", targets: ["EjitText"]),
    .library(name: "EjitInterpreter", targets: ["EjitInterpreter"]),
    .library(name: "EjitVM", targets: ["EjitVM"]),
    .executable(name: "ejit", targets: ["EjitTool"]),
    .executable(name: "ejit-vm", targets: ["ejit-vm"]),
    .executable(name: "ejit-bench", targets: ["ejit-bench"]),
    .executable(name: "fuzz-lowering", targets: ["fuzz-lowering"]),
    .executable(name: "fuzz-encoding", targets: ["fuzz-encoding"]),
    .executable(name: "fuzz-execution", targets: ["fuzz-execution"]),
    .executable(name: "fuzz-text", targets: ["fuzz-text"]),
    .executable(name: "fuzz-arena", targets: ["fuzz-arena"]),
    .executable(name: "fuzz-vm-load", targets: ["fuzz-vm-load"]),
    .executable(name: "fuzz-vm-run", targets: ["fuzz-vm-run"]),
  ],
  targets: [
    .target(name: "CEjitShims"),
    .target(name: "ExecutableMemory", dependencies: ["CEjitShims"]),
    .target(name: "Ejit", dependencies: ["ExecutableMemory", "CEjitShims"]),
    .target(name: "EjitText", dependencies: ["Ejit"]),
    .target(name: "EjitInterpreter", dependencies: ["Ejit", "CEjitShims"]),
    .target(name: "EjitVM", dependencies: ["Ejit", "EjitText", "CEjitShims"]),
    .target(
      name: "VMPrograms", dependencies: ["EjitVM"], path: "Tests/VMPrograms",
      resources: vmPrograms.map { .embedInCode("\($0).evmasm") }),
    .executableTarget(name: "ejit-vm", dependencies: ["EjitVM", "VMPrograms", "CEjitShims"]),
    .target(name: "VMReference", dependencies: ["EjitVM"], path: "Tests/VMReference"),
    .target(name: "EjitImage", dependencies: ["CEjitShims"]),
    .executableTarget(
      name: "EjitTool", dependencies: ["Ejit", "EjitText", "EjitInterpreter", "EjitImage", "CEjitShims"]),
    .target(name: "CMallocCount"),
    .executableTarget(
      name: "ejit-bench",
      dependencies: ["Ejit", "EjitVM", "VMPrograms", "Expectations", "FloatSweep", "CMallocCount", "CEjitShims"]),
    .target(name: "FloatInputs", dependencies: ["Ejit"], path: "Tests/FloatInputs"),
    .target(
      name: "FloatSweep",
      dependencies: ["Ejit", "EjitInterpreter", "EjitImage", "FloatInputs"], path: "Tests/FloatSweep"),
    .target(name: "Expectations", dependencies: ["Ejit", "EjitText", "CEjitShims"], path: "Tests/Expectations"),

    .target(name: "CFuzzMain", path: "Fuzz/CFuzzMain"),
    .target(name: "FuzzInput", dependencies: ["Ejit", "EjitText"], path: "Fuzz/FuzzInput"),
    .target(name: "FuzzLowering", dependencies: ["Ejit", "FuzzInput", "CFuzzMain"], path: "Fuzz/FuzzLowering"),
    .executableTarget(name: "fuzz-lowering", dependencies: ["FuzzLowering", "CFuzzMain"], path: "Fuzz/fuzz-lowering"),
    .target(name: "FuzzText", dependencies: ["EjitText", "FuzzInput", "CFuzzMain"], path: "Fuzz/FuzzText"),
    .executableTarget(name: "fuzz-text", dependencies: ["FuzzText", "CFuzzMain"], path: "Fuzz/fuzz-text"),
    .target(name: "FuzzArena", dependencies: ["ExecutableMemory", "CFuzzMain", "CEjitShims"], path: "Fuzz/FuzzArena"),
    .executableTarget(name: "fuzz-arena", dependencies: ["FuzzArena", "CFuzzMain"], path: "Fuzz/fuzz-arena"),
    .target(
      name: "FuzzVMLoad", dependencies: ["EjitVM", "VMPrograms", "VMReference", "FuzzInput", "CFuzzMain"],
      path: "Fuzz/FuzzVMLoad"),
    .executableTarget(name: "fuzz-vm-load", dependencies: ["FuzzVMLoad", "CFuzzMain"], path: "Fuzz/fuzz-vm-load"),
    .target(
      name: "RandomBytecode", dependencies: ["EjitVM", "VMReference", "FuzzInput"], path: "Fuzz/RandomBytecode"),
    .target(name: "FuzzVMRun", dependencies: ["RandomBytecode", "CFuzzMain"], path: "Fuzz/FuzzVMRun"),
    .executableTarget(name: "fuzz-vm-run", dependencies: ["FuzzVMRun", "CFuzzMain"], path: "Fuzz/fuzz-vm-run"),
    .target(
      name: "FuzzExecution",
      dependencies: ["Ejit", "EjitText", "EjitInterpreter", "EjitImage", "FloatInputs", "CEjitShims"],
      path: "Fuzz/FuzzExecution"),
    .executableTarget(name: "fuzz-execution", dependencies: ["FuzzExecution"], path: "Fuzz/fuzz-execution"),
    .target(
      name: "FuzzEncoding", dependencies: ["Ejit", "Expectations", "FuzzInput", "CFuzzMain"],
      path: "Fuzz/FuzzEncoding"),
    .executableTarget(name: "fuzz-encoding", dependencies: ["FuzzEncoding", "CFuzzMain"], path: "Fuzz/fuzz-encoding"),

    .target(
      name: "TestSupport",
      dependencies: ["Ejit", "EjitText", "EjitInterpreter", "EjitImage", "FloatInputs", "CEjitShims"],
      path: "Tests/TestSupport"),
    .executableTarget(name: "fault-chain", dependencies: ["CEjitShims"], path: "Tests/FaultChain"),
    .testTarget(name: "ExecutableMemoryTests", dependencies: ["ExecutableMemory", "CEjitShims"]),
    .testTarget(
      name: "EjitTests",
      dependencies: [
        "Ejit", "EjitText", "EjitInterpreter", "FuzzLowering", "MachineChecks", "TestSupport", "CEjitShims",
        "CMallocCount",
      ],
      exclude: ["Listings"]),
    .testTarget(name: "ExpectationsTests", dependencies: ["Expectations", "Ejit"]),
    .testTarget(name: "EjitTextTests", dependencies: ["EjitText"]),
    .testTarget(name: "EjitInterpreterTests", dependencies: ["EjitInterpreter", "FloatInputs", "CEjitShims"]),
    .testTarget(name: "EjitImageTests", dependencies: ["EjitImage"]),
    .testTarget(
      name: "ReadmeTests", dependencies: ["Ejit", "EjitText", "EjitInterpreter", "TestSupport", "CEjitShims"]),
    .target(
      name: "MachineChecks", dependencies: ["Ejit", "EjitText", "EjitInterpreter", "CEjitShims"],
      path: "Tests/MachineChecks"),
    .executableTarget(
      name: "aarch64-runner", dependencies: ["MachineChecks", "VMChecks", "CEjitShims"], path: "Tests/AArch64Runner"),
    .target(name: "CVMCallees", path: "Tests/CVMCallees"),
    .target(
      name: "VMChecks", dependencies: ["EjitVM", "VMPrograms", "VMReference", "Ejit", "CVMCallees", "CEjitShims"],
      path: "Tests/VMChecks", swiftSettings: [.define("INTERNALS", .when(configuration: .debug))]),
    .testTarget(name: "EjitToolTests", dependencies: ["EjitTool"]),
    .testTarget(name: "EjitVMToolTests", dependencies: ["ejit-vm"]),
    .testTarget(
      name: "EjitVMTests", dependencies: ["EjitVM", "RandomBytecode", "VMChecks", "VMPrograms", "VMReference"]),
  ]
)
