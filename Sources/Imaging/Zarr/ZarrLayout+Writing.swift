import JSON

extension ZarrLayout {
  /// What `.zarray` says.
  func version2(_ compression: ZarrCompression) -> JSONValue {
    .object([
      "zarr_format": .integer(2), "shape": Self.sizes(shape), "chunks": Self.sizes(fileShape),
      "dtype": .text(version2Type), "compressor": compression.version2(type),
      "fill_value": zero, "order": .text("C"), "filters": .null,
      "dimension_separator": .text(keys.separator),
    ])
  }

  /// What `zarr.json` says.
  func version3(_ compression: ZarrCompression) -> JSONValue {
    var bytes = Self.named("bytes")
    if type.byteCount > 1 {
      bytes = Self.named("bytes", ["endian": .text(encoding.isBigEndian ? "big" : "little")])
    }
    var codecs = [bytes] + compression.version3(type)
    if let sharding {
      let index = [Self.named("bytes", ["endian": .text("little")]), Self.named("crc32c")]
      codecs = [
        Self.named(
          "sharding_indexed",
          [
            "chunk_shape": Self.sizes(sharding.chunkShape), "codecs": .list(codecs),
            "index_codecs": .list(index), "index_location": .text("end"),
          ])
      ]
    }
    var members: [String: JSONValue] = [
      "zarr_format": .integer(3), "node_type": .text("array"), "shape": Self.sizes(shape),
      "data_type": .text(type.rawValue), "fill_value": zero, "codecs": .list(codecs),
      "chunk_grid": Self.named("regular", ["chunk_shape": Self.sizes(fileShape)]),
      "chunk_key_encoding": Self.named("default", ["separator": .text(keys.separator)]),
      "attributes": .object([:]),
    ]
    if let dimensionNames {
      members["dimension_names"] = .list(dimensionNames.map { $0.map(JSONValue.text) ?? .null })
    }
    return .object(members)
  }

  private var zero: JSONValue { type.isFloatingPoint ? .number(0) : .integer(0) }

  private var version2Type: String {
    let order = type.byteCount == 1 ? "|" : encoding.isBigEndian ? ">" : "<"
    let kind = type.isFloatingPoint ? "f" : type.rawValue.hasPrefix("u") ? "u" : "i"
    return "\(order)\(kind)\(type.byteCount)"
  }

  private static func sizes(_ sizes: [Int]) -> JSONValue { .list(sizes.map(JSONValue.integer)) }

  private static func named(
    _ name: String, _ configuration: [String: JSONValue] = [:]
  ) -> JSONValue {
    configuration.isEmpty
      ? .object(["name": .text(name)])
      : .object(["name": .text(name), "configuration": .object(configuration)])
  }
}
