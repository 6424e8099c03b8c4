/// How far apart the pixels, slices and time points of an image lie.
struct OMEZarrGrid {
  /// Size of a pixel; nil where the file does not say.
  private(set) var pixelSize: PixelSize?
  /// Seconds from one time point to the next; nil where the file does not say.
  private(set) var timeStep: Double?
  /// What was left out, in whole sentences.
  private(set) var remarks: [String] = []

  /// Joins the transformation of the full size with that of all levels.
  ///
  /// A number without a unit says no length and no time; it is left out, as is one that is not
  /// above 0.
  ///
  /// - Parameters:
  ///   - axes: which dimension is which axis
  ///   - entries: what the metadata say of each dimension
  ///   - first: the full size's transformation
  ///   - second: what is applied after it
  init(
    axes: OMEZarrAxes, entries: [OMEZarrAxes.Entry], first: OMEZarrMultiscale.Transformation,
    second: OMEZarrMultiscale.Transformation
  ) {
    if first.isOther || second.isOther {
      remarks.append(
        "The image has coordinate transformations other than scale and translation, so it is read "
          + "without pixel size and time step.")
      return
    }
    if [first.translation, second.translation].contains(where: { $0?.contains { $0 != 0 } == true })
    {
      remarks.append("The image's position in space (its translation) is left out.")
    }
    guard first.scale != nil || second.scale != nil else { return }
    func scale(_ axis: Axis) -> Double? {
      guard let dimension = axes.dimension(axis) else { return nil }
      func factor(_ scale: [Double]?) -> Double {
        guard let scale, scale.indices.contains(dimension) else { return 1 }
        return scale[dimension]
      }
      return factor(first.scale) * factor(second.scale)
    }
    func unit(_ axis: Axis) -> String? {
      guard let dimension = axes.dimension(axis), entries.indices.contains(dimension) else {
        return nil
      }
      return entries[dimension].unit
    }
    if let step = scale(.time) {
      let seconds = unit(.time).flatMap(OMEZarrUnit.time).map {
        $0.convert(step, to: OMEZarrUnit(factor: 1, exponent: 0))
      }
      if let seconds, seconds > 0, seconds.isFinite {
        timeStep = seconds
      } else if step != 1 {
        remarks.append(
          "The time step \(step) has \(Self.trouble(unit(.time), isUnit: seconds != nil)), so it "
            + "is left out.")
      }
    }
    guard let x = scale(.column), let y = scale(.row) else { return }
    // The x axis's unit is kept where it is one that other formats know.
    let name = unit(.column).flatMap(LengthUnit.canonical) ?? "micrometer"
    guard let target = OMEZarrUnit.length(name) else { return }
    func extent(_ value: Double, _ axis: Axis) -> Double? {
      guard let from = unit(axis).flatMap(OMEZarrUnit.length) else { return nil }
      let converted = from.convert(value, to: target)
      return converted > 0 && converted.isFinite ? converted : nil
    }
    guard let width = extent(x, .column), let height = extent(y, .row) else {
      if x != 1 || y != 1 || unit(.column) != nil || unit(.row) != nil {
        let axis: Axis = extent(x, .column) == nil ? .column : .row
        let isUnit = unit(axis).flatMap(OMEZarrUnit.length) != nil
        remarks.append(
          "The pixel size (\(x) along X, \(y) along Y) has "
            + "\(Self.trouble(unit(axis), isUnit: isUnit)) along \(axis.rawValue), so it is left "
            + "out.")
      }
      return
    }
    let z = scale(.slice)
    let depth = z.flatMap { extent($0, .slice) }
    if let z, depth == nil, z != 1 || unit(.slice) != nil {
      let isUnit = unit(.slice).flatMap(OMEZarrUnit.length) != nil
      remarks.append(
        "The distance of slices \(z) has \(Self.trouble(unit(.slice), isUnit: isUnit)), so it is "
          + "left out.")
    }
    pixelSize = PixelSize(width: width, height: height, depth: depth, unit: name)
  }

  private static func trouble(_ unit: String?, isUnit: Bool) -> String {
    guard let unit else { return "no unit" }
    return isUnit ? "a value that is none" : "the unit \"\(unit)\", which is not known"
  }
}
