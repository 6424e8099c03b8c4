import Experiment
import Foundation
import Testing

private let impossible: [ImpossibleChange] = [
  .init("augmentation.intensityJitter is -0.1", "0 (none) to 10") {
    $0.training.augmentation.intensityJitter = -0.1
  },
  .init("augmentation.intensityJitter is inf") {
    $0.training.augmentation.intensityJitter = .infinity
  },
  .init("augmentation.offsetJitter is nan") { $0.training.augmentation.offsetJitter = .nan },
  .init("augmentation.mixingJitter is 0.5", "from 1 (none) to 100") {
    $0.training.augmentation.mixingJitter = 0.5
  },
  .init("augmentation.signalPatches is 1.5", "a fraction from 0 to 1") {
    $0.training.augmentation.signalPatches = 1.5
  },
  .init("mixingJitter is 2.0, but data.input.kind is \"acquired\"", "set it to 1") {
    $0.training.augmentation.mixingJitter = 2
    $0.data.input.kind = .acquired
    $0.data.input.source.file = "both.tif"
  },
]

@Suite("Choice and change of patches")
struct AugmentationConfigurationTests {
  @Test("an impossible setting is refused with the numbers", arguments: impossible)
  func refuses(_ change: ImpossibleChange) throws {
    var configuration = possible()
    change.change(&configuration)
    let error = #expect(throws: ConfigurationError.self) { try configuration.validate() }
    #expect(error?.kind == .impossible)
    for part in change.parts { #expect(error?.description.contains(part) == true) }
  }

  @Test("no preset does any of it", arguments: Preset.allCases)
  func off(_ preset: Preset) {
    let training = Configuration.preset(preset).training
    #expect(training.augmentation == AugmentationConfiguration() && !training.flips)
    #expect(!training.augmentation.changesBrightness && !training.augmentation.remixes)
  }

  @Test("all of it at once is possible")
  func everything() throws {
    var configuration = possible()
    configuration.training.augmentation.intensityJitter = 0.5
    configuration.training.augmentation.offsetJitter = 0.2
    configuration.training.augmentation.mixingJitter = 4
    configuration.training.augmentation.signalPatches = 1
    try configuration.validate()
    let augmentation = configuration.training.augmentation
    #expect(augmentation.changesBrightness && augmentation.remixes)
    configuration.data.input.kind = .acquired
    configuration.data.input.source.file = "both.tif"
    configuration.training.augmentation.mixingJitter = 1
    try configuration.validate()
  }

  @Test("settings that were written before there was any have none")
  func old() throws {
    let json = Data(#"{"training": {"flips": true}}"#.utf8)
    let read = try Configuration(json: json, source: "c.json", over: Configuration())
    #expect(read.training.augmentation == AugmentationConfiguration())
  }

  @Test("a file changes one of them, and a wrong name is answered with the nearest")
  func file() throws {
    let json = Data(#"{"training": {"augmentation": {"mixingJitter": 3}}}"#.utf8)
    let read = try Configuration(json: json, source: "c.json", over: .preset(.paper))
    #expect(read.training.augmentation.mixingJitter == 3)
    #expect(read.training.augmentation.signalPatches == 0)
    let wrong = Data(#"{"training": {"augmentation": {"mixingJiter": 3}}}"#.utf8)
    let error = #expect(throws: ConfigurationError.self) {
      try Configuration(json: wrong, source: "c.json", over: .preset(.paper))
    }
    #expect(
      error?.description.contains("did you mean \"training.augmentation.mixingJitter\"?") == true)
  }
}
