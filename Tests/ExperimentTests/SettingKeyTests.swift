import Experiment
import Foundation
import Testing

/// The properties of the settings with the first paragraphs of their comments, from the source.
private struct SettingComments {
  private struct Property {
    let name: String
    let type: String
    let comment: String
  }

  private var properties: [String: [Property]] = [:]

  /// Reads `public var name = …` and `public var name: Type` of all structures in a folder.
  init(in folder: URL) throws {
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    for file in files where file.pathExtension == "swift" {
      read(try String(contentsOf: file, encoding: .utf8))
    }
  }

  private mutating func read(_ source: String) {
    var structure: String?
    var comment: [String] = []
    for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.split(separator: " ")
      if words.first == "///" || words == ["///"] {
        comment.append(words.dropFirst().joined(separator: " "))
        continue
      }
      if !line.hasPrefix(" "), let place = words.firstIndex(of: "struct") {
        structure = String(words[place + 1].prefix { $0 != ":" })
      }
      if line.hasPrefix("  public var "), !line.hasSuffix("}"), !line.hasSuffix("{"), let structure
      {
        let text = line.dropFirst("  public var ".count)
        let name = String(text.prefix { $0.isLetter || $0.isNumber })
        let rest = text.dropFirst(name.count).drop { ":= ".contains($0) }
        let type = rest.drop { $0 == "[" }.prefix { $0.isLetter || $0.isNumber }
        let paragraph = comment.prefix { !$0.isEmpty }.joined(separator: " ")
          .replacingOccurrences(of: "``", with: "")
        properties[structure, default: []].append(
          Property(
            name: name + (rest.hasPrefix("[") ? "[]" : ""), type: String(type), comment: paragraph))
      }
      if !line.isEmpty { comment = [] }
    }
  }

  /// The comment of every setting below a structure.
  func comments(of structure: String, path: String = "") -> [String: String] {
    var comments: [String: String] = [:]
    for property in properties[structure] ?? [] {
      if properties[property.type] != nil {
        comments.merge(
          self.comments(of: property.type, path: path + property.name + ".")
        ) { $1 }
      } else {
        let name = property.name.hasSuffix("[]") ? String(property.name.dropLast(2)) : property.name
        comments[path + name] = property.comment
      }
    }
    return comments
  }
}

@Suite("List of all settings")
struct SettingKeyTests {
  private func key(_ path: String, _ configuration: Configuration = .init()) throws -> SettingKey {
    try #require(try configuration.settingKeys().first { $0.path == path }, "\(path)")
  }

  @Test("every setting has a kind, a value and an explanation")
  func complete() throws {
    let keys = try Configuration.preset(.fast).settingKeys()
    #expect(keys.map(\.path) == keys.map(\.path).sorted())
    #expect(Set(keys.map(\.path)).count == keys.count && keys.count > 60)
    for key in keys {
      #expect(!key.kind.isEmpty && key.kind != "value", "\(key.path)")
      #expect(!key.value.isEmpty)
      #expect(
        key.explanation.last == ".", "\(key.path) lacks an entry in SettingKey.explanations")
    }
  }

  @Test("the explanations are the first paragraphs of the settings' comments")
  func comments() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Experiment/Configuration").standardizedFileURL
    let comments = try SettingComments(in: folder).comments(of: "Configuration")
    let keys = try Configuration().settingKeys()
    for key in keys {
      let comment = try #require(comments[key.path], "\(key.path) has no comment")
      #expect(
        key.explanation == comment, "SettingKey.explanations needs \"\(key.path)\": \"\(comment)\"")
    }
    #expect(Set(comments.keys) == Set(keys.map(\.path)))
  }

  @Test("kinds are told in words, choices by their names")
  func kinds() throws {
    #expect(try key("training.batch").kind == "whole number")
    #expect(try key("training.seed").kind == "whole number")
    #expect(try key("training.gradientClip").kind == "number")
    #expect(try key("training.flips").kind == "true or false")
    #expect(try key("training.device").kind == "text")
    #expect(try key("network.latentChannels").kind == "list of whole numbers")
    #expect(try key("loss.channelWeights").kind == "list of numbers")
    #expect(try key("data.targets[].channel").kind == "name or number")
    #expect(try key("data.targets[].file").kind == "text")
    let optimiser = try key("training.optimiser.kind")
    #expect(optimiser.kind == "name" && optimiser.choices == ["adamax", "adamW", "muon"])
    #expect(try key("network.context").choices == ContextVariant.allCases.map(\.rawValue))
  }

  @Test("values are those of the settings, as JSON")
  func values() throws {
    var configuration = Configuration.preset(.paper)
    configuration.training.batch = 7
    configuration.data.targets = [ChannelSource(name: "a \"quoted\" name", file: "f.tif")]
    #expect(try key("training.batch", configuration).value == "7")
    #expect(try key("network.latentChannels", configuration).value == "[128, 128, 128, 128]")
    #expect(try key("training.device", configuration).value == #""cpu""#)
    #expect(try key("training.flips", configuration).value == "false")
    #expect(try key("data.targets[].name", configuration).value == #""a \"quoted\" name""#)
    #expect(try key("data.targets[].name").value == #""""#)
  }
}
