// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "swift-ejit",
  products: [
    .library(name: "Ejit", targets: ["Ejit"]),
    .library(name: "EjitText", targets: ["EjitText"]),
    .library(name: "EjitInterpreter", targets: ["EjitInterpreter"]),
  ],
  targets: [
    .target(name: "CEjitShims"),
    .target(name: "ExecutableMemory", dependencies: ["CEjitShims"]),
    .target(name: "Ejit", dependencies: ["ExecutableMemory", "CEjitShims"]),
    .target(name: "EjitText", dependencies: ["Ejit"]),
    .target(name: "EjitInterpreter", dependencies: ["Ejit", "CEjitShims"]),
  ]
)
