// swift-tools-version: 6.1
import PackageDescription

// Apart from the package that it measures, so that nobody builds it who only wants the libraries.
let libtorch =
  Context.environment["LIBTORCH"] ?? Context.packageDirectory + "/../.libtorch"

let package = Package(
  name: "USplitBenchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "USplit", path: "..")],
  targets: [
    .executableTarget(
      name: "usplit-bench",
      dependencies: [
        .product(name: "USplit", package: "USplit"),
        .product(name: "Torch", package: "USplit"),
        .product(name: "Imaging", package: "USplit"),
      ],
      path: "Sources/USplitBench",
      linkerSettings: [.unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", libtorch + "/lib"])])
  ],
  swiftLanguageModes: [.v6]
)
