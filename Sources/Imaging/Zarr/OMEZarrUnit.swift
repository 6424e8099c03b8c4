import Foundation

/// A unit of length or time by the names that OME-Zarr takes from UDUNITS.
struct OMEZarrUnit: Equatable {
  /// The unit is `factor * 10^exponent` metres or seconds.
  let factor: Double
  /// The power of ten, kept apart so that decimal numbers stay what they are.
  let exponent: Int

  /// A unit of length in metres; nil where the text names none.
  static func length(_ text: String) -> OMEZarrUnit? {
    let name = (LengthUnit.canonical(text) ?? text).lowercased()
    switch name {
    case "angstrom": return OMEZarrUnit(factor: 1, exponent: -10)
    case "inch": return OMEZarrUnit(factor: 2.54, exponent: -2)
    case "foot": return OMEZarrUnit(factor: 3.048, exponent: -1)
    case "yard": return OMEZarrUnit(factor: 9.144, exponent: -1)
    case "mile": return OMEZarrUnit(factor: 1.609344, exponent: 3)
    case "parsec": return OMEZarrUnit(factor: 3.0856775814913673, exponent: 16)
    default: return prefixed(name, of: "meter")
    }
  }

  /// A unit of time in seconds; nil where the text names none.
  static func time(_ text: String) -> OMEZarrUnit? {
    let name = text.lowercased()
    switch name {
    case "minute", "minutes", "min": return OMEZarrUnit(factor: 6, exponent: 1)
    case "hour", "hours", "h": return OMEZarrUnit(factor: 3.6, exponent: 3)
    case "day", "days", "d": return OMEZarrUnit(factor: 8.64, exponent: 4)
    case "seconds", "s", "sec": return OMEZarrUnit(factor: 1, exponent: 0)
    case "ms": return OMEZarrUnit(factor: 1, exponent: -3)
    case "us", "\u{b5}s", "\u{3bc}s": return OMEZarrUnit(factor: 1, exponent: -6)
    default: return prefixed(name, of: "second")
    }
  }

  /// So many of this unit in another of the same sort.
  func convert(_ value: Double, to other: OMEZarrUnit) -> Double {
    let scaled = factor == other.factor ? value : value * factor / other.factor
    let shift = exponent - other.exponent
    // Powers of ten up to the 22nd are exact; dividing by one rounds once, multiplying by its
    // reciprocal twice.
    let power = pow(10, Double(abs(shift)))
    return shift >= 0 ? scaled * power : scaled / power
  }

  private static func prefixed(_ name: String, of unit: String) -> OMEZarrUnit? {
    guard name.hasSuffix(unit), let exponent = exponents[String(name.dropLast(unit.count))] else {
      return nil
    }
    return OMEZarrUnit(factor: 1, exponent: exponent)
  }

  private static let exponents = [
    "yocto": -24, "zepto": -21, "atto": -18, "femto": -15, "pico": -12, "nano": -9, "micro": -6,
    "milli": -3, "centi": -2, "deci": -1, "": 0, "deca": 1, "hecto": 2, "kilo": 3, "mega": 6,
    "giga": 9, "tera": 12, "peta": 15, "exa": 18, "zetta": 21, "yotta": 24,
  ]
}
