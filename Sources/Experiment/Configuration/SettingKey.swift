import Foundation
import JSON

/// A single setting: how it is named, what it may be, what it is for.
public struct SettingKey: Equatable, Sendable {
  /// The keys that lead to it, such as `training.batch`; `[]` stands for the places of a list.
  public let path: String
  /// The kind of value, such as `whole number`.
  public let kind: String
  /// The values that are allowed, where these have names; else empty.
  public let choices: [String]
  /// The value that it has, as JSON.
  public let value: String
  /// What it is for, in a sentence.
  public let explanation: String
}

extension Configuration {
  /// All settings with the values that they have here, sorted by their names.
  ///
  /// Names, kinds and values are those of the settings' own JSON. Only the explanations are written
  /// down a second time (`SettingKey.explanations`), since a program cannot read its comments.
  ///
  /// - Throws: ``ConfigurationError`` when a setting is a number that JSON has no words for.
  public func settingKeys() throws(ConfigurationError) -> [SettingKey] {
    let pattern = try Self.pattern().tree()
    let values = try tree()
    return pattern.leaves(path: []).map { path in
      let name = path.settingName
      let (kind, choices) = Self.kind(of: path, in: pattern)
      let value = (values[path] ?? pattern[path])?.compact ?? "null"
      return SettingKey(
        path: name, kind: kind, choices: choices, value: value,
        explanation: SettingKey.explanations[name] ?? "")
    }
  }

  /// The names of all settings, sorted.
  static var keyPaths: [String] {
    (try? pattern().tree())?.leaves(path: []).map(\.settingName) ?? []
  }

  /// Settings with one element in every list of objects.
  static func pattern() -> Configuration {
    var pattern = Configuration()
    pattern.data.targets = [ChannelSource()]
    return pattern
  }

  /// All settings as a tree.
  func tree() throws(ConfigurationError) -> JSONValue {
    do {
      return try JSONValue(json: JSONEncoder().encode(self), source: "the preset")
    } catch {
      throw ConfigurationError(.impossible, "a setting of the preset is no JSON: \(error)")
    }
  }

  /// What a setting may be: what the decoder asks for when it finds something else there.
  private static func kind(
    of path: [PathKey], in pattern: JSONValue
  ) -> (kind: String, choices: [String]) {
    let wanted = refusal(of: .object([:]), at: path, in: pattern)
    switch wanted {
    case .name: return ("name or number", [])
    case .type(let type) where type is any RangeReplaceableCollection.Type && type != String.self:
      let element = refusal(of: .list([.object([:])]), at: path, in: pattern)
      return ("list of \(element?.plainName ?? "value")s", [])
    case .type(let type) where type == String.self:
      guard case .choice(let names) = refusal(of: .text(""), at: path, in: pattern) else {
        return ("text", [])
      }
      return ("name", names)
    case .some(let other): return (other.plainName, [])
    case nil: return ("value", [])
    }
  }

  /// Why a value is refused.
  private enum Refusal {
    case type(any Any.Type)
    case choice([String])
    case name

    var plainName: String {
      guard case .type(let type) = self else { return "name" }
      return switch type {
      case is Bool.Type: "true or false"
      case is String.Type: "text"
      case is Double.Type: "number"
      case is Int.Type, is UInt64.Type: "whole number"
      default: "value"
      }
    }
  }

  private static func refusal(
    of value: JSONValue, at path: [PathKey], in pattern: JSONValue
  ) -> Refusal? {
    let changed = pattern.replacing(path[...], with: value)
    do {
      _ = try JSONDecoder().decode(Configuration.self, from: Data(changed.serialised.utf8))
      return nil
    } catch DecodingError.typeMismatch(let type, _) {
      return .type(type)
    } catch DecodingError.dataCorrupted(let context) {
      return (context.underlyingError as? UnknownName).map { .choice($0.known) } ?? .name
    } catch {
      return nil
    }
  }
}

extension JSONValue {
  /// The paths of all values that are no objects and no lists of objects, sorted by name.
  fileprivate func leaves(path: [PathKey]) -> [[PathKey]] {
    switch self {
    case .object(let members):
      return members.sorted { $0.key < $1.key }.flatMap { $1.leaves(path: path + [.name($0)]) }
    case .list(let elements):
      guard let first = elements.first, first.object != nil else { return [path] }
      return first.leaves(path: path + [.place(0)])
    default:
      return [path]
    }
  }

  /// The value on one line.
  fileprivate var compact: String {
    switch self {
    case .list(let elements): "[" + elements.map(\.compact).joined(separator: ", ") + "]"
    default: serialised.trimmingCharacters(in: .newlines)
    }
  }
}

extension [PathKey] {
  /// The path as the user writes it.
  fileprivate var settingName: String {
    reduce("") { name, key in
      switch key {
      case .place: name + "[]"
      case .name(let part): name.isEmpty ? part : "\(name).\(part)"
      }
    }
  }
}
