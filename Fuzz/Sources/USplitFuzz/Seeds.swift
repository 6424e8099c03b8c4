import Foundation
import FuzzTargets

/// First inputs for libFuzzer: good ones that are made here, and files of a folder in the form of
/// inputs.
enum Seeds {
  /// Longer files are of no use to libFuzzer.
  static let sizeLimit = 1 << 14
  /// The most files of a folder that are taken, the smallest first.
  static let countLimit = 500

  /// Writes them.
  ///
  /// - Parameter arguments: the folder to write to, and perhaps one to take files from
  static func write(_ target: FuzzTarget, _ arguments: [String]) throws {
    guard (1...2).contains(arguments.count) else { throw CocoaError(.fileNoSuchFile) }
    let folder = URL(fileURLWithPath: arguments[0])
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var inputs = good(target)
    if arguments.count == 2 { inputs += try found(target, in: arguments[1]) }
    for (number, input) in inputs.enumerated() where input.count <= sizeLimit {
      try Data(input).write(to: folder.appendingPathComponent("seed-\(number)"))
    }
  }

  private static func good(_ target: FuzzTarget) -> [[UInt8]] {
    switch target {
    case .tiff: TIFFSeeds.files
    case .omeXML: MarkupSeeds.texts
    case .imageJ: ImageJSeeds.inputs.map(\.bytes)
    case .zarrMetadata: ZarrSeeds.metadata
    case .zarrChunk: ZarrSeeds.chunks
    case .shard: ZarrSeeds.shards
    case .checkpoint: CheckpointSeeds.inputs
    case .pickle: CheckpointSeeds.pickles
    }
  }

  /// What the files of a folder are as inputs of a target.
  private static func found(_ target: FuzzTarget, in folder: String) throws -> [[UInt8]] {
    let root = URL(fileURLWithPath: folder)
    guard let paths = FileManager.default.enumerator(atPath: folder) else {
      throw CocoaError(.fileReadNoSuchFile, userInfo: [NSFilePathErrorKey: folder])
    }
    var inputs: Set<[UInt8]> = []
    for path in paths.compactMap({ $0 as? String }) {
      let url = root.appendingPathComponent(path)
      let values = try url.resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey])
      guard values.isRegularFile == true, (values.fileSize ?? 0) <= sizeLimit else { continue }
      let makeInputs = form(target, path)
      if makeInputs.isEmpty { continue }
      let bytes = [UInt8](try Data(contentsOf: url))
      for makeInput in makeInputs { inputs.insert(makeInput(bytes)) }
    }
    let sorted = inputs.sorted {
      $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count < $1.count
    }
    return Array(sorted.prefix(countLimit))
  }

  /// How inputs are made of a file with the given path; empty where it is of another kind.
  private static func form(_ target: FuzzTarget, _ path: String) -> [([UInt8]) -> [UInt8]] {
    let name = (path as NSString).lastPathComponent
    // In Zarr, the files of chunks are named by numbers alone.
    let isChunk = name.allSatisfy { $0.isNumber || $0 == "." }
    switch target {
    case .tiff where name.hasSuffix(".tif") || name.hasSuffix(".tiff"): return [{ $0 }]
    case .omeXML where name.hasSuffix(".companion.ome") || name.hasSuffix(".ome.xml"):
      return [{ $0 }]
    case .omeXML where name.hasSuffix(".ome.tif"): return [{ text(in: $0, from: "<?xml") }]
    case .imageJ where path.hasPrefix("imagej/"): return [{ text(in: $0, from: "ImageJ=") + [0] }]
    case .zarrMetadata where name == ".zattrs": return [{ [0] + $0 }]
    case .zarrMetadata where name == ".zarray": return [{ [4] + $0 }]
    case .zarrMetadata where name == "zarr.json": return [{ [1] + $0 }, { [5] + $0 }]
    case .zarrChunk where isChunk:
      return [{ bytes in ChunkInput(codec: ChunkInput.codec(of: bytes), bytes).bytes }]
    case .shard where isChunk && path.contains("shard"):
      return [
        { ShardInput($0).bytes }, { ShardInput($0, isIndexFirst: true).bytes },
      ]
    case .checkpoint where name.hasSuffix(".ckpt"): return [{ [0] + $0 }]
    case .pickle where name.hasSuffix(".pkl"): return [{ $0 }]
    default: return []
    }
  }

  /// What stands between the given beginning and the next zero.
  private static func text(in bytes: [UInt8], from start: String) -> [UInt8] {
    guard let range = Data(bytes).range(of: Data(start.utf8)) else { return [] }
    return Array(bytes[range.lowerBound...].prefix { $0 != 0 })
  }
}
