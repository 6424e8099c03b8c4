import Foundation

/// ImageJ's metadata in a TIFF file's description: lines of `key=value`, the first `ImageJ=…`.
///
/// Planes are stored time point by time point, slice by slice, channel by channel.
struct ImageJDescription {
  /// Values by key, in the file's spelling; the last of repeated keys counts.
  let values: [String: String]

  /// The parsed description; nil when it is not ImageJ's.
  init?(_ text: String) {
    guard text.hasPrefix("ImageJ=") else { return nil }
    var values: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      guard let equals = line.firstIndex(of: "=") else { continue }
      values[String(line[..<equals])] = String(line[line.index(after: equals)...])
    }
    self.values = values
  }

  /// Number of planes.
  var images: Int { count("images") }
  /// Number of channels.
  var channels: Int { count("channels") }
  /// Number of slices.
  var slices: Int { count("slices") }
  /// Number of time points.
  var timePoints: Int { count("frames") }
  /// The unit of length in full; nil when it is none.
  ///
  /// ImageJ turns a screen's resolution into inches, so inches are none.
  var unit: String? { values["unit"].flatMap(LengthUnit.canonical) }

  /// ImageJ leaves out counts of 1.
  private func count(_ key: String) -> Int {
    values[key].flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } ?? 1
  }

  /// The description of a stack for ImageJ.
  ///
  /// - Parameters:
  ///   - stack: gives counts and unit
  ///   - display: smallest and largest value shown, of the first channel
  ///   - notes: further lines; line breaks become spaces, and `=` within a key `_`
  static func text(
    for stack: ImageStack, display: ClosedRange<Float>, notes: [(String, String)]
  ) -> String {
    var lines = ["ImageJ=1.54f"]
    let images = stack.frames * stack.channels
    if images > 1 {
      lines.append("images=\(images)")
      if stack.channels > 1 { lines.append("channels=\(stack.channels)") }
      if stack.frames > 1 { lines.append("frames=\(stack.frames)") }
      lines.append("hyperstack=true")
      lines.append("mode=\(stack.channels > 1 ? "composite" : "grayscale")")
      lines.append("loop=false")
    }
    if let unit = stack.pixelSize.flatMap({ LengthUnit.imagejSpelling($0.unit) }) {
      lines.append("unit=" + line(unit))
    }
    lines.append("min=\(display.lowerBound)")
    lines.append("max=\(display.upperBound)")
    for (key, value) in notes {
      lines.append(line(key).replacingOccurrences(of: "=", with: "_") + "=" + line(value))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ text: String) -> String {
    let parts = text.unicodeScalars.split { $0.value < 32 || $0.value == 127 }
    return parts.map { String($0) }.joined(separator: " ").escapedToASCII
  }
}
