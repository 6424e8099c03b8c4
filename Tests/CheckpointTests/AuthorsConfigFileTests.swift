import Checkpoint
import Foundation
import TestSupport
import Testing

@Suite("The authors' configuration files")
struct AuthorsConfigFileTests {
  private static func config(_ pairs: KeyValuePairs<String, PythonValue>, frozen: Bool = true)
    -> PythonValue
  {
    .object(
      .symbol("ml_collections.config_dict.config_dict", frozen ? "FrozenConfigDict" : "ConfigDict"),
      state: .named([
        "_fields": .named(pairs), "_locked": .bool(true),
        "_configdict": .object(.symbol("x", "Y"), state: .none),
      ]))
  }

  private static func reference(_ value: PythonValue, operations: [PythonValue] = [])
    -> PythonValue
  {
    .object(
      .symbol("ml_collections.config_dict.config_dict", "FieldReference"),
      state: .named([
        "_field_type": .symbol("builtins", "int"), "_ops": .list(operations), "_value": value,
      ]))
  }

  private func read(_ value: PythonValue, version: UInt8 = 4) throws -> (Any, [String]) {
    let file = try AuthorsConfigFile(value.pickled(version: version), path: "config.pkl")
    return (try JSONSerialization.jsonObject(with: Data(file.json.utf8)), file.skipped)
  }

  private func refusal(_ data: Data) -> String {
    do {
      _ = try AuthorsConfigFile(data, path: "config.pkl")
      return "no error"
    } catch {
      return error.description
    }
  }

  @Test("settings in settings are read", arguments: [2, 4] as [UInt8])
  func nested(_ version: UInt8) throws {
    let (json, skipped) = try read(
      Self.config([
        "data": Self.config(["image_size": .integer(64), "padding_value": .none]),
        "model": Self.config(["z_dims": .tuple([.integer(128), .integer(128)])], frozen: false),
        "plain": .named(["rate": .float(1e-7), "text": .text("a \"b\" \\ \u{1}")]),
        "set": Self.reference(.integer(5)), "unset": Self.reference(.none),
      ]), version: version)
    #expect(skipped.isEmpty)
    let expected: [String: Any] = [
      "data": ["image_size": 64, "padding_value": NSNull()],
      "model": ["z_dims": [128, 128]],
      "plain": ["rate": 1e-7, "text": "a \"b\" \\ \u{1}"], "set": 5, "unset": NSNull(),
    ]
    #expect(json as? NSDictionary == expected as NSDictionary)
  }

  @Test("what JSON cannot hold is left out and named")
  func skipped() throws {
    let (json, skipped) = try read(
      Self.config([
        "a": .float(.infinity), "b": .symbol("os", "system"),
        "c": .list([.integer(1), .call(.symbol("os", "system"), [.text("rm")])]),
        "d": .dictionary([(.integer(1), .integer(2)), (.text("e"), .integer(3))]),
        "f": Self.reference(.integer(1), operations: [.integer(1)]),
      ]))
    #expect(json as? NSDictionary == ["c": [1], "d": ["e": 3]] as NSDictionary)
    #expect(
      skipped == [
        "a: a float", "b: the name os.system", "c.1: an object of os.system",
        "d: a key that is an int",
        "f: an object of ml_collections.config_dict.config_dict.FieldReference",
      ])
  }

  @Test("of a key that is there twice the last value counts")
  func twice() throws {
    let (json, _) = try read(
      .dictionary([(.text("a"), .integer(1)), (.text("a"), .integer(2))]))
    #expect(json as? NSDictionary == ["a": 2] as NSDictionary)
  }

  @Test("JSON is taken as it is")
  func json() throws {
    let text = " {\"a\": 1}\n"
    #expect(try AuthorsConfigFile(Data(text.utf8), path: "config.json").json == text)
  }

  @Test("other files are refused")
  func refusals() throws {
    #expect(refusal(Data()).contains("empty"))
    #expect(refusal(Data("hello".utf8)).contains("neither JSON nor a pickle"))
    #expect(refusal(PythonValue.list([]).pickled()).contains("a list, expected a ConfigDict"))
    #expect(refusal(Data([0x80, 4, 0x95])).contains("cut short"))
    let folder = try TemporaryFolder()
    #expect(throws: CheckpointError.self) {
      try AuthorsConfigFile(contentsOf: folder.url.appendingPathComponent("missing.pkl"))
    }
    #expect(throws: CheckpointError.self) { try AuthorsConfigFile(contentsOf: folder.url) }
  }

  @Test("settings that hold themselves, or unfold without end, are refused at once")
  func bombs() {
    // {} kept as 0, whose key "a" is itself.
    let cycle = Data([0x80, 2, 0x7D, 0x71, 0, 0x58, 1, 0, 0, 0, 0x61, 0x68, 0, 0x73, 0x2E])
    #expect(refusal(cycle).contains("nested deeper"))
    var bytes: [UInt8] = [0x80, 2, 0x7D, 0x58, 1, 0, 0, 0, 0x61, 0x5D, 0x71, 0]
    for _ in 0..<20 {
      bytes += [0x30, 0x5D, 0x28] + [UInt8](repeating: 0, count: 0)
      for _ in 0..<20 { bytes += [0x68, 0] }
      bytes += [0x65, 0x71, 0]
    }
    #expect(refusal(Data(bytes + [0x73, 0x2E])).contains("unfold"))
  }

  @Test("a configuration that ml_collections wrote is read")
  func written() throws {
    let url = try #require(Bundle.module.url(forResource: "config", withExtension: "pkl"))
    let file = try AuthorsConfigFile(contentsOf: url)
    let json = try JSONSerialization.jsonObject(with: Data(file.json.utf8)) as? [String: Any]
    let data = try #require(json?["data"] as? [String: Any])
    let model = try #require(json?["model"] as? [String: Any])
    #expect(data["image_size"] as? Int == 32)
    #expect(data["multiscale_lowres_count"] as? Int == 3)
    #expect(model["z_dims"] as? [Int] == [4, 4, 4])
    #expect(file.skipped.isEmpty)
  }
}
