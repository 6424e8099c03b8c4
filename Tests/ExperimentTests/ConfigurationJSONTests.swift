import Experiment
import Foundation
import TestSupport
import Testing

private func read(
  _ json: String, over preset: Preset = .paper
) throws(ConfigurationError) -> Configuration {
  try Configuration(
    json: Data(json.utf8), source: "config.json", over: Configuration.preset(preset))
}

/// JSON that must be refused, and the sentence or a part of it.
struct WrongJSON: Sendable, CustomStringConvertible {
  let description: String
  let kind: ConfigurationError.Kind
  let sentence: String

  init(_ json: String, _ kind: ConfigurationError.Kind, _ sentence: String) {
    description = json
    self.kind = kind
    self.sentence = sentence
  }
}

private let wrong: [WrongJSON] = [
  .init(
    #"{"training": {"bacth": 8}}"#, .unknownKey,
    #"config.json: unknown key "training.bacth"; did you mean "training.batch"?"#),
  .init(
    #"{"trainig": {}}"#, .unknownKey,
    #"config.json: unknown key "trainig"; did you mean "training"?"#),
  .init(
    #"{"training": {"Batch": 8}}"#, .unknownKey,
    #"config.json: unknown key "training.Batch"; did you mean "training.batch"?"#),
  .init(
    #"{"something": 1}"#, .unknownKey,
    #"config.json: unknown key "something"; known here are data, loss, network, training"#),
  .init(
    #"{"data": {"targets": [{}, {"nam": "a"}]}}"#, .unknownKey,
    #"config.json: unknown key "data.targets[1].nam"; did you mean "data.targets[1].name"?"#),
  .init(
    #"{"training": {"epochs": "many"}}"#, .wrongValue,
    #"config.json: "training.epochs" is the text "many", expected a whole number"#),
  .init(
    #"{"training": {"epochs": 1.5}}"#, .wrongValue,
    #"config.json: "training.epochs" is 1.5, expected a whole number"#),
  .init(
    #"{"network": {"latentChannels": [32, 0.5], "encoderDropout": 0.5}}"#, .wrongValue,
    #"config.json: "network.latentChannels[1]" is 0.5, expected a whole number"#),
  .init(
    #"{"training": {"epochs": true}}"#, .wrongValue,
    #"config.json: "training.epochs" is true, expected a whole number"#),
  .init(
    #"{"training": {"epochs": 1e300}}"#, .wrongValue,
    #"config.json: "training.epochs" is 1e+300, expected a whole number"#),
  .init(
    #"{"training": {"seed": -1}}"#, .wrongValue,
    #"config.json: "training.seed" is -1, expected a whole number"#),
  .init(
    #"{"training": {"flips": 1}}"#, .wrongValue,
    #"config.json: "training.flips" is 1, expected true or false"#),
  .init(
    #"{"training": {"device": null}}"#, .wrongValue,
    #"config.json: "training.device" is null, expected a text"#),
  .init(
    #"{"training": {"optimiser": {"learningRate": "x"}}}"#, .wrongValue,
    #"config.json: "training.optimiser.learningRate" is the text "x", expected a number"#),
  .init(
    #"{"training": 3}"#, .wrongValue,
    #"config.json: "training" is 3, expected an object {…}"#),
  .init(
    #"{"network": {"latentChannels": 32}}"#, .wrongValue,
    #"config.json: "network.latentChannels" is 32, expected a list"#),
  .init(
    #"{"network": {"latentChannels": [32, "x"]}}"#, .wrongValue,
    #"config.json: "network.latentChannels[1]" is the text "x", expected a whole number"#),
  .init(
    #"{"data": {"targets": [1]}}"#, .wrongValue,
    #"config.json: "data.targets[0]" is 1, expected an object {…}"#),
  .init(
    #"{"data": {"targets": [{"channel": 1.5}]}}"#, .wrongValue, #""data.targets[0].channel""#),
  .init(
    #"{"network": {"context": "leen"}}"#, .wrongValue,
    #"config.json: "network.context" is "leen", expected one of "vanilla", "lean", "regular","#
      + #" "deep""#),
  .init(
    #"{"network": {"context": "leen"}}"#, .wrongValue, #""unaligned"; did you mean "lean"?"#),
  .init(
    #"{"training": {"optimiser": {"kind": "AdamW"}}}"#, .wrongValue,
    #"config.json: "training.optimiser.kind" is "AdamW", expected one of "adamax", "adamW", "muon"; did you"#
      + #" mean "adamW"?"#),
  .init(
    #"{"patch": 32}"#, .unknownKey,
    #"config.json: unknown key "patch"; did you mean "network.patch"?"#),
  .init(
    #"{"training": {"kind": 1}}"#, .unknownKey,
    #"did you mean "data.input.kind" or "loss.kind" or "training.optimiser.kind" or "#),
  .init("[]", .wrongValue, "config.json holds a list of 0, expected an object"),
  .init("", .invalidJSON, "config.json is not valid JSON: "),
  .init(
    "{\n  \"training\": {,}\n}", .invalidJSON,
    #"line 2, column 16 has ",", expected a key in quotes"#),
  .init(#"{"training": {}, "training": {}}"#, .invalidJSON, #"has the key "training" a second"#),
  .init(#"{"µ": tru}"#, .invalidJSON, #"line 1, column 7 has "t", expected a value"#),
  .init(#"{"a": "b}"#, .invalidJSON, "has the end, expected the end of a text"),
  .init(#"{"a": "\x"}"#, .invalidJSON, "unknown escape"),
  .init(#"{"a": 01}"#, .invalidJSON, "01, which is no number"),
  .init(#"{"a": 1e999}"#, .invalidJSON, "1e999, which is no number"),
  .init(#"{"a": [1 2]}"#, .invalidJSON, "expected a comma or ]"),
  .init(#"{} {}"#, .invalidJSON, "expected the end"),
  .init(
    String(repeating: "[", count: 100_000), .invalidJSON, "config.json is not valid JSON: "),
]

@Suite("Configuration as JSON")
struct ConfigurationJSONTests {
  @Test("a mistake is told with its path and what was expected", arguments: wrong)
  func refuses(_ json: WrongJSON) {
    let error = #expect(throws: ConfigurationError.self) { try read(json.description) }
    #expect(error?.kind == json.kind)
    #expect(error?.description.contains(json.sentence) == true, "\(String(describing: error))")
  }

  @Test("a file changes what it names and keeps the rest")
  func overlays() throws {
    var expected = Configuration.preset(.fast)
    expected.training.batch = 4
    expected.training.optimiser.learningRate = 1
    expected.training.seed = .max
    expected.network.context = .deep
    expected.network.latentChannels = [8, 16]
    expected.data.targets = [
      ChannelSource(name: "a", channel: .index(2)), ChannelSource(channel: .name("tub")),
    ]
    let json = """
      {"training": {"batch": 4.0, "optimiser": {"learningRate": 1.0}, "seed": 18446744073709551615},
       "network": {"context": "deep", "latentChannels": [8, 16]},
       "data": {"targets": [{"name": "a", "channel": 2}, {"channel": "tub"}]}}
      """
    #expect(try read(json, over: .fast) == expected)
    #expect(try read("{}", over: .fast) == .preset(.fast))
  }

  @Test("sources that were written before there were axes have none")
  func earlierSources() throws {
    let json = #"{"name": "a", "file": "a.tif", "channel": 1}"#
    let source = try JSONDecoder().decode(ChannelSource.self, from: Data(json.utf8))
    #expect(source == ChannelSource(name: "a", file: "a.tif", channel: .index(1)))
    let overlaid = try read(#"{"data": {"targets": [{"file": "b.tif", "axes": "TC4YX"}]}}"#)
    #expect(overlaid.data.targets == [ChannelSource(file: "b.tif", axes: "TC4YX")])
  }

  @Test("a backbone brings its settings, and what else is named comes on top")
  func overlaysBackbone() throws {
    var expected = Configuration.preset(.fast)
    expected.set(backbone: .unet)
    #expect(try read(#"{"network": {"backbone": "unet"}}"#, over: .fast) == expected)
    expected.network.set(context: .regular)
    expected.network.filters = 40
    let json =
      #"{"network": {"backbone": "unet", "context": "regular", "contexts": 4, "filters": 40}}"#
    #expect(try read(json, over: .fast) == expected)
    let same = try Configuration(
      json: Data(#"{"network": {"backbone": "unet"}}"#.utf8), source: "x", over: expected)
    #expect(same == expected)
    let wrong = #expect(throws: ConfigurationError.self) {
      try read(#"{"network": {"backbone": "unett"}}"#)
    }
    #expect(wrong?.description.contains("\"braveNet\"") == true)
  }

  @Test("what is written is read again", arguments: Preset.allCases)
  func roundTrips(_ preset: Preset) throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("config.json")
    var configuration = Configuration.preset(preset)
    configuration.data.targets = possible().data.targets
    configuration.training.seed = .max - 1
    configuration.training.optimiser.learningRate = 0.1 + 0.2
    try configuration.write(to: url)
    try configuration.write(to: url)
    #expect(try Configuration(contentsOf: url, over: Configuration()) == configuration)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
    let text = try String(contentsOf: url, encoding: .utf8)
    #expect(text.hasPrefix("{\n  \"data\""))
    #expect(text.contains("\"channel\" : \"tub\""))
  }

  @Test("a file that cannot be read or written is named")
  func namesFile() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("none/config.json")
    let reading = #expect(throws: ConfigurationError.self) {
      try Configuration(contentsOf: url, over: Configuration())
    }
    #expect(reading?.kind == .unreadable)
    #expect(reading?.description.contains(url.path) == true)
    let writing = #expect(throws: ConfigurationError.self) { try Configuration().write(to: url) }
    #expect(writing?.kind == .unwritable)
    #expect(writing?.description.contains(url.path) == true)
  }
}
