/// Pages that are planes of one image, found to be of one kind, with their pyramids.
struct TIFFPlanes {
  private(set) var planes: [TIFFPlane] = []
  /// The first page.
  let page: TIFFPage
  /// What was left out, in sentences.
  private(set) var remarks: [String] = []

  /// How pages below a page are judged.
  enum Pyramid {
    /// All of them have to be reduced copies.
    case declared
    /// Those that are reduced copies count, others are something else.
    case possible
  }

  /// The planes of the given directories.
  ///
  /// - Parameters:
  ///   - places: files and places in their chains of directories, at least one
  ///   - pyramid: how pages below them are judged
  ///   - allowsPalette: as for `TIFFPage`
  init(
    _ places: [(file: TIFFFile, directory: Int)], pyramid: Pyramid, allowsPalette: Bool = false
  ) throws(ImagingError) {
    page = try places[0].file.page(places[0].directory, allowsPalette: allowsPalette)
    for (file, directory) in places {
      let page = try file.page(directory, allowsPalette: allowsPalette)
      try Self.requireSameKind(self.page, in: places[0].file, page, in: file)
      let below = try Self.levels(
        of: page,
        below: try file.subpages(
          directory, allowsPalette: allowsPalette, skipsStrangeKinds: pyramid == .possible),
        pyramid, file)
      planes.append(TIFFPlane(file: file, levels: [page] + below))
    }
    let sizes = planes[0].levels.map(\.level)
    if !planes.allSatisfy({ $0.levels.map(\.level) == sizes }) {
      planes = planes.map { TIFFPlane(file: $0.file, levels: [$0.levels[0]]) }
      remarks.append(
        "Its planes have reduced copies of different sizes, which are left out.")
    }
    for (_, ofFile) in Dictionary(grouping: planes, by: { $0.file.path }) {
      try ofFile[0].file.requireRoom(for: ofFile.lazy.flatMap(\.levels))
    }
  }

  private static func levels(
    of page: TIFFPage, below: [(page: TIFFPage, isReduced: Bool)], _ pyramid: Pyramid,
    _ file: TIFFFile
  ) throws(ImagingError) -> [TIFFPage] {
    var levels = [page]
    for (level, isReduced) in below {
      let reason = notReduced(level, of: page, after: levels[levels.count - 1])
      guard let reason else {
        levels.append(level)
        continue
      }
      if pyramid == .possible { return Array(levels.dropFirst()) }
      throw ImagingError(
        .mismatch,
        "\(file.path), page \(page.number): the page below it of \(level.height) × \(level.width) "
          + "pixels \(isReduced ? "is marked as" : "should be") a reduced copy of its "
          + "\(page.height) × \(page.width), but \(reason)")
    }
    return Array(levels.dropFirst())
  }

  /// Why a page is no reduced copy of another; nil when it is one.
  private static func notReduced(
    _ level: TIFFPage, of page: TIFFPage, after last: TIFFPage
  ) -> String? {
    if level.offset == page.offset || level.offset == last.offset { return "it is that page" }
    if level.element != page.element || level.samples != page.samples
      || level.isPlanar != page.isPlanar
    {
      return "has \(level.samples) × \(level.element) per pixel, not \(page.samples) × "
        + "\(page.element)"
    }
    guard level.height <= last.height, level.width <= last.width,
      level.height * level.width < last.height * last.width
    else { return "it is not smaller than the one before it" }
    // Each halving may round up or down.
    let factor = Double(page.height + page.width) / Double(level.height + level.width)
    let isEven =
      abs(Double(page.height) / factor - Double(level.height)) <= 2
      && abs(Double(page.width) / factor - Double(level.width)) <= 2
    return isEven ? nil : "rows and columns are reduced by different factors"
  }

  private static func requireSameKind(
    _ first: TIFFPage, in firstFile: TIFFFile, _ page: TIFFPage, in file: TIFFFile
  ) throws(ImagingError) {
    let numbers =
      file === firstFile
      ? "\(file.path): pages \(first.number) and \(page.number)"
      : "page \(first.number) of \(firstFile.path) and page \(page.number) of \(file.path)"
    if first.height != page.height || first.width != page.width {
      throw ImagingError(
        .mismatch,
        "\(numbers) differ in size, \(first.height) × \(first.width) and "
          + "\(page.height) × \(page.width) (rows × columns); the planes of an image have one size")
    }
    if first.samples != page.samples || first.element != page.element
      || first.isColor != page.isColor || first.isPlanar != page.isPlanar
    {
      throw ImagingError(
        .mismatch,
        "\(numbers) differ in type, \(first.samples) × \(first.element) and "
          + "\(page.samples) × \(page.element) per pixel; the planes of an image have one type")
    }
  }
}
