import Imaging

/// Numbers as people say them.
enum Words {
  /// A time such as `1 h 20 min`, `3 min 5 s` or `8 s`.
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "very long" }
    let all = Int(max(seconds, 0).rounded())
    let (hours, minutes, rest) = (all / 3600, all / 60 % 60, all % 60)
    if hours > 0 { return "\(hours) h \(minutes) min" }
    return minutes > 0 ? "\(minutes) min \(rest) s" : "\(rest) s"
  }

  /// An amount of memory such as `1.25 GiB` or `310 MiB`.
  static func memory(_ bytes: Int) -> String {
    let mebibytes = Double(bytes) / 1_048_576
    return mebibytes < 1000
      ? "\(mebibytes.formatted(digits: 0)) MiB"
      : "\((mebibytes / 1024).formatted(digits: 2)) GiB"
  }

  /// A count with its noun such as `1 frame` or `3 frames`.
  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// Channels such as `2 channels (0: actin, 1: nuclei)`.
  static func channels(_ names: [String?]) -> String {
    let list = names.enumerated().map { place, name in name.map { "\(place): \($0)" } ?? "\(place)"
    }
    return "\(count(names.count, "channel")) (\(list.joined(separator: ", ")))"
  }

  /// A number with six digits that count and no zeros after them.
  static func number(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value)" }
    let size = abs(value)
    guard size >= 1e-4, size < 1e9 else { return "\(value)" }
    let digits = size >= 1000 ? 1 : size >= 1 ? 3 : 6
    var text = value.formatted(digits: digits)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// A pixel size such as `0.1 × 0.1 micrometer`.
  static func size(_ size: PixelSize?) -> String {
    guard let size else { return "unknown" }
    return "\(number(size.width)) × \(number(size.height)) \(size.unit)"
  }

  /// A part of the data such as `frames 0-1, 5` or `16 columns of each of 3 frames`.
  static func regions(_ regions: [FrameRegion], height: Int, width: Int) -> String {
    guard let first = regions.first else { return "nothing" }
    let frames = ranges(Array(Set(regions.map(\.frame))).sorted())
    let name = regions.count == 1 ? "frame" : "frames"
    if first.height == height, first.width == width { return "\(name) \(frames)" }
    return first.height == height
      ? "columns \(first.column) to \(first.column + first.width - 1) of \(name) \(frames)"
      : "rows \(first.row) to \(first.row + first.height - 1) of \(name) \(frames)"
  }

  /// Ascending numbers with runs drawn together, such as `0-3, 7`.
  static func ranges(_ numbers: [Int]) -> String {
    var runs: [(first: Int, last: Int)] = []
    for number in numbers {
      if let run = runs.last, run.last + 1 == number {
        runs[runs.count - 1].last = number
      } else {
        runs.append((number, number))
      }
    }
    return runs.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }
      .joined(separator: ", ")
  }

  /// Rows of cells as lines, columns aligned to the left.
  static func columns(_ rows: [[String]]) -> [String] {
    guard let head = rows.first else { return [] }
    let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }
  }

  /// Rows of cells as lines, columns aligned to the right.
  static func table(_ rows: [[String]]) -> String {
    guard let head = rows.first else { return "" }
    let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }
        .joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
