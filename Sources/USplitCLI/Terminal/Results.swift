import Foundation

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

  /// A value as readable JSON with sorted keys.
  static func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
