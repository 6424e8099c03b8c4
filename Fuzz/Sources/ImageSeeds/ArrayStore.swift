import Foundation
import Imaging

/// A Zarr array of 32 × 32 pixels of 16 bits in one chunk or shard.
public struct ArrayStore: Sendable {
  /// Rows and columns.
  public static let side = 32
  /// The folder of the array.
  public let folder: URL
  /// The file of the only chunk or shard.
  public let chunk: URL

  /// An array with the given metadata, in place of one that was there.
  ///
  /// - Parameters:
  ///   - metadata: the text of `.zarray` or `zarr.json`
  ///   - format: the version of Zarr, 2 or 3
  public init(_ scratch: Scratch, _ name: String, metadata: String, format: Int) {
    folder = scratch.folder.appendingPathComponent(name)
    chunk = folder.appendingPathComponent(format == 2 ? "0/0" : "c/0/0")
    do {
      try FileManager.default.createDirectory(
        at: chunk.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(metadata.utf8).write(
        to: folder.appendingPathComponent(format == 2 ? ".zarray" : "zarr.json"))
    } catch {
      preconditionFailure("cannot write \(folder.path): \(error)")
    }
  }

  /// An array of version 2 with the given JSON for its compressor.
  public static func version2(
    _ scratch: Scratch, _ name: String, compressor: String, order: String = "C",
    type: String = "<u2"
  ) -> ArrayStore {
    ArrayStore(
      scratch, name,
      metadata: """
        {"zarr_format":2,"shape":[32,32],"chunks":[32,32],"dtype":"\(type)","fill_value":0,\
        "order":"\(order)","filters":null,"dimension_separator":"/","compressor":\(compressor)}
        """, format: 2)
  }

  /// An array of version 3 with the given JSON for its codecs.
  public static func version3(_ scratch: Scratch, _ name: String, codecs: String) -> ArrayStore {
    ArrayStore(
      scratch, name,
      metadata: """
        {"zarr_format":3,"node_type":"array","shape":[32,32],"data_type":"uint16","fill_value":0,\
        "chunk_grid":{"name":"regular","configuration":{"chunk_shape":[32,32]}},\
        "chunk_key_encoding":{"name":"default","configuration":{"separator":"/"}},\
        "dimension_names":["y","x"],"attributes":{},"codecs":\(codecs)}
        """, format: 3)
  }

  /// Reads the array with the given bytes for its chunk; whether they were taken.
  public func read(_ bytes: some Sequence<UInt8>) -> Bool {
    do {
      try Data(bytes).write(to: chunk)
    } catch {
      preconditionFailure("cannot write \(chunk.path): \(error)")
    }
    return ImageCheck.read { () throws(ImagingError) in try OMEZarr.images(folder) }
  }
}
