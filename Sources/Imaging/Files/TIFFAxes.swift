/// What the sequence of a TIFF image's planes means: its dimensions, the slowest first.
///
/// The samples of a pixel are planes of their own here, the fastest dimension.
struct TIFFAxes: Sendable {
  /// One dimension of the sequence of planes.
  struct Dimension: Sendable, Equatable {
    let axis: Axis
    let size: Int
  }

  /// A dimension under the name that a file gives it; samples of a pixel are the last one, S
  /// unless the file calls them something else.
  struct Named: Equatable {
    let letter: Character
    let size: Int
  }

  /// The dimensions; channels may be two of them: groups, and the samples of a pixel in each.
  let dimensions: [Dimension]
  /// The axes as stored, with rows and columns.
  let stored: [Axis]
  /// What had to be assumed, in sentences.
  private(set) var remarks: [String] = []
  /// Whether the meaning of an axis is a guess.
  private(set) var isAssumed = false

  /// Axes as a user gives them.
  init(_ dimensions: [Dimension], stored: [Axis]) {
    self.dimensions = dimensions
    self.stored = stored
  }

  /// How many steps along an axis.
  func size(_ axis: Axis) -> Int {
    dimensions.reduce(1) { $1.axis == axis ? $0 * $1.size : $0 }
  }

  /// The place of a plane in the sequence.
  func place(of plane: PlaneIndex) -> Int {
    var rest: [Axis: Int] = [.time: plane.time, .channel: plane.channel, .slice: plane.slice]
    var place = 0
    var stride = 1
    for dimension in dimensions.reversed() {
      let index = rest[dimension.axis] ?? 0
      place += index % dimension.size * stride
      rest[dimension.axis] = index / dimension.size
      stride *= dimension.size
    }
    return place
  }

  /// Axes of dimensions that a file names by letters.
  ///
  /// T, C and Z are themselves, S is C. Of other dimensions of more than one plane, a single one is
  /// taken for time points where T is free.
  ///
  /// - Parameters:
  ///   - named: dimensions, the slowest first
  ///   - keepsOnes: whether T, C and Z of size 1 count as named
  ///   - page: a page
  ///   - path: the file, for messages
  init(
    _ named: [Named], keepsOnes: Bool = false, page: TIFFPage, path: String
  ) throws(ImagingError) {
    var axes = named.map { Self.axis($0.letter) }
    let wide = named.indices.filter { named[$0].size > 1 }
    let unknown = wide.filter { axes[$0] == nil }
    let known = wide.compactMap { axes[$0] }
    let free = [Axis.time, .channel, .slice].filter { !known.contains($0) }
    // Groups of channels, and the samples of a pixel in each, are channels together.
    let hasSamples = page.samples > 1 && named.last?.letter == "S"
    let others = hasSamples ? known.dropLast() : known[...]
    let isUnique = Set(others).count == others.count
    guard isUnique, unknown.count < 2, unknown.isEmpty || free.contains(.time) else {
      let sizes = named.map { "\($0.letter) \($0.size)" }.joined(separator: ", ")
      let readings = isUnique ? Self.readings(wide.map { axes[$0] }, free: free, page: page) : ""
      throw ImagingError(
        .ambiguous,
        "\(path): its planes count through dimensions whose meaning is not plain (\(sizes)); say "
          + "with --axes which are time points T, channels C and slices Z"
          + (readings.isEmpty ? "" : ", such as \(readings)"))
    }
    if let first = unknown.first {
      axes[first] = .time
      isAssumed = true
      let (size, letter) = (named[first].size, named[first].letter)
      let readings = Self.readings(
        wide.map { $0 == first ? nil : axes[$0] },
        free: [.slice, .channel].filter { free.contains($0) }, page: page)
      let what =
        letter == "N"
        ? "The file does not say what its \(size) pages are; they are read as time points"
        : "Its axis \(letter) of \(size) is none of T, C and Z; it is read as time points"
      remarks = [
        readings.isEmpty ? what + "." : what + "; if they are not, pass --axes \(readings)."
      ]
    }
    dimensions = zip(axes, named.map(\.size)).compactMap { axis, size in
      guard let axis, size > 1 || keepsOnes else { return nil }
      return Dimension(axis: axis, size: size)
    }
    stored = Self.stored(dimensions.map(\.axis), page: page)
  }

  /// The axis of a letter; nil where it is none of planes.
  private static func axis(_ letter: Character) -> Axis? {
    switch letter {
    case "T": .time
    case "C", "S": .channel
    case "Z": .slice
    default: nil
    }
  }

  /// Axes with rows and columns: samples that lie side by side come behind them.
  private static func stored(_ axes: [Axis], page: TIFFPage) -> [Axis] {
    let isLast = page.samples > 1 && !page.isPlanar && axes.last == .channel
    var outer: [Axis] = []
    for axis in isLast ? axes.dropLast() : axes where !outer.contains(axis) { outer.append(axis) }
    return outer + [.row, .column] + (isLast && !outer.contains(.channel) ? [.channel] : [])
  }

  /// Up to four ways to fill the dimensions that are not known, as texts for `--axes`.
  private static func readings(_ axes: [Axis?], free: [Axis], page: TIFFPage) -> String {
    var filled: [[Axis]] = [[]]
    for axis in axes {
      filled = filled.flatMap { start in
        let choices = axis.map { [$0] } ?? free.filter { !start.contains($0) }
        return choices.map { start + [$0] }
      }
    }
    let texts = filled.prefix(4).map { String(stored($0, page: page).map(\.rawValue)) }
    guard let last = texts.last else { return "" }
    let others = texts.dropLast().joined(separator: ", ")
    return others.isEmpty ? last : "\(others) or \(last)"
  }
}
