// swift-tools-version: 6.1
import PackageDescription

// Apart from the package that it tries to break, so that nobody builds it who only wants the
// libraries. `run` says with which options it is built: they hold for the libraries, too, which
// cannot be said here.
let programs = [
  "fuzz-tiff": "FuzzTIFF", "fuzz-ome-xml": "FuzzOMEXML", "fuzz-imagej": "FuzzImageJ",
  "fuzz-zarr-metadata": "FuzzZarrMetadata", "fuzz-zarr-chunk": "FuzzZarrChunk",
  "fuzz-shard": "FuzzShard", "fuzz-checkpoint": "FuzzCheckpoint", "fuzz-pickle": "FuzzPickle",
]

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
    .target(
      name: "Fuzzing",
      dependencies: [
        "CLibFuzzer", "FuzzTargets", "TestSupport", .product(name: "Imaging", package: "USplit"),
      ]),
  ]
    + programs.map { name, folder in
      .executableTarget(
        name: name, dependencies: ["Fuzzing", "FuzzTargets"], path: "Sources/\(folder)")
    },
  swiftLanguageModes: [.v6]
)
