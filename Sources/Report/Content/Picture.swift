import Foundation

/// A picture from a PNG file.
public struct Picture: Sendable {
  /// The file's bytes.
  public let png: Data
  /// What stands below it.
  public var caption: RichText
  /// What it shows, for whoever cannot see it.
  public var alternative: String
  /// Its width in pixels.
  public let width: Int
  /// Its height in pixels.
  public let height: Int

  /// Takes a PNG file's bytes.
  ///
  /// - Throws: ``ReportError`` when they do not begin as a PNG file does (PNG specification,
  ///   sections 5.2 and 11.2.1).
  public init(png: Data, caption: RichText, alternative: String) throws(ReportError) {
    let head = [UInt8](png.prefix(24))
    let start: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
    guard head.count == 24, head.starts(with: start), Array(head[12..<16]) == Array("IHDR".utf8)
    else {
      throw ReportError(
        .notAPNG,
        "the picture \"\(alternative)\" of \(png.count) bytes is no PNG file; write it as PNG")
    }
    func number(_ place: Int) -> Int {
      head[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    (width, height) = (number(16), number(20))
    guard 1...0x7FFF_FFFF ~= width, 1...0x7FFF_FFFF ~= height else {
      throw ReportError(
        .notAPNG, "the picture \"\(alternative)\" claims \(width) × \(height) pixels")
    }
    self.png = png
    self.caption = caption
    self.alternative = alternative
  }
}
