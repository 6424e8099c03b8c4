import Foundation

/// Units of time as image files spell them.
enum TimeUnit {
  /// Seconds of one unit; nil where the text names no unit of time.
  static func seconds(_ text: String) -> Double? {
    let name = text.replacingEscapes.trimmingCharacters(in: .whitespaces)
    switch name.lowercased() {
    case "s", "sec", "secs", "second", "seconds": return 1
    case "ms", "msec", "millisecond", "milliseconds": return 1e-3
    case "us", "\u{b5}s", "\u{3bc}s", "usec", "microsecond", "microseconds": return 1e-6
    case "ns", "nsec", "nanosecond", "nanoseconds": return 1e-9
    case "min", "minute", "minutes": return 60
    case "h", "hr", "hour", "hours": return 3600
    case "d", "day", "days": return 86_400
    default: return nil
    }
  }

  /// A time in seconds; nil where it is none.
  static func seconds(_ value: Double, unit: String) -> Double? {
    guard let one = seconds(unit), value > 0, value.isFinite else { return nil }
    // A division by a power of ten gives the double nearest the decimal number.
    return one < 1 ? value / (1 / one).rounded() : value * one
  }
}
