/// Pixels per unit of length, as TIFF's tags have them.
struct TIFFResolution {
  /// The tag's word for the unit.
  enum Unit: UInt16 {
    /// Named elsewhere, such as in ImageJ's description.
    case elsewhere = 1
    case centimeter = 3
  }

  /// Pixels per unit along x.
  let x: Double
  /// Pixels per unit along y.
  let y: Double
  /// What the pixels are counted along.
  let unit: Unit

  /// The resolution in the pixel size's own unit; nil where the size is not a positive number or
  /// is counted in pixels.
  init?(inUnitOf size: PixelSize) {
    guard size.isMeaningful, size.unit != "pixel" else { return nil }
    self.init(x: 1 / size.width, y: 1 / size.height, unit: .elsewhere)
  }

  /// The resolution in pixels per centimetre; nil where the unit is no unit of length.
  init?(perCentimeter size: PixelSize) {
    guard size.isMeaningful, let meters = LengthUnit.meters(size.unit) else { return nil }
    self.init(
      x: 0.01 / (size.width * meters), y: 0.01 / (size.height * meters), unit: .centimeter)
  }

  private init?(x: Double, y: Double, unit: Unit) {
    guard Self.rational(x) != nil, Self.rational(y) != nil else { return nil }
    self.x = x
    self.y = y
    self.unit = unit
  }

  /// The nearest of the continued fraction's approximations in 32 bits; nil where none is close.
  static func rational(_ value: Double) -> (numerator: UInt32, denominator: UInt32)? {
    guard value > 0, value.isFinite else { return nil }
    var (numerator, denominator): (UInt64, UInt64) = (1, 0)
    var (lastNumerator, lastDenominator): (UInt64, UInt64) = (0, 1)
    var rest = value
    while rest < 0x1p32 {
      let whole = UInt64(rest)
      // Factors below 2^32 leave room for the sums in 64 bits.
      let next = (whole * numerator + lastNumerator, whole * denominator + lastDenominator)
      guard next.0 <= UInt32.max, next.1 <= UInt32.max else { break }
      (lastNumerator, lastDenominator) = (numerator, denominator)
      (numerator, denominator) = next
      rest = 1 / (rest - Double(whole))
    }
    guard numerator > 0, denominator > 0 else { return nil }
    let error = Double(numerator) / Double(denominator) / value - 1
    return abs(error) < 1e-6 ? (UInt32(numerator), UInt32(denominator)) : nil
  }
}

extension PixelSize {
  /// Whether both extents are positive numbers.
  var isMeaningful: Bool { width > 0 && height > 0 && width.isFinite && height.isFinite }
}
