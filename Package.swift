// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "swift-ejit",
  products: [
    .library(name: "Ejit", targets: ["Ejit"]),
    .library(name: "EjitText", targets: ["EjitText"]),
    .library(name: "EjitInterpreter", targets: ["EjitInterpreter"]),
    .executable(name: "ejit", targets: ["EjitTool"]),
    .executable(name: "ejit-bench", targets: ["ejit-bench"]),
    .executable(name: "fuzz-lowering", targets: ["fuzz-lowering"]),
  ],
  targets: [
    .target(name: "CEjitShims"),
    .target(name: "ExecutableMemory", dependencies: ["CEjitShims"]),
    .target(name: "Ejit", dependencies: ["ExecutableMemory", "CEjitShims"]),
    .target(name: "EjitText", dependencies: ["Ejit"]),
    .target(name: "EjitInterpreter", dependencies: ["Ejit", "CEjitShims"]),
    .target(name: "EjitImage", dependencies: ["CEjitShims"]),
    .executableTarget(
      name: "EjitTool", dependencies: ["Ejit", "EjitText", "EjitInterpreter", "EjitImage", "CEjitShims"]),
    .target(name: "CMallocCount"),
    .executableTarget(name: "ejit-bench", dependencies: ["Ejit", "CMallocCount", "CEjitShims"]),

    .target(name: "FuzzLowering", dependencies: ["Ejit"], path: "Fuzz/FuzzLowering"),
    .executableTarget(name: "fuzz-lowering", dependencies: ["FuzzLowering"], path: "Fuzz/fuzz-lowering"),

    .target(
      name: "TestSupport", dependencies: ["Ejit", "EjitText", "EjitInterpreter", "EjitImage", "CEjitShims"],
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
    .testTarget(name: "EjitTextTests", dependencies: ["EjitText"]),
    .testTarget(name: "EjitInterpreterTests", dependencies: ["EjitInterpreter", "CEjitShims"]),
    .testTarget(name: "EjitImageTests", dependencies: ["EjitImage"]),
    .testTarget(
      name: "ReadmeTests", dependencies: ["Ejit", "EjitText", "EjitInterpreter", "TestSupport", "CEjitShims"]),
    .target(
      name: "MachineChecks", dependencies: ["Ejit", "EjitText", "EjitInterpreter", "CEjitShims"],
      path: "Tests/MachineChecks"),
    .executableTarget(
      name: "aarch64-runner", dependencies: ["MachineChecks", "CEjitShims"], path: "Tests/AArch64Runner"),
    .testTarget(name: "EjitToolTests", dependencies: ["EjitTool"]),
  ]
)
