import Foundation
import TestSupport

/// What the fixture checks of this folder read from a file's metadata.
extension Fixture {
  /// The metadata's `cases`, a JSON object of objects, in the order of their names.
  ///
  /// Keys such as `val_fraction` fill properties such as `valFraction`.
  func cases<Case: Decodable>(_ type: Case.Type) throws -> [(name: String, values: Case)] {
    let text = metadata["cases"] ?? "{}"
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let cases = try decoder.decode([String: Case].self, from: Data(text.utf8))
    return cases.sorted { $0.key < $1.key }.map { (name: $0.key, values: $0.value) }
  }
}
