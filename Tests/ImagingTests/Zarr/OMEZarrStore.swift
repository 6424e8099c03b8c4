import Foundation
import Imaging

/// A Zarr store that a test writes by hand: arrays of 16 bits in one chunk, the number of each
/// element, in C order, as its value.
struct OMEZarrStore {
  let url: URL

  init(in folder: URL, name: String = "image.zarr") throws {
    url = folder.appendingPathComponent(name, isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  /// Writes a file, with folders above it.
  func write(_ path: String, _ data: Data) throws {
    let file = url.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  func write(_ path: String, _ text: String) throws { try write(path, Data(text.utf8)) }

  /// Writes an array of version 2 or 3, in place of one that is there.
  func array(
    _ path: String, _ shape: [Int], version: Int = 2, names: [String]? = nil,
    type: String = "uint16"
  ) throws {
    let folder = url.appendingPathComponent(path)
    if FileManager.default.fileExists(atPath: folder.path) {
      try FileManager.default.removeItem(at: folder)
    }
    let chunk = [String](repeating: "0", count: shape.count).joined(separator: "/")
    if version == 2 {
      let code = type == "uint8" ? "|u1" : "<u2"
      try write(
        path + "/.zarray",
        """
        {"zarr_format": 2, "shape": \(shape), "chunks": \(shape), "dtype": "\(code)",
         "compressor": null, "fill_value": 0, "order": "C", "filters": null,
         "dimension_separator": "/"}
        """)
      if let names { try write(path + "/.zattrs", "{\"_ARRAY_DIMENSIONS\": \(names)}") }
    } else {
      let named = names.map { ", \"dimension_names\": \($0)" } ?? ""
      try write(
        path + "/zarr.json",
        """
        {"zarr_format": 3, "node_type": "array", "shape": \(shape), "data_type": "\(type)",
         "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": \(shape)}},
         "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
         "fill_value": 0, "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}]
         \(named)}
        """)
    }
    let count = shape.reduce(1, *)
    let data =
      type == "uint8"
      ? Data((0..<count).map { UInt8(truncatingIfNeeded: $0) })
      : (0..<count).map { UInt16(truncatingIfNeeded: $0).littleEndian }.withUnsafeBytes { Data($0) }
    try write(path + (version == 2 ? "/" : "/c/") + chunk, data)
  }

  /// Writes an image group of OME-Zarr 0.4.
  ///
  /// - Parameters:
  ///   - path: the group's folder with a slash behind it; empty for the store itself
  ///   - axes: the axes' JSON objects
  ///   - scale: the full size's scale
  ///   - more: members beside `multiscales`, with a comma before them
  func image04(
    _ path: String = "", axes: [String], shapes: [[Int]], scale: [Double]? = nil,
    members: String = "", more: String = ""
  ) throws {
    try write(path + ".zgroup", "{\"zarr_format\": 2}")
    try write(
      path + ".zattrs",
      """
      {"multiscales": [{"version": "0.4", "axes": [\(axes.joined(separator: ", "))],
        "datasets": [\(Self.datasets(shapes, scale))]\(members)}]\(more)}
      """)
    for (level, shape) in shapes.enumerated() { try array(path + "\(level)", shape) }
  }

  /// Writes an image group of OME-Zarr 0.5.
  func image05(
    axes: [String], names: [String], shapes: [[Int]], scale: [Double]? = nil, more: String = ""
  ) throws {
    try write(
      "zarr.json",
      """
      {"zarr_format": 3, "node_type": "group", "attributes": {"ome": {"version": "0.5",
        "multiscales": [{"axes": [\(axes.joined(separator: ", "))],
          "datasets": [\(Self.datasets(shapes, scale))]}]\(more)}}}
      """)
    for (level, shape) in shapes.enumerated() {
      try array("\(level)", shape, version: 3, names: names)
    }
  }

  static func axis(_ name: String, _ type: String? = nil, _ unit: String? = nil) -> String {
    let type = type.map { ", \"type\": \"\($0)\"" } ?? ""
    let unit = unit.map { ", \"unit\": \"\($0)\"" } ?? ""
    return "{\"name\": \"\(name)\"\(type)\(unit)}"
  }

  static let yx = [axis("y", "space"), axis("x", "space")]

  private static func datasets(_ shapes: [[Int]], _ scale: [Double]?) -> String {
    shapes.indices.map { level in
      let scale = scale ?? [Double](repeating: 1, count: shapes[0].count)
      return """
        {"path": "\(level)", "coordinateTransformations": [{"type": "scale", "scale": \(scale)}]}
        """
    }.joined(separator: ", ")
  }
}

extension OMEZarrStore {
  /// The one image.
  func image(axes: String? = nil) throws -> OMEZarrImage {
    let images = try OMEZarr.images(url, ImageReadingOptions(axes: try axes.map(AxesReading.init)))
    guard let image = images.first, images.count == 1 else { throw Miscount(count: images.count) }
    return image
  }

  struct Miscount: Error { let count: Int }
}

/// An image of several levels in which each pixel tells where it is.
struct CountingImage: ImageSource {
  var description: ImageDescription
  /// The row of the full size whose reading fails; nil for none.
  var brokenRow: Int?
  var place: String { "an image of numbers" }

  /// The value at a place, a whole number below 100.
  static func value(_ plane: PlaneIndex, level: Int, row: Int, column: Int) -> Float {
    let position = plane.time * 31 + plane.channel * 17 + plane.slice * 11 + level * 5
    return Float((position + row * 7 + column * 3) % 100)
  }

  func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) throws(ImagingError) {
    checkRequest(region, of: plane, level: level)
    if let brokenRow, (region.row..<region.row + region.height).contains(brokenRow) {
      throw ImagingError(.truncated, "row \(brokenRow) is broken")
    }
    let type = description.type
    var offset = 0
    for row in region.row..<region.row + region.height {
      for column in region.column..<region.column + region.width {
        let value = Self.value(plane, level: level, row: row, column: column)
        switch type {
        case .uint8: bytes.storeBytes(of: UInt8(value), toByteOffset: offset, as: UInt8.self)
        case .uint16: bytes.storeBytes(of: UInt16(value), toByteOffset: offset, as: UInt16.self)
        case .uint32: bytes.storeBytes(of: UInt32(value), toByteOffset: offset, as: UInt32.self)
        case .int8: bytes.storeBytes(of: Int8(value), toByteOffset: offset, as: Int8.self)
        case .int16: bytes.storeBytes(of: Int16(value), toByteOffset: offset, as: Int16.self)
        case .int32: bytes.storeBytes(of: Int32(value), toByteOffset: offset, as: Int32.self)
        case .float16:
          // 1024 + value, whose bits of binary16 are plain.
          bytes.storeBytes(of: 0x6400 + UInt16(value), toByteOffset: offset, as: UInt16.self)
        case .float32: bytes.storeBytes(of: value, toByteOffset: offset, as: Float.self)
        case .float64: bytes.storeBytes(of: Double(value), toByteOffset: offset, as: Double.self)
        }
        offset += type.byteCount
      }
    }
  }
}
