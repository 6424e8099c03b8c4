import ArgumentParser
import Experiment
import Foundation
import JSON

/// One setting on the command line: `network.patch=32`.
struct Setting: ExpressibleByArgument {
  /// The keys that lead to the setting.
  let path: [String]
  /// Its value as JSON.
  let json: String

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "=") else { return nil }
    let path = argument[..<equals].split(separator: ".", omittingEmptySubsequences: false)
      .map(String.init)
    guard path.allSatisfy({ !$0.isEmpty }) else { return nil }
    let value = String(argument[argument.index(after: equals)...])
    self.path = path
    json = Self.isJSON(value) ? value : JSONValue.literal(value)
  }

  /// The settings with this one changed.
  ///
  /// - Throws: `ConfigurationError` for a key that no setting has, or a value it cannot take.
  func applied(to configuration: Configuration) throws(ConfigurationError) -> Configuration {
    let nested = path.reversed().reduce(json) { "{\(JSONValue.literal($1)):\($0)}" }
    return try Configuration(json: Data(nested.utf8), source: "--set", over: configuration)
  }

  private static func isJSON(_ text: String) -> Bool {
    (try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) != nil
  }
}
