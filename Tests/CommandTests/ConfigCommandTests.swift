import Experiment
import Foundation
import TestSupport
import Testing

@Suite("usplit config")
struct ConfigCommandTests {
  private func settings(_ arguments: [String], in folder: URL) throws -> Configuration {
    let output = try accepted(["config"] + arguments, in: folder).output
    return try Configuration(
      json: Data(output.utf8), source: "the output", over: Configuration())
  }

  @Test(
    "the settings of a preset are printed whole, as JSON with sorted keys",
    arguments: Preset.allCases)
  func presets(_ preset: Preset) throws {
    let folder = try TemporaryFolder()
    let output = try accepted(["config", "--preset", preset.rawValue], in: folder.url).output
    let tree = try #require(
      try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    #expect(tree.keys.sorted() == ["data", "loss", "network", "training"])
    let places = ["\"data\"", "\"loss\"", "\"network\"", "\"training\""].map {
      output.range(of: "  \($0) : ")?.lowerBound
    }
    #expect(
      places.compactMap { $0 }.count == 4
        && places.compactMap { $0 } == places.compactMap { $0 }.sorted())
    #expect(
      try Configuration(json: Data(output.utf8), source: "the output", over: Configuration())
        == .preset(preset))
  }

  @Test("what is printed is what --config reads")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let options = [
      "--preset", "paper", "--backbone", "hae", "--context", "deep", "--filters", "6", "--epochs",
      "3", "--seed", "9", "--batch", "2", "--threads", "1", "--tensorboard", "--set",
      "training.gradientClip=1.5",
    ]
    let output = try accepted(["config"] + options, in: folder.url).output
    try Data(output.utf8).write(to: folder.url.appendingPathComponent("settings.json"))
    #expect(try accepted(["config", "--config", "settings.json"], in: folder.url).output == output)
    let settings = try settings(["--config", "settings.json", "--no-tensorboard"], in: folder.url)
    #expect(settings.network.backbone == .hae && settings.network.latentChannels.count == 8)
    #expect(settings.training.epochs == 3 && settings.training.seed == 9)
    #expect(settings.training.batch == 2 && settings.training.gradientClip == 1.5)
    #expect(!settings.training.tensorBoard)
    #expect(output.contains("\"tensorBoard\" : true"))
  }

  @Test("every setting is listed with its kind, its value and what it is for")
  func keys() throws {
    let folder = try TemporaryFolder()
    let lines = try accepted(["config", "--keys", "--preset", "paper"], in: folder.url).lines
    let keys = try Configuration.preset(.paper).settingKeys()
    #expect(lines.count == keys.count + 1)
    for (line, key) in zip(lines.dropFirst(), keys) {
      #expect(line.hasPrefix(key.path + " ") && line.contains("  \(key.value)  "), "\(line)")
      #expect(line.contains(key.explanation))
    }
    let context = try #require(lines.first { $0.hasPrefix("network.context ") })
    #expect(context.hasSuffix("One of vanilla, lean, regular, deep, unaligned."))
  }

  @Test("impossible settings and unknown names are refused, with the nearest known one")
  func refuses() throws {
    let folder = try TemporaryFolder()
    let cases: [(arguments: [String], words: [String])] = [
      (["--set", "training.bach=3"], ["training.bach", "did you mean \"training.batch\"?"]),
      (["--set", "batch=3"], ["did you mean \"training.batch\"?"]),
      (["--set", "network.context=leen"], ["\"leen\"", "did you mean \"lean\"?"]),
      (["--set", "training.batch=0"], ["training.batch is 0"]),
      (["--filters", "0"], ["filters is 0"]),
      (["--set", "loss.klWeight=-1"], ["klWeight"]),
      (["--config", "missing.json"], ["missing.json"]),
    ]
    for item in cases {
      try refused(["config"] + item.arguments, saying: item.words, in: folder.url)
    }
  }
}
