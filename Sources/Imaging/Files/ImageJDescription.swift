import Foundation

/// ImageJ's metadata in a TIFF file's description: lines of `key=value`, the first `ImageJ=…`.
///
/// Planes are stored time point by time point, slice by slice, channel by channel.
struct ImageJDescription {
  /// Values by key, in the file's spelling; the last of repeated keys counts.
  let values: [String: String]
  /// Keys and values in the file's order.
  let lines: [(key: String, value: String)]

  /// The parsed description; nil when it is not ImageJ's.
  init?(_ text: String) {
    guard text.hasPrefix("ImageJ=") else { return nil }
    lines = text.split(whereSeparator: \.isNewline).compactMap { line in
      guard let equals = line.firstIndex(of: "=") else { return nil }
      return (String(line[..<equals]), String(line[line.index(after: equals)...]))
    }
    values = Dictionary(lines.map { ($0.key, $0.value) }) { $1 }
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
}
