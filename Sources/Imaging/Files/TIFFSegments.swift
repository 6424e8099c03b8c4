/// How the pixels of a page are cut into tiles or strips.
struct TIFFSegments {
  /// The page's size.
  let level: ImageDescription.Level
  /// Rows of a tile or strip.
  let height: Int
  /// Columns of a tile or strip.
  let width: Int
  /// Whether they are tiles.
  let isTiled: Bool

  /// Rows and columns of a large page's tiles.
  static let tileSize = 512

  /// Tiles of 512 × 512 pixels, or less where the page is narrower or lower, in multiples of 16;
  /// one strip for a page that is no larger than a tile.
  init(tiling level: ImageDescription.Level) {
    self.level = level
    isTiled = level.height > Self.tileSize || level.width > Self.tileSize
    let multiple = isTiled ? 16 : 1
    height = Self.roundedUp(min(level.height, Self.tileSize), to: multiple)
    width = Self.roundedUp(min(level.width, Self.tileSize), to: multiple)
  }

  /// Strips of whole rows.
  ///
  /// - Parameters:
  ///   - level: the page's size
  ///   - type: the type of its pixels
  ///   - bytes: the most bytes of a strip, where a row has no more
  init(strips level: ImageDescription.Level, of type: PixelType, bytes: Int) {
    self.level = level
    isTiled = false
    height = max(1, min(level.height, bytes / type.byteCount / level.width))
    width = level.width
  }

  /// Rows of tiles, or strips.
  var rows: Int { (level.height + height - 1) / height }

  /// Columns of tiles.
  var columns: Int { (level.width + width - 1) / width }

  /// Pixels as they are stored, which is more than the page has where tiles reach beyond it.
  ///
  /// In floating point, where no product of sizes overflows.
  var storedPixels: Double {
    isTiled
      ? Double(rows) * Double(columns) * Double(height * width)
      : Double(level.height) * Double(level.width)
  }

  private static func roundedUp(_ value: Int, to multiple: Int) -> Int {
    (value + multiple - 1) / multiple * multiple
  }
}
