import Foundation
import Imaging

/// One thing that the result of a split depends on, such as the seed.
public struct SplitCondition: Codable, Equatable, Sendable {
  /// What it is, for messages, such as `seed`.
  public let name: String
  /// Its value.
  public let value: String

  /// A condition.
  public init(_ name: String, _ value: some CustomStringConvertible) {
    self.name = name
    self.value = value.description
  }
}

/// How far a split is, and what it depends on.
struct SplitJournal: Codable, Equatable {
  private static let formatVersion = 1
  private static let mostBytes = 16 << 20

  /// The version of the journal's form.
  private(set) var version = Self.formatVersion
  /// All that the result depends on.
  let conditions: [SplitCondition]
  /// Frames that are done.
  var frames = 0
  /// Batches of tiles of the next frame that are done.
  var batches = 0
  /// Pixels so far that did not fit into the type of the result.
  var clampedPixels = 0

  /// Nothing done yet.
  init(conditions: [SplitCondition]) { self.conditions = conditions }

  /// Whether anything is done.
  var hasProgress: Bool { frames > 0 || batches > 0 }

  /// Reads a journal.
  ///
  /// - Throws: `ImagingError` that says what to do where it cannot be read.
  init(contentsOf url: URL) throws(ImagingError) {
    do {
      let size = try FileManager.default.attributesOfItem(atPath: url.path)[.size] as? NSNumber
      guard let size, size.intValue <= Self.mostBytes else {
        throw CocoaError(.fileReadTooLarge)
      }
      self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    } catch {
      throw ImagingError(
        .notAnImage,
        "\(url.path) cannot be read (\(error.localizedDescription)), so the split cannot go on; "
          + "begin anew with --force")
    }
    guard version == Self.formatVersion, frames >= 0, batches >= 0, clampedPixels >= 0 else {
      throw ImagingError(
        .notAnImage, "\(url.path) is of another version of usplit; begin anew with --force")
    }
  }

  /// Writes the journal in the place of the one that is there, at once.
  ///
  /// - Throws: `ImagingError` of kind `unwritable` where the disk does not take it.
  func write(to url: URL) throws(ImagingError) {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try encoder.encode(self).write(to: url, options: .atomic)
    } catch {
      throw ImagingError(
        .unwritable, "\(url.path) cannot be written: \(error.localizedDescription)")
    }
  }

  /// What differs from other conditions, in words; nil where nothing does.
  func difference(to others: [SplitCondition]) -> String? {
    let names = others.map(\.name) + conditions.map(\.name)
    var told: Set<String> = []
    let differences = names.compactMap { name -> String? in
      let mine = conditions.first { $0.name == name }?.value
      let other = others.first { $0.name == name }?.value
      guard mine != other, told.insert(name).inserted else { return nil }
      return "the \(name) was \(mine ?? "not there") and is \(other ?? "not there")"
    }
    return differences.isEmpty ? nil : differences.joined(separator: "; ")
  }
}
