import JSON

extension ZarrLayout {
  /// Reads what `.zarray` says.
  ///
  /// - Parameters:
  ///   - file: the file's content
  ///   - attributes: that of `.zattrs`, where there is one
  ///   - isNested: whether chunks lie in folders, for files that do not say how keys are written
  init(
    version2 file: ZarrMetadata, attributes: JSONValue?, isNested: Bool
  ) throws(ImagingError) {
    guard file.json["zarr_format"]?.integer == 2 else {
      throw file.error(
        .unsupported, "zarr_format is \(file.found(file.json["zarr_format"])), 2 is meant")
    }
    zarrFormat = 2
    shape = try file.shape()
    fileShape = try file.chunkShape(file.json["chunks"], "chunks", like: shape)
    let isBigEndian: Bool
    (type, isBigEndian) = try Self.type(file)
    fill = try file.fill(file.json["fill_value"] ?? .null, type)
    keys = Keys(hasPrefix: false, separator: try Self.separator(file, isNested: isNested))
    dimensionNames = Self.names(attributes, count: shape.count)

    let axes = Array(shape.indices)
    let order: [Int]
    switch file.json["order"]?.text {
    case "C": order = axes
    case "F": order = axes.reversed()
    default:
      throw file.error(.mismatch, "order is \(file.found(file.json["order"])), C or F is meant")
    }
    if let filter = file.json["filters"]?.list?.first {
      throw file.unsupported(
        "the filter \(file.found(filter["id"]))", "write the array again without filters")
    }
    encoding = ZarrChunkEncoding(
      order: order, isBigEndian: isBigEndian, compressor: try Self.compressor(file))
    try file.checkCounts(self)
  }

  private static func type(_ file: ZarrMetadata) throws(ImagingError) -> (PixelType, Bool) {
    let types: [String: PixelType] = [
      "u1": .uint8, "u2": .uint16, "u4": .uint32, "i1": .int8, "i2": .int16, "i4": .int32,
      "f2": .float16, "f4": .float32, "f8": .float64,
    ]
    guard let text = file.json["dtype"]?.text, let order = text.first,
      let type = types[String(text.dropFirst())],
      order == "<" || order == ">" || order == "|" && type.byteCount == 1
    else {
      throw file.unsupported(
        "the dtype \(file.found(file.json["dtype"]))",
        "integers of 8, 16 and 32 bits and floating point of 16, 32 and 64 bits are, such as <u2")
    }
    return (type, order == ">")
  }

  private static func separator(
    _ file: ZarrMetadata, isNested: Bool
  ) throws(ImagingError) -> String {
    switch file.json["dimension_separator"] {
    case .text("/"): "/"
    case .text("."): "."
    // Early writers nested their chunks without a word about it.
    case nil: isNested ? "/" : "."
    case let other:
      throw file.error(.mismatch, "dimension_separator is \(file.found(other)), . or / is meant")
    }
  }

  /// The names that xarray keeps beside arrays of version 2.
  private static func names(_ attributes: JSONValue?, count: Int) -> [String?]? {
    guard let list = attributes?["_ARRAY_DIMENSIONS"]?.list, list.count == count else { return nil }
    return list.map(\.text)
  }

  private static func compressor(
    _ file: ZarrMetadata
  ) throws(ImagingError) -> ZarrChunkEncoding.Compressor? {
    let found = file.json["compressor"]
    if found == nil || found == .null { return nil }
    guard let name = found?["id"]?.text,
      let compressor = ZarrChunkEncoding.Compressor(rawValue: name)
    else {
      throw file.unsupported(
        "the compressor \(file.found(found?["id"] ?? found))",
        "blosc, zstd, gzip and zlib are, and none")
    }
    return compressor
  }
}
