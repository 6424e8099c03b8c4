import Foundation
import Imaging

/// A Zarr array of one chunk or shard of 32 × 32 pixels.
public struct ArrayStore: Sendable {
  /// Rows and columns of the chunk.
  public static let side = 32
  /// Rows and columns of the array.
  var size = (height: side, width: side)
  /// The type as the version of Zarr spells it.
  var type = "uint16"
  /// The JSON of the compressor (version 2) or of all codecs (version 3).
  var codecs = "null"
  /// What runs fastest in version 2, `C` or `F`.
  var order = "C"

  /// Writes the array with the given bytes for its chunk and reads it; whether they were taken.
  ///
  /// - Parameter format: the version of Zarr, 2 or 3
  func read(_ bytes: some Sequence<UInt8>, format: Int, in scratch: Scratch) -> Bool {
    let folder = scratch.folder.appendingPathComponent(format == 2 ? "v2.zarr" : "v3.zarr")
    let path = folder.lastPathComponent
    let parent = folder.appendingPathComponent(format == 2 ? "0" : "c/0")
    if !FileManager.default.fileExists(atPath: parent.path) { scratch.makeFolder(parent) }
    scratch.write(metadata(format).utf8, path + (format == 2 ? "/.zarray" : "/zarr.json"))
    scratch.write(bytes, path + (format == 2 ? "/0/0" : "/c/0/0"))
    return ImageCheck.read { () throws(ImagingError) in try OMEZarr.images(folder) }
  }

  private func metadata(_ format: Int) -> String {
    let shape = "[\(size.height),\(size.width)]"
    let chunk = "[\(Self.side),\(Self.side)]"
    return format == 2
      ? """
      {"zarr_format":2,"shape":\(shape),"chunks":\(chunk),"dtype":"\(type)","fill_value":0,\
      "order":"\(order)","filters":null,"dimension_separator":"/","compressor":\(codecs)}
      """
      : """
      {"zarr_format":3,"node_type":"array","shape":\(shape),"data_type":"\(type)","fill_value":0,\
      "chunk_grid":{"name":"regular","configuration":{"chunk_shape":\(chunk)}},\
      "chunk_key_encoding":{"name":"default","configuration":{"separator":"/"}},\
      "dimension_names":["y","x"],"attributes":{},"codecs":\(codecs)}
      """
  }
}
