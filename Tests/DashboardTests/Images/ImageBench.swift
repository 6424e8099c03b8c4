import Dashboard
import Foundation
import Imaging
import TestSupport

/// A folder of images and a desk that is asked about them.
final class ImageBench: Sendable {
  let folder: URL
  let desk: ImageDesk

  init(
    cacheBytes: Int = 8 << 20, levelBytes: Int = 1 << 30, patience: Duration = .seconds(60)
  ) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("usplit-test-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("images"), withIntermediateDirectories: true)
    desk = try ImageDesk(
      folder.appendingPathComponent("images"), cacheBytes: cacheBytes, scratch: folder,
      levelBytes: levelBytes, patience: patience)
  }

  deinit {
    desk.close()
    try? FileManager.default.removeItem(at: folder)  // what stays is in the system's own folder
  }

  /// Where a file of this name is.
  func url(_ name: String) -> URL { folder.appendingPathComponent("images/\(name)") }

  /// Writes an image; its name for clients.
  @discardableResult
  func write(_ image: any ImageSource, _ format: ImageFormat, _ name: String) throws -> String {
    try ImageFile.sink(format, software: "test").write(image, to: url(name), overwrite: true)
    return "files/\(name)"
  }

  /// What is answered on an image.
  func get(_ what: String, _ path: String, _ query: [String: String] = [:]) async
    -> ImageDesk.Answer
  {
    await desk.get("/api/\(what)", ["path": path].merging(query) { $1 })
  }

  /// JSON that is answered on an image.
  func json(
    _ what: String, _ path: String, _ query: [String: String] = [:]
  ) async throws -> [String: Any] {
    let answer = await get(what, path, query)
    guard answer.status == 200 else { throw Refused(answer) }
    return try JSONSerialization.jsonObject(with: answer.body) as? [String: Any] ?? [:]
  }

  /// A tile as values of one type, channel after channel.
  func tile<Value: BitwiseCopyable>(
    _ path: String, _ query: [String: String], as _: Value.Type
  ) async throws -> [Value] {
    let answer = await get("tile", path, query)
    guard answer.status == 200 else { throw Refused(answer) }
    return answer.body.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: MemoryLayout<Value>.size).map {
        bytes.loadUnaligned(fromByteOffset: $0, as: Value.self)
      }
    }
  }

  struct Refused: Error, CustomStringConvertible {
    let description: String
    init(_ answer: ImageDesk.Answer) {
      description = "\(answer.status): \(String(decoding: answer.body, as: UTF8.self))"
    }
  }
}

extension ImageDesk.Answer {
  /// The content as text.
  var text: String { String(decoding: body, as: UTF8.self) }
}

/// An image whose pixels are computed from their place.
struct ComputedImage: ImageSource {
  let description: ImageDescription
  let place = "a computed image"
  /// The value of a pixel: plane, level, row and column.
  let value: @Sendable (PlaneIndex, Int, Int, Int) -> Double

  init(
    _ description: ImageDescription,
    _ value: @escaping @Sendable (PlaneIndex, Int, Int, Int) -> Double = ComputedImage.pattern
  ) {
    self.description = description
    self.value = value
  }

  /// Whole numbers from 0 to 119 that differ from plane to plane and level to level.
  static let pattern: @Sendable (PlaneIndex, Int, Int, Int) -> Double = {
    plane, level, row, column in
    let place = plane.time * 11 + plane.channel * 101 + plane.slice * 53 + level * 17
    return Double((row * 31 + column * 7 + place) % 120)
  }

  func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) {
    checkRequest(region, of: plane, level: level)
    for row in 0..<region.height {
      for column in 0..<region.width {
        let number = value(plane, level, region.row + row, region.column + column)
        let index = row * region.width + column
        switch description.type {
        case .uint8: store(UInt8(number), index, bytes)
        case .uint16: store(UInt16(number), index, bytes)
        case .int16: store(Int16(number), index, bytes)
        case .float64: store(number, index, bytes)
        default: store(Float(number), index, bytes)
        }
      }
    }
  }

  private func store<Value: BitwiseCopyable>(
    _ value: Value, _ index: Int, _ bytes: UnsafeMutableRawPointer
  ) {
    bytes.storeBytes(of: value, toByteOffset: index * MemoryLayout<Value>.size, as: Value.self)
  }
}
