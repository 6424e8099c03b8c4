// swift-tools-version: 6.1
import PackageDescription

// Apart from the package that it tries to break, so that nobody builds it who only wants the
// libraries. `run` says with which options it is built: they hold for the libraries, too, which
// cannot be said here.
let package = Package(
  name: "USplitFuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "USplit", path: "..")],
  targets: [
    .target(name: "CLibFuzzer"),
    // Links to the files of the tests that write checkpoints.
    .target(name: "TestSupport"),
    // A link to the folder that the tests of kept inputs share.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "TestSupport", .product(name: "Imaging", package: "USplit"),
        .product(name: "Checkpoint", package: "USplit"),
      ]),
    .executableTarget(
      name: "usplit-fuzz",
      dependencies: [
        "CLibFuzzer", "FuzzTargets", "TestSupport", .product(name: "Imaging", package: "USplit"),
      ], path: "Sources/USplitFuzz"),
  ],
  swiftLanguageModes: [.v6]
)
