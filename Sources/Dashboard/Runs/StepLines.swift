import Experiment
import Foundation

/// Some of the steps of a metrics file that lie within a range, evenly chosen.
///
/// The file is read once and only the chosen lines are decoded.
struct StepLines {
  /// The steps.
  let events: [MetricEvent]

  private static let block = 1 << 20
  private static let longestLine = 1 << 20

  /// Reads the steps of a range, at most so many.
  ///
  /// - Throws: `RunDirectoryError` when the file cannot be read.
  init(in url: URL, _ range: ClosedRange<Int>, most: Int) throws {
    let lines: [(step: Int, line: Data)]
    do {
      lines = try Self.lines(url, range, most: most)
    } catch {
      throw RunDirectoryError(.unreadable, "cannot read \(url.path): \(error.localizedDescription)")
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // A line that makes no sense is left out, as MetricsReader leaves it out.
    events = lines.compactMap { try? decoder.decode(MetricEvent.self, from: $0.line) }
  }

  /// The lines, thinned out where they become too many.
  private static func lines(
    _ url: URL, _ range: ClosedRange<Int>, most: Int
  ) throws -> [(step: Int, line: Data)] {
    let handle = try FileHandle(forReadingFrom: url)
    defer { try? handle.close() }  // reading is over: nothing can be lost
    var kept: [(step: Int, line: Data)] = []
    var stride = 1
    var counted = 0
    var rest = Data()
    while let block = try handle.read(upToCount: Self.block), !block.isEmpty {
      rest.append(block)
      guard let end = rest.lastIndex(of: 10) else {
        if rest.count > Self.longestLine { rest = Data() }
        continue
      }
      for line in rest[..<end].split(separator: 10) {
        guard let step = step(of: line), range.contains(step) else { continue }
        // A training that was resumed takes steps again: the later lines win.
        while let last = kept.last, last.step >= step { kept.removeLast() }
        counted += 1
        guard (counted - 1) % stride == 0 else { continue }
        kept.append((step, Data(line)))
        guard kept.count > 2 * most else { continue }
        kept = kept.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        stride *= 2
      }
      rest = Data(rest[(end + 1)...])
    }
    return kept
  }

  private static let event = Data(#""event":"step""#.utf8)
  private static let key = Data(#""step":"#.utf8)

  /// The number of the step that a line tells of.
  private static func step(of line: Data) -> Int? {
    guard line.range(of: event) != nil, let found = line.range(of: key) else { return nil }
    let digits = line[found.upperBound...].prefix(16).prefix { (48...57).contains($0) }
    guard (1..<16).contains(digits.count) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
  }
}
