/// Where everything of a panel goes, in pixels.
struct PanelLayout {
  static let background = RGBColor(0x11, 0x11, 0x11)
  static let titleColor = RGBColor(0xf2, 0xf2, 0xf2)
  static let captionColor = RGBColor(0xd0, 0xd0, 0xd0)
  static let footerColor = RGBColor(0x98, 0x98, 0x98)

  /// Enlargement of captions' letters.
  let scale: Int
  /// Enlargement of the title's letters.
  let titleScale: Int
  /// Width of the frame around all cells.
  let margin: Int
  let height: Int
  let width: Int
  let titleLines: [String]
  let titleTops: [Int]
  /// Tops of captions, per row.
  let captionTops: [Int]
  /// Tops of images, per row.
  let tops: [Int]
  let footerLines: [String]
  let footerTops: [Int]
  private let cellWidth: Int
  private let gap: Int

  init(_ panel: Panel, pictures: [[RGBImage?]]) {
    let all = pictures.joined().compactMap { $0 }
    let longest = all.map { max($0.height, $0.width) }.max() ?? panel.minimumCellSize
    let scale = longest >= 600 ? 3 : longest >= 400 ? 2 : 1
    // Narrow pictures, such as strips of a frame, get the room that their captions take.
    let captions = panel.rows.joined().map { cell in
      BitmapFont.width(of: cell.caption, scale: scale) + (cell.marker == nil ? 2 : 12) * scale
    }
    let cellWidth = max(all.map(\.width).max() ?? panel.minimumCellSize, captions.max() ?? 0)
    let line = (BitmapFont.height + 3) * scale
    let margin = 8 * scale
    let gap = 3 * scale
    let columns = max(1, pictures.map(\.count).max() ?? 1)
    let width = 2 * margin + columns * cellWidth + (columns - 1) * gap
    let textWidth = width - 2 * margin
    let titleScale = scale + 1
    let titleLine = (BitmapFont.height + 2) * titleScale
    titleLines = BitmapFont.wrapped(panel.title ?? "", width: textWidth, scale: titleScale)
    var y = margin
    var titleTops: [Int] = []
    for _ in titleLines {
      titleTops.append(y)
      y += titleLine
    }
    if !titleLines.isEmpty { y += 4 * scale }
    var captionTops: [Int] = []
    var tops: [Int] = []
    for (row, cells) in pictures.enumerated() {
      if row > 0 { y += 5 * scale }
      captionTops.append(y)
      tops.append(y + line)
      y += line + (cells.compactMap { $0?.height }.max() ?? 0)
    }
    footerLines = panel.footers.flatMap {
      BitmapFont.wrapped($0, width: textWidth, scale: scale)
    }
    if !footerLines.isEmpty { y += 6 * scale }
    var footerTops: [Int] = []
    for _ in footerLines {
      footerTops.append(y)
      y += line
    }
    self.scale = scale
    self.titleScale = titleScale
    self.margin = margin
    self.gap = gap
    self.cellWidth = cellWidth
    self.width = width
    self.height = y + margin
    self.titleTops = titleTops
    self.captionTops = captionTops
    self.tops = tops
    self.footerTops = footerTops
  }

  /// The left edge of a column.
  func left(_ column: Int) -> Int { margin + column * (cellWidth + gap) }

  /// Draws a cell's caption, cut to the cell's width.
  func drawCaption(of cell: Panel.Cell, x: Int, y: Int, on page: inout RGBImage) {
    var x = x
    var room = cellWidth - 2 * scale
    if let marker = cell.marker {
      page.fill(x: x, y: y, width: 7 * scale, height: 7 * scale, color: marker)
      x += 10 * scale
      room -= 10 * scale
    }
    page.draw(
      BitmapFont.shortened(cell.caption, width: room, scale: scale), x: x, y: y, scale: scale,
      color: Self.captionColor)
  }
}
