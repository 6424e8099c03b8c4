extension RGBImage {
  /// Draws text with its top left corner at the given place; what does not fit is cut off.
  mutating func draw(_ text: String, x: Int, y: Int, scale: Int, color: RGBColor) {
    for (place, character) in text.enumerated() {
      let left = x + place * BitmapFont.advance * scale
      for (row, bits) in BitmapFont.glyph(character).enumerated() {
        for column in 0..<5 where bits & (16 >> UInt8(column)) != 0 {
          fill(
            x: left + column * scale, y: y + row * scale, width: scale, height: scale, color: color)
        }
      }
    }
  }

  /// Fills a rectangle; what does not fit is cut off.
  mutating func fill(x: Int, y: Int, width: Int, height: Int, color: RGBColor) {
    let rows = max(0, y)..<max(0, y, min(y + height, self.height))
    let columns = max(0, x)..<max(0, x, min(x + width, self.width))
    for row in rows {
      for column in columns { self[row, column] = color }
    }
  }

  /// Copies a picture to the given place, where it has to fit.
  mutating func paste(_ picture: RGBImage, x: Int, y: Int) {
    precondition(
      x >= 0 && y >= 0 && x + picture.width <= width && y + picture.height <= height,
      "a picture of \(picture.height) × \(picture.width) at row \(y), column \(x) of a picture of "
        + "\(height) × \(width)")
    for row in 0..<picture.height {
      let source = 3 * row * picture.width
      let target = 3 * ((y + row) * width + x)
      bytes.replaceSubrange(
        target..<target + 3 * picture.width,
        with: picture.bytes[source..<source + 3 * picture.width])
    }
  }
}
