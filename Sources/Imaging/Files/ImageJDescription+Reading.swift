import Foundation

extension ImageJDescription {
  /// Distance of slices in `unit`; nil when not given.
  ///
  /// ImageJ gives slices that are stored from the last to the first a negative distance.
  var spacing: Double? { number("spacing").map(abs) }

  /// Seconds from one time point to the next; nil when not given or in a unit that is not known.
  ///
  /// `finterval` is in `tunit`, which is seconds where it is left out. `fps` is how fast ImageJ plays
  /// the stack and says nothing of the specimen.
  var timeStep: Double? {
    number("finterval").flatMap { TimeUnit.seconds($0, unit: values["tunit"] ?? "s") }
      .flatMap { $0 > 0 ? $0 : nil }
  }

  /// The unit of time where it is none that is known.
  var unknownTimeUnit: String? {
    guard number("finterval") != nil, let unit = values["tunit"],
      TimeUnit.seconds(unit) == nil
    else { return nil }
    return unit
  }

  /// The size of a pixel along x, y and z; nil when not given.
  ///
  /// - Parameter resolution: pixels per unit along x and y, from the page
  func pixelSize(resolution x: Double, _ y: Double) -> PixelSize? {
    guard let unit else { return nil }
    let unitOfZ = values["zunit"].map { LengthUnit.canonical($0) ?? "" } ?? unit
    let depth = spacing.flatMap { LengthUnit.convert($0, from: unitOfZ, to: unit) }
    if unit == "centimeter" {
      return LengthUnit.plainPixelSize(perCentimeter: x, y, depth: depth)
    }
    let unitOfY = values["yunit"].map { LengthUnit.canonical($0) ?? "" } ?? unit
    guard let factor = LengthUnit.convert(1, from: unit, to: unitOfY) else { return nil }
    return LengthUnit.pixelSize(x: x, y: y * factor, depth: depth, unit: unit)
  }

  /// What this program noted down on how the image came to be, in the description's own lines and
  /// in ImageJ's property `Info`.
  func provenance(info: String?) -> [ImageDescription.ProvenanceEntry] {
    let prefix = "usplit_"
    var entries: [ImageDescription.ProvenanceEntry] = []
    if lines.contains(where: { $0.key.hasPrefix(prefix) }) {
      entries = lines.filter { !Self.ownKeys.contains($0.key) }
        .map { .init($0.key, $0.value.replacingEscapes) }
    }
    for line in (info ?? "").split(whereSeparator: \.isNewline) where line.hasPrefix(prefix) {
      guard let equals = line.firstIndex(of: "=") else { continue }
      let key = line[..<equals].trimmingCharacters(in: .whitespaces)
      let value = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
      if !entries.contains(where: { $0.key == key }) { entries.append(.init(key, value)) }
    }
    return entries
  }

  private func number(_ key: String) -> Double? {
    let value = values[key].flatMap { Double($0.trimmingCharacters(in: .whitespaces)) }
    return value.flatMap { $0.isFinite && $0 != 0 ? $0 : nil }
  }
}
