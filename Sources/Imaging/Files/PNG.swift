import CImageIO
import Foundation

/// Writes and reads PNG files of 8 bits.
public enum PNG {
  /// Writes a picture in colour; a file that is there is replaced.
  ///
  /// - Throws: `ImagingError` where the folder or the disk does not take the file
  public static func write(_ image: RGBImage, to url: URL) throws(ImagingError) {
    try write(image.bytes, height: image.height, width: image.width, channels: 3, to: url)
  }

  /// Writes a grey picture; a file that is there is replaced.
  ///
  /// - Parameters:
  ///   - gray: `height * width` values, row by row
  ///   - height: rows
  ///   - width: columns
  ///   - url: the file
  /// - Throws: `ImagingError` where the folder or the disk does not take the file
  public static func write(
    gray: [UInt8], height: Int, width: Int, to url: URL
  ) throws(ImagingError) {
    precondition(
      gray.count == height * width,
      "a grey picture of \(height) × \(width) needs \(height * width) bytes, got \(gray.count)")
    try write(gray, height: height, width: width, channels: 1, to: url)
  }

  /// Reads a picture as 8-bit colour; grey becomes equal parts.
  ///
  /// - Throws: `ImagingError` where the file is missing or cannot be decoded
  public static func read(_ url: URL) throws(ImagingError) -> RGBImage {
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw ImagingError(.missing, "\(url.path) does not exist")
    }
    var message = [CChar](repeating: 0, count: 128)
    var width: UInt32 = 0
    var height: UInt32 = 0
    guard
      let pixels = cimageio_png_read(url.path, 1 << 28, &width, &height, &message, message.count)
    else {
      throw ImagingError(
        .notAnImage, "\(url.path) cannot be read as a PNG file: \(text(message))")
    }
    defer { cimageio_png_free(pixels) }
    let count = 3 * Int(width) * Int(height)
    return RGBImage(
      height: Int(height), width: Int(width),
      bytes: Array(UnsafeBufferPointer(start: pixels, count: count)))
  }

  private static func write(
    _ bytes: [UInt8], height: Int, width: Int, channels: Int32, to url: URL
  ) throws(ImagingError) {
    precondition(height > 0 && width > 0, "a picture of \(height) × \(width) has no pixels")
    try FileReplacement.write(to: url, overwrite: true) { path throws(ImagingError) in
      var message = [CChar](repeating: 0, count: 128)
      let written = cimageio_png_write(
        path, bytes, UInt32(width), UInt32(height), channels, &message, message.count)
      if written == 0 { throw FileReplacement.unwritable(url, reason: text(message)) }
    }
  }

  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
