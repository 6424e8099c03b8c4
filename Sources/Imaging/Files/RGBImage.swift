/// A picture in colour, 8 bits per part, row by row.
public struct RGBImage: Sendable, Equatable {
  /// Rows.
  public let height: Int
  /// Columns.
  public let width: Int
  /// Red, green and blue of every pixel, `3 * height * width` bytes.
  public var bytes: [UInt8]

  /// A picture of the given bytes.
  public init(height: Int, width: Int, bytes: [UInt8]) {
    precondition(
      bytes.count == 3 * height * width,
      "a picture of \(height) × \(width) needs \(3 * height * width) bytes, got \(bytes.count)")
    self.height = height
    self.width = width
    self.bytes = bytes
  }

  /// A picture of one colour.
  public init(height: Int, width: Int, color: RGBColor) {
    var bytes = [UInt8](repeating: color.red, count: 3 * height * width)
    if color.green != color.red || color.blue != color.red {
      for pixel in 0..<height * width {
        bytes[3 * pixel + 1] = color.green
        bytes[3 * pixel + 2] = color.blue
      }
    }
    self.init(height: height, width: width, bytes: bytes)
  }

  /// The colour of row `y` and column `x`.
  public subscript(y: Int, x: Int) -> RGBColor {
    get {
      let start = 3 * (y * width + x)
      return RGBColor(bytes[start], bytes[start + 1], bytes[start + 2])
    }
    set {
      let start = 3 * (y * width + x)
      bytes[start] = newValue.red
      bytes[start + 1] = newValue.green
      bytes[start + 2] = newValue.blue
    }
  }
}
