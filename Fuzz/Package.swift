// swift-tools-version: 6.1
import PackageDescription

// Apart from the package that it tries to break, so that nobody builds it who only wants the
// libraries.
let package = Package(
  name: "USplitFuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "USplit", path: "..")],
  targets: [
    .target(name: "Fuzzing"),
    // Links to the files of the tests that write checkpoints.
    .target(name: "Seeds"),
    .executableTarget(
      name: "fuzz-pickle",
      dependencies: ["Fuzzing", .product(name: "Checkpoint", package: "USplit")],
      path: "Sources/FuzzPickle"),
    .executableTarget(
      name: "fuzz-checkpoint",
      dependencies: ["Fuzzing", "Seeds", .product(name: "Checkpoint", package: "USplit")],
      path: "Sources/FuzzCheckpoint"),
  ],
  swiftLanguageModes: [.v6]
)
