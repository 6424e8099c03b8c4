import Foundation

/// Units of length as image files spell them.
enum LengthUnit {
  /// The unit's name in full; nil where the text names no unit of length, such as `pixel`.
  static func canonical(_ text: String) -> String? {
    let name = text.replacingEscapes.trimmingCharacters(in: .whitespaces)
    switch name.lowercased() {
    case "um", "\u{b5}m", "\u{3bc}m", "micron", "microns", "micrometer", "micrometers",
      "micrometre", "micrometres":
      return "micrometer"
    case "nm", "nanometer", "nanometers", "nanometre", "nanometres": return "nanometer"
    case "pm", "picometer", "picometers", "picometre", "picometres": return "picometer"
    case "\u{c5}", "\u{e5}", "a\u{30a}", "\u{212b}", "angstrom", "angstroms": return "angstrom"
    case "mm", "millimeter", "millimeters", "millimetre", "millimetres": return "millimeter"
    case "cm", "centimeter", "centimeters", "centimetre", "centimetres": return "centimeter"
    case "m", "meter", "meters", "metre", "metres": return "meter"
    default: return nil
    }
  }

  /// The unit in ImageJ's spelling, in ASCII; nil for `pixel`, which is ImageJ's word for none.
  static func imagejSpelling(_ unit: String) -> String? {
    switch unit {
    case "micrometer": "\\u00B5m"
    case "nanometer": "nm"
    case "millimeter": "mm"
    case "centimeter": "cm"
    case "angstrom": "\\u00C5"
    case "meter": "m"
    case "pixel": nil
    default: unit
    }
  }

  /// A length in another unit; nil where either is none that is known.
  static func convert(_ value: Double, from: String, to: String) -> Double? {
    let powers = [
      "picometer": -12, "angstrom": -10, "nanometer": -9, "micrometer": -6, "millimeter": -3,
      "centimeter": -2, "meter": 0,
    ]
    guard let from = powers[from], let to = powers[to] else { return nil }
    // Dividing by a power of ten gives the double nearest the decimal number.
    let power = pow(10, Double(abs(from - to)))
    return from >= to ? value * power : value / power
  }

  /// A pixel size from resolutions in pixels per unit; nil where either is none.
  ///
  /// Six digits are kept, since libtiff gives resolutions in 32-bit floating point.
  static func pixelSize(
    x: Double, y: Double, depth: Double? = nil, unit: String
  ) -> PixelSize? {
    guard x > 0, y > 0, x.isFinite, y.isFinite else { return nil }
    return pixelSize(width: rounded(1 / x), height: rounded(1 / y), depth: depth, unit: unit)
  }

  /// A pixel size from extents, centimetres turned into micrometres; nil where it is none.
  static func pixelSize(
    width: Double, height: Double, depth: Double? = nil, unit: String
  ) -> PixelSize? {
    guard width > 0, height > 0, width.isFinite, height.isFinite else { return nil }
    let depth = depth.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    if unit == "centimeter" {
      return PixelSize(
        width: rounded(width * 1e4), height: rounded(height * 1e4),
        depth: depth.map { rounded($0 * 1e4) }, unit: "micrometer")
    }
    return PixelSize(width: width, height: height, depth: depth, unit: unit)
  }

  /// A pixel size from a plain file's resolution per centimetre; nil where it is a printer's or a
  /// screen's resolution, or coarser than 100 µm.
  static func plainPixelSize(
    perCentimeter x: Double, _ y: Double, depth: Double? = nil
  ) -> PixelSize? {
    let dots = [
      72.0, 75, 96, 100, 120, 144, 150, 180, 200, 240, 300, 350, 360, 400, 600, 720, 1200,
    ]
    let isPrinter = dots.contains { abs($0 / (x * 2.54) - 1) < 0.005 }
    guard !isPrinter, x > 100, y > 100 else { return nil }
    return pixelSize(x: x, y: y, depth: depth, unit: "centimeter")
  }

  private static func rounded(_ value: Double) -> Double {
    let exponent = 5 - Int(log10(value).rounded(.down))
    guard abs(exponent) < 300 else { return value }
    // Dividing by a power of ten gives the double nearest the decimal number; multiplying by its
    // reciprocal does not.
    let power = pow(10, Double(abs(exponent)))
    return exponent >= 0
      ? (value * power).rounded() / power : (value / power).rounded() * power
  }
}
