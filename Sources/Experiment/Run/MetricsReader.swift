import Foundation

/// Reads a metrics file while another process writes it, in bounded memory.
///
/// Each call reads what was added since the last. Of the steps only some are decoded, so that a file
/// of gigabytes is read about as fast as the disk gives it. Lines that make no sense are counted and
/// left out; a last line without line feed is left for the next call.
public struct MetricsReader: Sendable {
  /// The file.
  public let url: URL
  /// What it says so far.
  public private(set) var history = RunHistory()
  /// Lines that made no sense.
  public private(set) var unreadableLines = 0
  /// When the file was last written; nil while there is none.
  public private(set) var modified: Date?

  /// A line longer than this makes no sense, in bytes.
  static let longestLine = 1 << 20
  private static let block = 1 << 20
  private static let markLength = 64

  private var offset: UInt64 = 0
  /// The last bytes before `offset`, by which the file is known again.
  private var mark = Data()

  /// A reader of a file, which need not be there yet.
  public init(_ url: URL) { self.url = url }

  /// Takes in what was added.
  ///
  /// - Throws: ``RunDirectoryError`` when the file is there and cannot be read.
  public mutating func update() throws(RunDirectoryError) {
    guard FileManager.default.fileExists(atPath: url.path) else { return restart() }
    do {
      let handle = try FileHandle(forReadingFrom: url)
      defer { try? handle.close() }  // reading is over: nothing can be lost
      modified =
        try FileManager.default.attributesOfItem(atPath: url.path)[.modificationDate] as? Date
      if try !isContinued(handle) { restart() }
      try read(handle)
    } catch {
      throw RunDirectoryError(
        .unreadable, "cannot read \(url.path): \(error.localizedDescription)")
    }
  }

  private mutating func restart() { self = MetricsReader(url) }

  /// Whether the file still begins with what was read of it.
  private func isContinued(_ handle: FileHandle) throws -> Bool {
    guard try handle.seekToEnd() >= offset else { return false }
    try handle.seek(toOffset: offset - UInt64(mark.count))
    return try handle.read(upToCount: mark.count) ?? Data() == mark
  }

  private mutating func read(_ handle: FileHandle) throws {
    try handle.seek(toOffset: offset)
    var rest = Data()
    var isTooLong = false
    var latest: Data?
    while let block = try handle.read(upToCount: Self.block), !block.isEmpty {
      rest.append(block)
      var start = rest.startIndex
      while let end = Self.lineFeed(in: rest, from: start) {
        if isTooLong {
          unreadableLines += 1
        } else if end > start {
          take(rest[start..<end], latest: &latest)
        }
        isTooLong = false
        start = end + 1
      }
      if rest.endIndex - start > Self.longestLine {
        start = rest.endIndex
        isTooLong = true
      }
      guard start > rest.startIndex else { continue }
      offset += UInt64(start - rest.startIndex)
      mark = Data(rest[..<start].suffix(Self.markLength))
      rest = Data(rest[start...])
    }
    if let latest, let event = decoded(latest) { history.take(latest: event) }
  }

  private static func lineFeed(in data: Data, from start: Int) -> Int? {
    data.withUnsafeBytes { bytes in
      let skipped = start - data.startIndex
      guard let base = bytes.baseAddress, bytes.count > skipped,
        let found = memchr(base + skipped, Int32(UInt8(ascii: "\n")), bytes.count - skipped)
      else { return nil }
      return data.startIndex + base.distance(to: UnsafeRawPointer(found))
    }
  }

  /// Takes in one line; a step that is not among the chosen ones only becomes the latest.
  private mutating func take(_ line: Data, latest: inout Data?) {
    if let step = Self.stepNumber(line) {
      latest = line
      if history.wants(step: step), let event = decoded(line) { history.take(event) }
    } else if let event = decoded(line) {
      if event.event == .start { latest = nil }
      history.add(event)
    }
  }

  private mutating func decoded(_ line: Data) -> MetricEvent? {
    guard let event = try? MetricEvent(line: line), event.hasPossibleCounts else {
      unreadableLines += 1
      return nil
    }
    return event
  }

  /// The number of the step that a line tells of, without decoding it; nil for another line, or
  /// where that takes a closer look.
  private static func stepNumber(_ line: Data) -> Int? {
    line.withUnsafeBytes { bytes in
      guard end(of: #""event":"step""#, in: bytes) != nil,
        let start = end(of: #""step":"#, in: bytes)
      else { return nil }
      let digits = bytes[start...].prefix(16).prefix {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      }
      guard (1..<16).contains(digits.count) else { return nil }
      return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
  }

  /// Where the first occurrence of some words ends, which begin with a quotation mark.
  private static func end(of words: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
    let count = words.utf8CodeUnitCount
    guard let base = bytes.baseAddress else { return nil }
    var place = 0
    while place + count <= bytes.count,
      let quote = memchr(base + place, Int32(UInt8(ascii: "\"")), bytes.count - place - count + 1)
    {
      place = base.distance(to: UnsafeRawPointer(quote))
      if memcmp(base + place, words.utf8Start, count) == 0 { return place + count }
      place += 1
    }
    return nil
  }
}

extension MetricEvent {
  /// Whether its counts are numbers that can be counted with, and a step says which one it is.
  fileprivate var hasPossibleCounts: Bool {
    guard event != .step || step != nil else { return false }
    return [step, epoch, skippedSteps, totalSteps].allSatisfy { count in
      count.map { (0..<1_000_000_000_000_000).contains($0) } ?? true
    }
  }
}
