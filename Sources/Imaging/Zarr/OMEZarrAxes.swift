/// Which dimension of a Zarr array is which axis of an image.
struct OMEZarrAxes {
  /// What the metadata say of one dimension.
  struct Entry {
    /// Its name; nil where it has none.
    var name: String?
    /// Its type, such as `space`; nil where none is given.
    var type: String?
    /// Its unit; nil where none is given.
    var unit: String?
  }

  /// The axis of each dimension; nil for one of size 1 that is left out.
  let axes: [Axis?]
  /// What was assumed or left out, in whole sentences.
  private(set) var remarks: [String] = []

  /// The dimension of an axis; nil where the array lacks it.
  func dimension(_ axis: Axis) -> Int? { axes.firstIndex(of: axis) }

  /// Takes the axes that the user names.
  ///
  /// - Parameters:
  ///   - reading: one axis per dimension, or per dimension of more than one element
  ///   - shape: the array's
  ///   - place: the file, for messages
  init(_ reading: AxesReading, shape: [Int], place: String) throws(ImagingError) {
    var dimensions = Array(shape.indices)
    if reading.entries.count != dimensions.count { dimensions.removeAll { shape[$0] == 1 } }
    guard reading.entries.count == dimensions.count else {
      throw ImagingError(
        .mismatch,
        "\(place) holds arrays of \(shape.count) dimensions (\(Self.text(shape))), --axes names "
          + "\(reading.entries.count)")
    }
    var axes = [Axis?](repeating: nil, count: shape.count)
    for (dimension, entry) in zip(dimensions, reading.entries) {
      if let size = entry.size, size != shape[dimension] {
        throw ImagingError(
          .mismatch,
          "\(place): --axes gives \(entry.axis.rawValue) the size \(size), the array has "
            + "\(shape[dimension]) there (\(Self.text(shape)))")
      }
      axes[dimension] = entry.axis
    }
    self.axes = axes
  }

  /// Takes the axes that the metadata name.
  ///
  /// - Parameters:
  ///   - entries: one per dimension
  ///   - shape: the array's
  ///   - place: the file, for messages
  /// - Throws: `ImagingError` of kind `ambiguous` where an axis is named twice or not at all, or
  ///   has a name and a type that contradict each other, and `unsupported` where there is one of
  ///   more than one element that is neither time, channel nor space.
  init(_ entries: [Entry], shape: [Int], place: String) throws(ImagingError) {
    func ambiguous(_ what: String) -> ImagingError {
      ImagingError(
        .ambiguous,
        "\(place): \(what) (dimensions of \(Self.text(shape)) elements); say which they are, "
          + "such as --axes \(Self.example(shape))")
    }
    var axes: [Axis?] = []
    for entry in entries {
      let named = entry.name.flatMap(Self.axis(named:))
      let expected: [Axis]? =
        switch entry.type?.lowercased() {
        case "time": [.time]
        case "channel": [.channel]
        case "space": [.slice, .row, .column]
        default: nil
        }
      if let named, let expected, !expected.contains(named) {
        throw ambiguous("the axis \"\(entry.name ?? "")\" is of type \(entry.type ?? "")")
      }
      axes.append(named ?? (expected?.count == 1 ? expected?.first : nil))
    }
    // Names of axes are free; those of space are then in the order z, y, x.
    let spaces = entries.indices.filter {
      axes[$0] == nil && entries[$0].type?.lowercased() == "space"
    }
    let hasNames = [Axis.slice, .row, .column].contains { axes.contains($0) }
    if !spaces.isEmpty, !hasNames, spaces.count == 2 || spaces.count == 3 {
      for (dimension, axis) in zip(spaces, [Axis.slice, .row, .column].suffix(spaces.count)) {
        axes[dimension] = axis
      }
      let names = spaces.map { "\"\(entries[$0].name ?? "")\"" }.joined(separator: ", ")
      remarks.append(
        "The axes of space \(names) were read as \(spaces.count == 2 ? "Y, X" : "Z, Y, X"), in "
          + "their order.")
    }
    let known = axes.compactMap { $0 }
    for axis in Axis.allCases where known.count(where: { $0 == axis }) > 1 {
      throw ambiguous("more than one axis is \(axis.rawValue), \(axis.name)")
    }
    guard known.contains(.row), known.contains(.column) else {
      throw ambiguous("the axes \(Self.names(entries)) do not tell Y and X")
    }
    for dimension in shape.indices where axes[dimension] == nil {
      let name = entries[dimension].name.map { "\"\($0)\"" } ?? "number \(dimension + 1)"
      guard shape[dimension] == 1 else {
        throw ImagingError(
          .unsupported,
          "\(place): the axis \(name) of \(shape[dimension]) elements is none of T, C, Z, Y and X; "
            + "say what to read it as, such as --axes \(Self.example(shape))")
      }
      remarks.append("The axis \(name) of one element is left out.")
    }
    self.axes = axes
  }

  private static func axis(named name: String) -> Axis? {
    switch name.lowercased() {
    case "t", "time": .time
    case "c", "channel": .channel
    case "z": .slice
    case "y": .row
    case "x": .column
    default: nil
    }
  }

  private static func names(_ entries: [Entry]) -> String {
    entries.map { $0.name.map { "\"\($0)\"" } ?? "without a name" }.joined(separator: ", ")
  }

  /// Sizes as messages show them.
  static func text(_ shape: [Int]) -> String {
    shape.map { String($0) }.joined(separator: " × ")
  }

  /// Axes that fit as many dimensions.
  static func example(_ shape: [Int]) -> String {
    switch shape.count {
    case ...2: "YX"
    case 3: "ZYX or --axes CYX or --axes TYX"
    case 4: "CZYX or --axes TCYX or --axes TZYX"
    default: "TCZYX"
    }
  }
}
