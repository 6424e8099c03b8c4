/// How a user says that the planes of a file are to be read, such as `TCYX` or `TC4YX`.
///
/// Letters of the axes, the slowest first, each with its size behind it where the file does not
/// make it plain.
public struct AxesReading: Sendable, Equatable {
  /// One axis and its size where it is given.
  public struct Entry: Sendable, Equatable {
    /// The axis.
    public let axis: Axis
    /// Its size; nil where it is to be found from the file.
    public let size: Int?
  }

  /// The axes, the slowest first.
  public let entries: [Entry]

  /// The axes' letters alone.
  public var axes: [Axis] { entries.map(\.axis) }

  /// Parses a text.
  ///
  /// - Throws: `ImagingError` where a letter is not an axis or comes twice, where Y or X is
  ///   missing, and where a size is 0 or too large.
  public init(_ text: String) throws(ImagingError) {
    func wrong(_ what: String) -> ImagingError {
      ImagingError(
        .mismatch,
        "the axes \"\(text)\" \(what); write letters out of T, C, Z, Y and X, the slowest first, "
          + "each once, with a size behind one where it is not plain, such as ZYX, TCYX or TC4YX")
    }
    var entries: [Entry] = []
    var rest = text.uppercased()[...]
    while let letter = rest.popFirst() {
      guard let axis = Axis(rawValue: letter) else { throw wrong("contain \"\(letter)\"") }
      if entries.contains(where: { $0.axis == axis }) { throw wrong("name \(letter) twice") }
      let digits = rest.prefix { ("0"..."9").contains($0) }
      rest = rest.dropFirst(digits.count)
      let size = Int(digits)
      if !digits.isEmpty, size.map({ $0 < 1 }) ?? true { throw wrong("give \(letter) no size") }
      entries.append(Entry(axis: axis, size: size))
    }
    let axes = entries.map(\.axis)
    guard axes.contains(.row), axes.contains(.column) else { throw wrong("lack Y or X") }
    self.entries = entries
  }
}
