import Foundation
import JSON

/// Lays the settings of a file over a complete tree of settings.
struct Overlay {
  /// What messages call the file.
  let source: String

  /// The base with the file's changes.
  ///
  /// - Parameters:
  ///   - changes: what the file holds here
  ///   - base: the settings it changes
  ///   - pattern: a tree of the same settings with one element in every list of objects
  ///   - path: the keys that lead here
  /// - Throws: ``ConfigurationError`` for a key that the pattern does not have.
  func merge(
    _ changes: JSONValue, over base: JSONValue, like pattern: JSONValue, path: [String]
  ) throws(ConfigurationError) -> JSONValue {
    switch (changes, pattern) {
    case (.object(let members), .object(let known)):
      guard case .object(var result) = base else { return changes }
      for (key, value) in members.sorted(by: { $0.key < $1.key }) {
        guard let like = known[key] else { throw unknown(key, path, Array(known.keys)) }
        result[key] = try merge(value, over: result[key] ?? like, like: like, path: path + [key])
      }
      return .object(result)
    case (.list(let elements), .list(let known)):
      guard let like = known.first, case .object = like else { return changes }
      var result: [JSONValue] = []
      for (place, element) in elements.enumerated() {
        var here = path
        here[here.count - 1] += "[\(place)]"
        result.append(try merge(element, over: like, like: like, path: here))
      }
      return .list(result)
    default:
      return changes
    }
  }

  /// The settings that a complete tree stands for.
  ///
  /// - Throws: ``ConfigurationError`` for a value of the wrong type.
  func decode(_ tree: JSONValue) throws(ConfigurationError) -> Configuration {
    do {
      return try JSONDecoder().decode(Configuration.self, from: Data(tree.serialised.utf8))
    } catch let DecodingError.typeMismatch(type, context) {
      throw wrong(tree, context.codingPath, expected: Self.name(type))
    } catch let DecodingError.valueNotFound(type, context) {
      throw wrong(tree, context.codingPath, expected: Self.name(type))
    } catch let DecodingError.dataCorrupted(context) {
      if let misfit = misfit(tree, tree, path: []) { throw misfit }
      throw ConfigurationError(
        .wrongValue, "\(source): \"\(Self.path(context.codingPath))\" \(context.debugDescription)")
    } catch {
      throw ConfigurationError(.wrongValue, "\(source): \(error)")
    }
  }

  /// The first number that its setting cannot hold, which the decoder reports without a path.
  ///
  /// A text in the number's place makes the decoder name the type that it wants there.
  private func misfit(
    _ value: JSONValue, _ tree: JSONValue, path: [PathKey]
  ) -> ConfigurationError? {
    switch value {
    case .object(let members):
      return members.sorted { $0.key < $1.key }.lazy
        .compactMap { misfit($1, tree, path: path + [.name($0)]) }.first
    case .list(let elements):
      return elements.enumerated().lazy
        .compactMap { misfit($1, tree, path: path + [.place($0)]) }.first
    case .integer(let number) where number >= 0: return nil
    case .number, .integer, .unsigned:
      do {
        let changed = tree.replacing(path[...], with: .text(""))
        _ = try JSONDecoder().decode(Configuration.self, from: Data(changed.serialised.utf8))
      } catch DecodingError.typeMismatch(let type, _) {
        let fits =
          switch (value, type) {
          case (.integer, is Int.Type), (.unsigned, is UInt64.Type), (_, is Double.Type): true
          case (.number(let number), is Int.Type): Int(exactly: number) != nil
          case (.number(let number), is UInt64.Type): UInt64(exactly: number) != nil
          default: false
          }
        return fits ? nil : wrong(tree, path, expected: Self.name(type))
      } catch {}  // another value is at fault
      return nil
    default: return nil
    }
  }

  private func wrong(
    _ tree: JSONValue, _ path: [any CodingKey], expected: String
  ) -> ConfigurationError {
    let found = tree[path]?.described ?? "missing"
    return ConfigurationError(
      .wrongValue, "\(source): \"\(Self.path(path))\" is \(found), expected \(expected)")
  }

  private func unknown(_ key: String, _ path: [String], _ known: [String]) -> ConfigurationError {
    let name = (path + [key]).joined(separator: ".")
    let advice: String
    if let near = known.nearest(to: key) {
      advice = "did you mean \"\((path + [near]).joined(separator: "."))\"?"
    } else {
      let elsewhere = Configuration.keyPaths.filter { $0.split(separator: ".").last ?? "" == key }
      advice =
        elsewhere.isEmpty
        ? "known here are \(known.sorted().joined(separator: ", "))"
        : "did you mean \"\(elsewhere.joined(separator: "\" or \""))\"?"
    }
    return ConfigurationError(.unknownKey, "\(source): unknown key \"\(name)\"; \(advice)")
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.reduce("") { path, key in
      if let index = key.intValue { return path + "[\(index)]" }
      return path.isEmpty ? key.stringValue : path + "." + key.stringValue
    }
  }

  private static func name(_ type: any Any.Type) -> String {
    switch type {
    case is Bool.Type: "true or false"
    case is String.Type: "a text"
    case is Double.Type: "a number"
    case is Int.Type, is UInt64.Type: "a whole number"
    case is any RangeReplaceableCollection.Type: "a list"
    default: "an object {…}"
    }
  }
}
