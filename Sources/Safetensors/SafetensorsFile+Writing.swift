import Foundation
import JSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension SafetensorsFile {
  /// One tensor to write.
  public struct Item: Sendable {
    /// The tensor's name.
    public let name: String
    /// How its elements are stored.
    public let type: ElementType
    /// Its shape, outermost dimension first; empty for a scalar.
    public let shape: [Int]
    /// Its elements, little-endian, in C order.
    public let data: Data

    /// Makes an item of raw bytes, which must be as many as type and shape need.
    public init(name: String, type: ElementType, shape: [Int], data: Data) {
      let size = shape.reduce(type.byteCount, *)
      precondition(
        data.count == size,
        "tensor \"\(name)\" of \(type.rawValue) \(shape) needs \(size) bytes, got \(data.count)")
      self.name = name
      self.type = type
      self.shape = shape
      self.data = data
    }

    /// Makes an F32 item.
    public init(name: String, shape: [Int], floats: [Float]) {
      self.init(
        name: name, type: .f32, shape: shape, data: floats.withUnsafeBytes { Data($0) })
    }

    /// Makes an F64 item.
    public init(name: String, shape: [Int], doubles: [Double]) {
      self.init(
        name: name, type: .f64, shape: shape, data: doubles.withUnsafeBytes { Data($0) })
    }

    /// Makes an I64 item.
    public init(name: String, shape: [Int], integers: [Int]) {
      let wide = integers.map { Int64($0).littleEndian }
      self.init(name: name, type: .i64, shape: shape, data: wide.withUnsafeBytes { Data($0) })
    }
  }

  /// Writes a file under a temporary name beside `url`, flushes it to the disk and renames it.
  ///
  /// Whoever reads `url` meanwhile sees the old file or the new one, never a part. Tensors of
  /// larger elements come first, otherwise in the given order, so that each is aligned.
  ///
  /// - Throws: ``SafetensorsError/invalidItem(name:reason:)`` when a name appears twice or is
  ///   `__metadata__`, ``SafetensorsError/unwritable(path:reason:)``.
  public static func write(
    _ items: [Item], metadata: [String: String], to url: URL
  ) throws(SafetensorsError) {
    let ordered = items.enumerated().sorted {
      ($1.element.type.byteCount, $0.offset) < ($0.element.type.byteCount, $1.offset)
    }.map(\.element)
    let header = try header(ordered, metadata: metadata)
    let temporary = url.deletingLastPathComponent()
      .appendingPathComponent(".\(url.lastPathComponent).\(UUID().uuidString).tmp")
    do {
      try Data().write(to: temporary, options: .withoutOverwriting)
      let handle = try FileHandle(forWritingTo: temporary)
      do {
        try handle.write(contentsOf: header)
        for item in ordered where !item.data.isEmpty { try handle.write(contentsOf: item.data) }
        try handle.synchronize()
      } catch {
        try? handle.close()  // the first error is the one to tell
        throw error
      }
      try handle.close()
      guard rename(temporary.path, url.path) == 0 else {
        throw SafetensorsError.unwritable(
          path: url.path, reason: String(cString: strerror(errno)))
      }
      flushFolder(of: url)
    } catch {
      try? FileManager.default.removeItem(at: temporary)  // it may never have been made
      throw error as? SafetensorsError
        ?? .unwritable(path: url.path, reason: error.localizedDescription)
    }
  }

  /// Writes the new name to the disk, too, where the file system can; the old file stays else.
  private static func flushFolder(of url: URL) {
    let descriptor = open(url.deletingLastPathComponent().path, O_RDONLY)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Length and JSON, padded with blanks so that the data begin at a multiple of 8 bytes.
  private static func header(
    _ items: [Item], metadata: [String: String]
  ) throws(SafetensorsError) -> Data {
    var names: Set<String> = ["__metadata__"]
    var parts: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
        .map { "\(JSONValue.literal($0.key)):\(JSONValue.literal($0.value))" }
      parts.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var end = 0
    for item in items {
      guard names.insert(item.name).inserted else {
        throw .invalidItem(name: item.name, reason: "the name is taken; give each its own")
      }
      let shape = item.shape.map(String.init).joined(separator: ",")
      parts.append(
        "\(JSONValue.literal(item.name)):{\"dtype\":\"\(item.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(end),\(end + item.data.count)]}")
      end += item.data.count
    }
    var json = Data("{\(parts.joined(separator: ","))}".utf8)
    json.append(Data(repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
    var header = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) }
    header.append(json)
    return header
  }
}
