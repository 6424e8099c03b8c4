import Foundation
import Imaging

/// Results go to standard output.
enum Results {
  /// Writes a line.
  ///
  /// - Throws: `CommandError` when standard output takes nothing, as on a full disk.
  static func line(_ text: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    } catch {
      throw CommandError("cannot write to standard output: \(error.localizedDescription)")
    }
  }

  /// Writes a value as readable JSON with sorted keys.
  ///
  /// - Throws: as `line(_:)`.
  static func json(_ value: some Encodable) throws { try line(jsonText(value)) }

  /// Writes a value as readable JSON with sorted keys into a file, as a whole or not at all.
  ///
  /// - Throws: `ImagingError` when the file cannot be written.
  static func write(_ value: some Encodable, to file: URL) throws {
    let text = try jsonText(value)
    do {
      try Data((text + "\n").utf8).write(to: file, options: .atomic)
    } catch {
      throw ImagingError(
        .unwritable, "\(file.path) cannot be written: \(error.localizedDescription)")
    }
  }

  /// A value as readable JSON with sorted keys.
  static func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
