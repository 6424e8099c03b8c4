// swift-tools-version: 6.1
import PackageDescription

// Apart from the package that it tries to break, so that nobody builds it who only wants the
// libraries.
let imaging: [Target.Dependency] = [
  "Fuzzing", "ImageSeeds", .product(name: "Imaging", package: "USplit"),
]

let package = Package(
  name: "USplitFuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "USplit", path: "..")],
  targets: [
    .target(name: "Fuzzing"),
    // Links to the files of the tests that write checkpoints.
    .target(name: "Seeds"),
    .target(
      name: "ImageSeeds",
      dependencies: ["Fuzzing", .product(name: "Imaging", package: "USplit")]),
    .executableTarget(
      name: "fuzz-pickle",
      dependencies: ["Fuzzing", .product(name: "Checkpoint", package: "USplit")],
      path: "Sources/FuzzPickle"),
    .executableTarget(
      name: "fuzz-checkpoint",
      dependencies: ["Fuzzing", "Seeds", .product(name: "Checkpoint", package: "USplit")],
      path: "Sources/FuzzCheckpoint"),
    .executableTarget(name: "fuzz-tiff", dependencies: imaging, path: "Sources/FuzzTIFF"),
    .executableTarget(name: "fuzz-ome-xml", dependencies: imaging, path: "Sources/FuzzOMEXML"),
    .executableTarget(name: "fuzz-imagej", dependencies: imaging, path: "Sources/FuzzImageJ"),
    .executableTarget(
      name: "fuzz-zarr-metadata", dependencies: imaging, path: "Sources/FuzzZarrMetadata"),
    .executableTarget(
      name: "fuzz-zarr-chunk", dependencies: imaging, path: "Sources/FuzzZarrChunk"),
    .executableTarget(name: "fuzz-shard", dependencies: imaging, path: "Sources/FuzzShard"),
  ],
  swiftLanguageModes: [.v6]
)
