import Foundation
import JSON

extension Configuration {
  /// Reads a JSON file that changes some settings of a preset and keeps the others.
  ///
  /// - Throws: ``ConfigurationError`` for a file that cannot be read, text that is no JSON, a key
  ///   that no setting has, or a value of the wrong type. Limits are left to ``validate()``.
  public init(contentsOf url: URL, over preset: Configuration) throws(ConfigurationError) {
    let json: Data
    do {
      json = try Data(contentsOf: url)
    } catch {
      throw ConfigurationError(
        .unreadable, "cannot read \(url.path): \(error.localizedDescription)")
    }
    try self.init(json: json, source: url.lastPathComponent, over: preset)
  }

  /// Reads JSON text that changes some settings of a preset and keeps the others.
  ///
  /// - Parameters:
  ///   - json: the text, UTF-8
  ///   - source: what messages call it
  ///   - preset: the settings that the text does not name; a text that names another backbone
  ///     than the preset's starts from the settings that come with it (``set(backbone:)``)
  /// - Throws: ``ConfigurationError``, as ``init(contentsOf:over:)``.
  public init(json: Data, source: String, over preset: Configuration) throws(ConfigurationError) {
    let limit = 10_000_000
    guard json.count <= limit else {
      throw ConfigurationError(
        .unreadable, "\(source) has \(json.count) bytes, settings take less than \(limit)")
    }
    let overlay = Overlay(source: source)
    let changes = try JSONValue(json: json, source: source)
    guard case .object = changes else {
      throw ConfigurationError(
        .wrongValue, "\(source) holds \(changes.described), expected an object {…} of settings")
    }
    var preset = preset
    if case .text(let name) = changes["network"]?["backbone"], let named = Backbone(rawValue: name)
    {
      preset.set(backbone: named)
    }
    let merged = try overlay.merge(
      changes, over: try preset.tree(), like: try Self.pattern().tree(), path: [])
    self = try overlay.decode(merged)
  }

  /// Writes all settings as JSON with sorted keys, replacing the file in one step.
  ///
  /// - Throws: ``ConfigurationError`` when that fails.
  public func write(to url: URL) throws(ConfigurationError) {
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      var json = try encoder.encode(self)
      json.append(UInt8(ascii: "\n"))
      try json.write(to: url, options: .atomic)
    } catch {
      throw ConfigurationError(
        .unwritable, "cannot write \(url.path): \(error.localizedDescription)")
    }
  }
}
