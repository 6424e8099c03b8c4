import Foundation
import TestSupport
import Testing

@Suite("usplit describe")
struct DescribeCommandTests {
  private let folder = FileManager.default.temporaryDirectory

  private func summary(_ arguments: [String]) throws -> [String: Any] {
    let json = try accepted(["describe", "--json"] + arguments, in: folder).output
    return try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  }

  @Test(
    "the paper's networks have the parameters of the authors' program",
    arguments: [
      ("vanilla", 2_991_748), ("lean", 3_657_604), ("regular", 4_702_084), ("deep", 7_177_604),
    ])
  func parameters(_ context: String, _ count: Int) throws {
    let found = try summary(["--preset", "paper", "--backbone", "hvae", "--context", context])
    #expect(found["parameters"] as? Int == count)
    let levels = try #require(found["levels"] as? [[String: Any]])
    #expect(levels.count == (context == "deep" ? 8 : 4))
    #expect(try #require(found["gigaflopPerPatch"] as? Double) > 1)
  }

  @Test(
    "the networks to compare with have the parameters of the authors' program",
    arguments: [
      (["--backbone", "unet"], 17_298_594),
      (["--backbone", "unet", "--context", "regular"], 31_252_834),
      (["--backbone", "contextAwareUNet"], 18_718_146), (["--backbone", "braveNet"], 3_513_802),
    ])
  func comparedParameters(_ options: [String], _ count: Int) throws {
    let found = try summary(["--preset", "paper"] + options)
    #expect(found["parameters"] as? Int == count)
    let network = try #require(found["network"] as? [String: Any])
    #expect(network["filters"] as? Int == 32)
    let levels = try #require(found["levels"] as? [[String: Any]])
    #expect(levels.count == (options[1] == "braveNet" ? 4 : 6))
    #expect(levels[0]["encoderSize"] as? Int == 64 && levels[0]["latentSize"] == nil)
    #expect(levels[1]["channels"] as? Int == 64)
  }

  @Test("depth, contexts and filters of a U-Net are changed, and told in words")
  func unet() throws {
    let options = [
      "--backbone", "unet", "--context", "lean", "--depth", "3", "--contexts", "2", "--filters",
      "4", "--patch", "20",
    ]
    let network = try #require(try summary(options)["network"] as? [String: Any])
    #expect(network["depth"] as? Int == 3 && network["contexts"] as? Int == 2)
    #expect(network["filters"] as? Int == 4 && network["context"] as? String == "lean")
    let lines = try accepted(["describe"] + options, in: folder).lines
    let head = try #require(lines.first)
    for words in ["U-Net with lean context", "80 × 80 pixels", "3 halvings", "4 filters at first"] {
      #expect(head.contains(words), "\(head)")
    }
    #expect(lines.contains("    1       40   8 × 20  4 × 10"), "\(lines)")
    let brave = try accepted(["describe", "--set", "network.backbone=braveNet"], in: folder).lines
    #expect(brave[0].contains("BraveNet with unaligned context") && brave[0].contains("4 levels"))
  }

  @Test("each option changes the setting it names")
  func options() throws {
    let changed = try summary([
      "--backbone", "hae", "--context", "regular", "--patch", "32", "--filters", "6", "--latents",
      "5", "--blocks", "2", "--batch", "3", "--set", "network.kernel=5", "--set",
      "network.merge=linear", "--set", "network.learnedTopPrior=false",
    ])
    let network = try #require(changed["network"] as? [String: Any])
    #expect(network["backbone"] as? String == "hae")
    #expect(network["context"] as? String == "regular")
    #expect(network["patch"] as? Int == 32)
    #expect(network["filters"] as? Int == 6)
    #expect(network["latentChannels"] as? [Int] == [5, 5, 5, 5])
    #expect(network["blocksPerLevel"] as? Int == 2)
    #expect(network["kernel"] as? Int == 5)
    #expect(network["merge"] as? String == "linear")
    #expect(network["learnedTopPrior"] as? Bool == false)
    #expect(changed["batch"] as? Int == 3)
  }

  @Test("levels and contexts are changed apart from each other")
  func levels() throws {
    let more = try summary([
      "--contexts", "2", "--levels", "5", "--set", "network.latentChannels=[1,2,3,4]",
    ])
    let network = try #require(more["network"] as? [String: Any])
    #expect(network["contexts"] as? Int == 2)
    #expect(network["latentChannels"] as? [Int] == [1, 2, 3, 4, 4])
    let vanilla = try summary(["--context", "vanilla"])
    #expect((vanilla["network"] as? [String: Any])?["contexts"] as? Int == 0)
  }

  @Test("preset, file, --set and options override each other in this order")
  func precedence() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("settings.json")
    try Data(#"{"network": {"filters": 10, "kernel": 5, "patch": 32}}"#.utf8).write(to: file)
    let found = try summary([
      "--preset", "paper", "--patch", "16", "--set", "network.kernel=7", "--config", file.path,
      "--set", "network.patch=48",
    ])
    let network = try #require(found["network"] as? [String: Any])
    #expect(network["filters"] as? Int == 10)
    #expect(network["kernel"] as? Int == 7)
    #expect(network["patch"] as? Int == 16)
    #expect((network["latentChannels"] as? [Int]) == [128, 128, 128, 128])
  }

  @Test("the text shows every level and the costs")
  func text() throws {
    let lines = try accepted(["describe", "--preset", "paper"], in: folder).lines
    #expect(lines.filter { $0.first == " " }.count == 4)
    #expect(lines.contains("parameters: 3657604"))
  }

  @Test("impossible settings are refused")
  func impossible() throws {
    let empty = try TemporaryFolder()
    let cases: [(arguments: [String], words: [String])] = [
      (["--set", "network.pach=32"], ["network.pach", "network.patch"]),
      (["--set", "patch=32"], ["patch"]),
      (["--set", "network.patch=big"], ["network.patch", "big", "whole number"]),
      (["--contexts", "5"], ["contexts is 5", "4 levels"]),
      (["--patch", "40"], ["40 pixels", "multiple of 16"]),
      (["--levels", "0"], ["--levels is 0"]),
      (["--filters", "0"], ["filters is 0"]),
      (["--batch", "0"], ["batch is 0"]),
      (["--config", "missing.json"], ["missing.json"]),
      (["--depth", "3"], ["--depth", "hae", "--levels"]),
      (["--backbone", "unet", "--levels", "3"], ["--levels", "unet", "--depth"]),
      (["--backbone", "braveNet", "--latents", "3"], ["--latents", "braveNet", "--depth"]),
      (["--backbone", "contextAwareUNet", "--blocks", "2"], ["--blocks", "--depth"]),
      (
        ["--backbone", "unet", "--set", "network.gated=false"], ["network.gated is false", "unet"]
      ),
      (
        ["--backbone", "braveNet", "--set", "network.logVariance=channel"],
        ["network.logVariance is channel", "leave it at unit"]
      ),
      (
        ["--set", "network.backbone=unet", "--set", "network.gated=false"],
        ["network.gated is false", "unet", "leave it at true"]
      ),
      (["--backbone", "unet", "--depth", "9"], ["depth is 9", "1 to 8"]),
      (["--backbone", "unet", "--patch", "31"], ["31 pixels", "at least 32"]),
      (
        ["--backbone", "unet", "--context", "lean", "--depth", "4"], ["contexts is 4", "at most 3"]
      ),
      (["--backbone", "braveNet", "--context", "lean"], ["lean", "braveNet", "unaligned"]),
      (["--context", "unaligned"], ["unaligned", "braveNet"]),
    ]
    for item in cases {
      try refused(["describe"] + item.arguments, saying: item.words, in: empty.url)
    }
  }
}
