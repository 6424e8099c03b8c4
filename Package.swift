// swift-tools-version: 6.1
import PackageDescription

// LibTorch's headers and link flags come from the pkg-config file that `Scripts/setup` writes, so
// that library targets carry no unsafe flags and other packages can depend on them. Only what is
// run from here (the command and the tests) is told where to find LibTorch at run time.
let libtorch = Context.environment["LIBTORCH"] ?? Context.packageDirectory + "/.libtorch"
let findLibTorch: [LinkerSetting] = [
  .unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", libtorch + "/lib"])
]

let package = Package(
  name: "USplit",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "USplit", targets: ["USplit"]),
    .library(name: "Torch", targets: ["Torch"]),
    .library(name: "Imaging", targets: ["Imaging"]),
    .library(name: "Checkpoint", targets: ["Checkpoint"]),
    .executable(name: "usplit", targets: ["USplitCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: [
    .systemLibrary(name: "CLibTorch", pkgConfig: "usplit-libtorch"),
    .systemLibrary(
      name: "CLibTIFF", pkgConfig: "libtiff-4",
      providers: [.apt(["libtiff-dev"]), .brew(["libtiff"])]),
    .systemLibrary(
      name: "CLibPNG", pkgConfig: "libpng",
      providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(
      name: "CBlosc", pkgConfig: "blosc",
      providers: [.apt(["libblosc-dev"]), .brew(["c-blosc"])]),
    .systemLibrary(
      name: "CZstd", pkgConfig: "libzstd",
      providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

    .target(
      name: "CTorch", dependencies: ["CLibTorch"], exclude: ["gloo-names"],
      cxxSettings: [.headerSearchPath("gloo-names")]),
    .target(
      name: "CImageIO", dependencies: ["CLibTIFF", "CLibPNG", "CBlosc", "CZstd", "CZlib"]),
    .target(name: "JSON"),
    .target(name: "Safetensors", dependencies: ["JSON"]),
    .target(name: "Checkpoint", dependencies: ["JSON"]),
    .target(name: "Torch", dependencies: ["CTorch", "Safetensors"]),
    .target(name: "Imaging", dependencies: ["CImageIO", "JSON"]),
    .target(name: "Experiment", dependencies: ["JSON"]),
    .target(name: "Report"),
    .target(
      name: "Dashboard",
      dependencies: [
        "Experiment", "Imaging", "JSON", .product(name: "FlyingSocks", package: "FlyingFox"),
      ],
      resources: [.copy("Page")]),
    .target(
      name: "USplit",
      dependencies: ["Torch", "Imaging", "Experiment", "JSON", "Safetensors", "Checkpoint"]),
    .target(
      name: "Reproduction", dependencies: ["USplit", "Torch", "Imaging", "Experiment", "Report"]),
    .executableTarget(
      name: "USplitCLI",
      dependencies: [
        "USplit", "Torch", "Imaging", "Experiment", "JSON", "Checkpoint", "Reproduction",
        "Dashboard",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      linkerSettings: findLibTorch),

    .target(name: "TestSupport", dependencies: ["Safetensors"], path: "Tests/TestSupport"),
    .testTarget(name: "SafetensorsTests", dependencies: ["Safetensors", "TestSupport"]),
    .testTarget(
      name: "CheckpointTests", dependencies: ["Checkpoint", "TestSupport"],
      resources: [.copy("Resources/config.pkl")]),
    .testTarget(
      name: "TorchTests", dependencies: ["Torch", "TestSupport"], linkerSettings: findLibTorch),
    .testTarget(name: "ImagingTests", dependencies: ["Imaging", "JSON", "TestSupport"]),
    .target(
      name: "FuzzTargets", dependencies: ["Imaging", "Checkpoint", "TestSupport"],
      path: "Tests/FuzzTargets"),
    .testTarget(
      name: "FuzzRegressionTests", dependencies: ["FuzzTargets"], resources: [.copy("Corpus")]),
    .testTarget(name: "ExperimentTests", dependencies: ["Experiment", "TestSupport"]),
    .testTarget(
      name: "DashboardTests", dependencies: ["Dashboard", "Experiment", "Imaging", "TestSupport"]),
    .testTarget(name: "ReportTests", dependencies: ["Report", "TestSupport"]),
    .testTarget(
      name: "USplitTests", dependencies: ["USplit", "TestSupport"], linkerSettings: findLibTorch),
    .testTarget(
      name: "ReproductionTests", dependencies: ["Reproduction", "TestSupport"],
      linkerSettings: findLibTorch),
    .testTarget(
      name: "FixtureTests", dependencies: ["USplit", "Torch", "Imaging", "TestSupport"],
      resources: [.copy("Goldens")], linkerSettings: findLibTorch),
    .testTarget(
      name: "CommandTests",
      dependencies: ["USplitCLI", "Torch", "Imaging", "Experiment", "Safetensors", "TestSupport"],
      linkerSettings: findLibTorch),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
