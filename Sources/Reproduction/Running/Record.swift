import Foundation
import USplit

/// What one measurement of one trained network gave: a line of the results file.
public struct Record: Codable, Sendable {
  /// What was trained: `Row.training`.
  public var training: String
  /// How it was measured: `TileRule.id`.
  public var measurement: String
  /// Seed of the training.
  public var seed: UInt64
  /// At which size it was trained.
  public var scale: Scale
  /// A number that changes with every setting and every drawn image.
  public var fingerprint: String
  /// The scores, frame by frame.
  public var evaluation: EvaluationReport
  /// Steps of the training.
  public var steps: Int
  /// Seconds of the training, its validations included.
  public var trainingSeconds: Double
  /// Learned numbers; nil where nothing was learned beforehand.
  public var parameters: Int?
  /// Estimated memory of the training, in bytes; nil where nothing was trained.
  public var trainingMemory: Int?
  /// Seconds per training step, the median; nil where nothing was trained.
  public var stepSeconds: Double?
  /// Seconds per split megapixel.
  public var secondsPerMegapixel: Double?
  /// The panel of the first test frame, beside the results file; nil for none.
  public var panel: String?
  /// The program that measured.
  public var program: String
}

/// The results of all rows: a JSON-lines file to which finished measurements are appended.
public struct RecordsFile: Sendable {
  /// Where it lies.
  public let url: URL

  /// The file at the given place, which need not be there yet.
  public init(_ url: URL) { self.url = url }

  /// All records, the older first; a last line that was cut short is left out.
  ///
  /// - Throws: `ReproductionError` for a damaged line elsewhere, with its number.
  public func read() throws(ReproductionError) -> [Record] {
    guard FileManager.default.fileExists(atPath: url.path) else { return [] }
    let text: Data
    do {
      text = try Data(contentsOf: url)
    } catch {
      throw ReproductionError("cannot read \(url.path): \(error.localizedDescription)")
    }
    var records: [Record] = []
    let lines = text.split(separator: UInt8(ascii: "\n"))
    let isWhole = text.last == UInt8(ascii: "\n")
    for (index, line) in lines.enumerated() {
      do {
        records.append(try JSONDecoder().decode(Record.self, from: line))
      } catch {
        if index == lines.count - 1, !isWhole { break }
        throw ReproductionError(
          "\(url.path), line \(index + 1), is no record of this program; remove the line, or the "
            + "file to start anew (\(error))")
      }
    }
    return records
  }

  /// Appends a record, after mending a line that was cut short.
  ///
  /// - Throws: `ReproductionError` when the file cannot be written.
  public func append(_ record: Record) throws(ReproductionError) {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      var line = try encoder.encode(record)
      line.append(UInt8(ascii: "\n"))
      if !FileManager.default.fileExists(atPath: url.path) {
        try Data().write(to: url)
      }
      let file = try FileHandle(forUpdating: url)
      defer { try? file.close() }
      try file.truncate(atOffset: try endOfLastLine())
      try file.seekToEnd()
      try file.write(contentsOf: line)
      try file.synchronize()
    } catch {
      throw ReproductionError("cannot write \(url.path): \(error.localizedDescription)")
    }
  }

  private func endOfLastLine() throws -> UInt64 {
    let text = try Data(contentsOf: url, options: .mappedIfSafe)
    guard let last = text.lastIndex(of: UInt8(ascii: "\n")) else { return 0 }
    return UInt64(text.distance(from: text.startIndex, to: last) + 1)
  }
}

/// A reproduction that cannot go on; the sentence to show.
public struct ReproductionError: Error, CustomStringConvertible, Equatable {
  /// What is wrong, where, and what to do.
  public let description: String

  init(_ description: String) { self.description = description }
}
