import Foundation

/// Numbers as words: with a true minus sign and groups of three digits.
enum NumberText {
  /// A tick's number, with as many digits as its distance to the next tick needs.
  ///
  /// - Parameters:
  ///   - value: the number
  ///   - step: the distance of ticks
  ///   - largest: the largest tick, which decides the power of ten that all have in common
  static func tick(_ value: Double, step: Double, largest: Double) -> String {
    let place = Int(floor(log10(step) + 1e-9))
    let size = largest == 0 ? place : Int(floor(log10(abs(largest)) + 1e-9))
    guard size >= 9 || place >= 5 || place < -4 else {
      return fixed(value, decimals: max(0, -place))
    }
    if value == 0 { return "0" }
    return scientific(value, exponent: size, decimals: min(9, max(0, size - place)))
  }

  /// A power of two.
  static func powerOf2(_ exponent: Int, asNumber: Bool) -> String {
    guard asNumber else { return "2" + superscript(exponent) }
    return fixed(exp2(Double(exponent)), decimals: max(0, -exponent))
  }

  /// A measured number, with about four digits.
  static func value(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if value == 0 { return "0" }
    let size = Int(floor(log10(abs(value)) + 1e-9))
    if size >= 9 || size < -4 { return scientific(value, exponent: size, decimals: 2) }
    if value == value.rounded() { return fixed(value, decimals: 0) }
    return fixed(value, decimals: min(6, max(0, size >= 0 ? min(2, 4 - size) : 2 - size)))
  }

  /// A measured number with its error, which has two digits, to the same decimal.
  static func value(_ value: Double, error: Double) -> String {
    let place = Int(floor(log10(error) + 1e-9)) - 1
    guard value.isFinite, max(abs(value), error) < 1e9, place >= -6 else {
      return Self.value(value) + " ± " + Self.value(error)
    }
    let decimals = max(0, -place)
    return fixed(value, decimals: decimals) + " ± " + fixed(error, decimals: decimals)
  }

  private static func scientific(_ value: Double, exponent: Int, decimals: Int) -> String {
    // In two steps, since 10 to a very small exponent is zero.
    let mantissa = value / pow(10, Double(exponent / 2)) / pow(10, Double(exponent - exponent / 2))
    return fixed(mantissa, decimals: decimals) + "×10" + superscript(exponent)
  }

  private static func fixed(_ value: Double, decimals: Int) -> String {
    let text = String(format: "%.*f", decimals, abs(value))
    let parts = text.split(separator: ".")
    var whole = String(parts[0])
    if whole.count > 4 {
      let digits = Array(whole)
      whole = ""
      for (place, digit) in digits.enumerated() {
        if place > 0, (digits.count - place) % 3 == 0 { whole += "," }
        whole.append(digit)
      }
    }
    let isZero = !text.contains { "123456789".contains($0) }
    return (value < 0 && !isZero ? "\u{2212}" : "") + whole
      + (parts.count > 1 ? "." + parts[1] : "")
  }

  private static func superscript(_ number: Int) -> String {
    let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return String(String(number).map { $0.wholeNumberValue.map { digits[$0] } ?? "⁻" })
  }
}
