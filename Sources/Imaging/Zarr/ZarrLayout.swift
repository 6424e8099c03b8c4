import JSON

/// What the metadata of a Zarr array say of it, checked.
struct ZarrLayout: Sendable {
  /// 2 or 3.
  var zarrFormat: Int
  /// Elements along each axis.
  var shape: [Int]
  /// Elements along each axis of what one file holds: a chunk, or a shard.
  var fileShape: [Int]
  /// The element type.
  var type: PixelType
  /// One element, in the machine's byte order, of a chunk that is not there.
  var fill: [UInt8]
  /// The axes' names.
  var dimensionNames: [String?]?
  /// How the chunks' files are named.
  var keys: Keys
  /// How a chunk is stored; an inner chunk where there are shards.
  var encoding: ZarrChunkEncoding
  /// How a shard is cut up; nil where each chunk has a file of its own.
  var sharding: ZarrSharding?

  /// Elements along each axis of what is decoded at once.
  var chunkShape: [Int] { sharding?.chunkShape ?? fileShape }

  /// The names of chunks' files.
  struct Keys: Sendable {
    /// Whether a `c` comes before the numbers, as by default in version 3.
    var hasPrefix: Bool
    /// `/` or `.`.
    var separator: String

    /// The path, part by part, of the file of a chunk or shard.
    func path(_ index: [Int]) -> [String] {
      let parts = (hasPrefix ? ["c"] : []) + index.map(String.init)
      return separator == "/" ? parts : [parts.joined(separator: separator)]
    }
  }

  /// A decoded chunk has fewer bytes; c-blosc's own limit is close to it.
  static let mostChunkBytes = 1 << 31 - 1 << 10
  /// The most axes.
  static let mostAxes = 32

  /// The product of sizes and a factor; nil where it does not fit into 64 bits.
  static func product(_ sizes: [Int], times factor: Int = 1) -> Int? {
    var total = factor
    for size in sizes {
      let (next, overflow) = total.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      total = next
    }
    return total
  }
}

/// The metadata of one array with what messages say about them.
struct ZarrMetadata {
  /// The file.
  let path: String
  /// Its content.
  let json: JSONValue

  /// An error that names the file.
  func error(_ kind: ImagingError.Kind, _ what: String) -> ImagingError {
    ImagingError(kind, "\(path): \(what)")
  }

  /// The error of something that this program does not read.
  func unsupported(_ what: String, _ instead: String) -> ImagingError {
    error(.unsupported, "\(what) is not read; \(instead)")
  }

  /// The sizes of the array, none of them 0.
  func shape() throws(ImagingError) -> [Int] {
    let shape = try sizes(json["shape"], "shape")
    if shape.isEmpty {
      throw error(.unsupported, "the array has no axes; an image has rows and columns")
    }
    if shape.count > ZarrLayout.mostAxes {
      throw error(.unsupported, "the array has \(shape.count) axes; an image has at most five")
    }
    if shape.contains(0) { throw error(.tooSmall, "the array of shape \(shape) has no elements") }
    return shape
  }

  /// A list of numbers, none of them negative.
  func sizes(_ json: JSONValue?, _ name: String) throws(ImagingError) -> [Int] {
    guard let list = json?.list else {
      throw error(.mismatch, "\(name) is \(found(json)), a list of sizes is meant")
    }
    var sizes: [Int] = []
    for element in list {
      guard let size = element.integer, size >= 0 else {
        throw error(.mismatch, "\(name) contains \(element.described), sizes are meant")
      }
      sizes.append(size)
    }
    return sizes
  }

  /// The shape of chunks, which has the array's number of axes and no 0.
  func chunkShape(
    _ json: JSONValue?, _ name: String, like shape: [Int]
  ) throws(ImagingError) -> [Int] {
    let chunk = try sizes(json, name)
    guard chunk.count == shape.count, !chunk.contains(0) else {
      throw error(
        .mismatch,
        "\(name) \(chunk) does not fit the shape \(shape); each axis needs a size above 0")
    }
    return chunk
  }

  /// Stops at arrays whose elements cannot be counted and at chunks too large for memory.
  func checkCounts(_ layout: ZarrLayout) throws(ImagingError) {
    let size = layout.type.byteCount
    for shape in [layout.shape, layout.fileShape]
    where ZarrLayout.product(shape, times: size) == nil {
      throw error(.unsupported, "\(shape) elements are more than 64 bits can count")
    }
    let chunk = ZarrLayout.product(layout.chunkShape, times: size)
    if chunk.map({ $0 > ZarrLayout.mostChunkBytes }) ?? true {
      throw error(
        .unsupported,
        "a chunk of \(layout.chunkShape) elements of \(layout.type) has 2 GiB or more; write the "
          + "array again with smaller chunks")
    }
  }

  /// A value, or that there is none, for messages.
  func found(_ json: JSONValue?) -> String { json?.described ?? "missing" }
}
