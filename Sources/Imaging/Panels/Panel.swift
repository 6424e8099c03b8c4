/// Rows of images with captions on a dark background, to be looked at.
public struct Panel: Sendable {
  /// What a cell shows.
  public enum Content: Sendable {
    /// One plane in a colour map.
    case plane(Plane, ContrastRange, ColorMap)
    /// Planes in colours that add up, each with its range.
    case overlay([Plane], [ContrastRange], [RGBColor])
    /// Nothing.
    case empty
  }

  /// One image with a caption.
  public struct Cell: Sendable {
    /// What is shown.
    public let content: Content
    /// The line above it.
    public let caption: String
    /// Colour of a small square before the caption, such as the channel's in overlays.
    public let marker: RGBColor?

    /// A cell of the given content.
    public init(_ content: Content, caption: String, marker: RGBColor? = nil) {
      self.content = content
      self.caption = caption
      self.marker = marker
    }
  }

  /// The line above all cells.
  public var title: String?
  /// Rows of cells; shorter rows leave their right end empty.
  public var rows: [[Cell]]
  /// Lines below all cells.
  public var footers: [String]
  /// The least pixels of a cell's longer side; smaller planes are enlarged by a whole factor.
  public var minimumCellSize: Int
  /// The most pixels of a cell's longer side; larger planes are reduced by a whole factor.
  public var maximumCellSize: Int

  /// A panel of the given rows.
  public init(
    title: String? = nil, rows: [[Cell]], footers: [String] = [], minimumCellSize: Int = 384,
    maximumCellSize: Int = 640
  ) {
    precondition(
      0 < minimumCellSize && minimumCellSize <= maximumCellSize,
      "cell sizes from \(minimumCellSize) to \(maximumCellSize)")
    self.title = title
    self.rows = rows
    self.footers = footers
    self.minimumCellSize = minimumCellSize
    self.maximumCellSize = maximumCellSize
  }

  /// Planes in colours that add up, such as an overlay of all channels.
  ///
  /// - Parameters:
  ///   - planes: planes of one size, at least one
  ///   - colors: one per plane, or none for green, magenta, cyan, yellow in this order
  ///   - ranges: one per plane
  public static func composite(
    planes: [Plane], colors: [RGBColor] = RGBColor.channels, ranges: [ContrastRange]
  ) -> RGBImage {
    let first = planes.first.map { ($0.height, $0.width) } ?? (0, 0)
    precondition(
      !planes.isEmpty && planes.count == ranges.count && planes.count <= colors.count
        && planes.allSatisfy { ($0.height, $0.width) == first },
      "an overlay of \(planes.count) planes with \(ranges.count) ranges, \(colors.count) colours")
    var picture = RGBImage(height: first.0, width: first.1, color: RGBColor(0, 0, 0))
    for (plane, (range, color)) in zip(planes, zip(ranges, colors)) {
      let layer = ColorMap.color(color).render(plane, range: range)
      picture.bytes.withUnsafeMutableBufferPointer { bytes in
        layer.bytes.withUnsafeBufferPointer { parts in
          for index in 0..<bytes.count {
            let (sum, overflow) = bytes[index].addingReportingOverflow(parts[index])
            bytes[index] = overflow ? 255 : sum
          }
        }
      }
    }
    return picture
  }

  /// The panel as a picture.
  public func render() -> RGBImage {
    let pictures = rows.map { $0.map { picture(of: $0.content) } }
    let layout = PanelLayout(self, pictures: pictures)
    var page = RGBImage(height: layout.height, width: layout.width, color: PanelLayout.background)
    for (line, y) in zip(layout.titleLines, layout.titleTops) {
      page.draw(
        line, x: layout.margin, y: y, scale: layout.titleScale, color: PanelLayout.titleColor)
    }
    for (row, cells) in rows.enumerated() {
      for (column, cell) in cells.enumerated() {
        let x = layout.left(column)
        layout.drawCaption(of: cell, x: x, y: layout.captionTops[row], on: &page)
        if let picture = pictures[row][column] { page.paste(picture, x: x, y: layout.tops[row]) }
      }
    }
    for (line, y) in zip(layout.footerLines, layout.footerTops) {
      page.draw(line, x: layout.margin, y: y, scale: layout.scale, color: PanelLayout.footerColor)
    }
    return page
  }

  private func picture(of content: Content) -> RGBImage? {
    switch content {
    case .plane(let plane, let range, let map):
      return map.render(fitted(plane), range: range)
    case .overlay(let planes, let ranges, let colors):
      return Panel.composite(planes: planes.map(fitted), colors: colors, ranges: ranges)
    case .empty:
      return nil
    }
  }

  private func fitted(_ plane: Plane) -> Plane {
    plane.scaled(longerSideFrom: minimumCellSize, to: maximumCellSize)
  }
}
