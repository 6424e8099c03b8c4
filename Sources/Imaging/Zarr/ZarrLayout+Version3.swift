import JSON

extension ZarrLayout {
  /// Reads what `zarr.json` says.
  init(version3 file: ZarrMetadata) throws(ImagingError) {
    let json = file.json
    guard json["zarr_format"]?.integer == 3 else {
      throw file.error(
        .unsupported, "zarr_format is \(file.found(json["zarr_format"])), 3 is meant")
    }
    guard json["node_type"] == .text("array") else {
      throw file.error(
        .notAnImage, "node_type is \(file.found(json["node_type"])), an array is meant")
    }
    zarrFormat = 3
    shape = try file.shape()
    let grid = try file.named("chunk_grid")
    guard grid.name == "regular" else {
      throw file.unsupported("the chunk grid \"\(grid.name)\"", "a regular one is")
    }
    fileShape = try file.chunkShape(
      grid.configuration["chunk_shape"], "chunk_shape", like: shape)
    type = try Self.type(file)
    guard let fillValue = json["fill_value"] else {
      throw file.error(.mismatch, "fill_value is missing; version 3 needs one")
    }
    fill = try file.fill(fillValue, type)
    keys = try Self.keys(file)
    dimensionNames = try Self.names(file, count: shape.count)
    if let transformer = json["storage_transformers"], transformer != .list([]) {
      throw file.unsupported("an array with storage transformers", "one without is")
    }
    try Self.checkExtensions(file)

    guard let codecs = json["codecs"]?.list else {
      throw file.error(.mismatch, "codecs is \(file.found(json["codecs"])), a list is meant")
    }
    let chain = try ZarrCodecChain(file, codecs, axes: shape.count, elementSize: type.byteCount)
    if let configuration = chain.sharding {
      (sharding, encoding) = try file.sharding(
        configuration, order: chain.encoding.order, shardShape: fileShape, type: type)
    } else {
      encoding = chain.encoding
    }
    try file.checkCounts(self)
    try sharding?.check(file, shardShape: fileShape)
  }

  private static func type(_ file: ZarrMetadata) throws(ImagingError) -> PixelType {
    let name = try file.named("data_type").name
    guard let type = PixelType(rawValue: name) else {
      throw file.unsupported(
        "the data type \"\(name)\"",
        "integers of 8, 16 and 32 bits and floating point of 16, 32 and 64 bits are, such as uint16"
      )
    }
    return type
  }

  private static func keys(_ file: ZarrMetadata) throws(ImagingError) -> Keys {
    let encoding = try file.named("chunk_key_encoding")
    let usual: String
    switch encoding.name {
    case "default": usual = "/"
    case "v2": usual = "."
    default:
      throw file.unsupported(
        "the chunk key encoding \"\(encoding.name)\"", "\"default\" and \"v2\" are")
    }
    let separator = encoding.configuration["separator"] ?? .text(usual)
    guard let separator = separator.text, ["/", "."].contains(separator) else {
      throw file.error(.mismatch, "the separator is \(separator.described), . or / is meant")
    }
    return Keys(hasPrefix: encoding.name == "default", separator: separator)
  }

  private static func names(
    _ file: ZarrMetadata, count: Int
  ) throws(ImagingError) -> [String?]? {
    guard let found = file.json["dimension_names"], found != .null else { return nil }
    guard let names = found.list, names.count == count,
      names.allSatisfy({ $0.text != nil || $0 == .null })
    else {
      throw file.error(
        .mismatch, "dimension_names is \(found.described), \(count) names are meant")
    }
    return names.map(\.text)
  }

  /// Stops at members that are not known and may not be passed over.
  private static func checkExtensions(_ file: ZarrMetadata) throws(ImagingError) {
    let known: Set = [
      "zarr_format", "node_type", "shape", "data_type", "chunk_grid", "chunk_key_encoding",
      "fill_value", "codecs", "attributes", "dimension_names", "storage_transformers",
    ]
    for (key, value) in file.json.object ?? [:] where !known.contains(key) {
      if value["must_understand"]?.bool != false {
        throw file.unsupported(
          "the extension \(JSONValue.quoted(key))", "an array without it is")
      }
    }
  }
}

/// A named choice of version 3 with its configuration, such as a codec.
struct ZarrNamed {
  /// The name.
  let name: String
  /// Its configuration, an object; without members where there is none.
  let configuration: JSONValue
}

extension ZarrMetadata {
  /// The named choice that a member holds.
  func named(_ key: String) throws(ImagingError) -> ZarrNamed { try named(json[key], key) }

  /// The named choice that a value is: an object with a name, or a name alone.
  func named(_ value: JSONValue?, _ key: String) throws(ImagingError) -> ZarrNamed {
    if let name = value?.text { return ZarrNamed(name: name, configuration: .object([:])) }
    let configuration = value?["configuration"] ?? .object([:])
    guard let name = value?["name"]?.text, configuration.object != nil else {
      throw error(
        .mismatch, "\(key) is \(found(value)), an object with a name and a configuration is meant")
    }
    return ZarrNamed(name: name, configuration: configuration)
  }
}
