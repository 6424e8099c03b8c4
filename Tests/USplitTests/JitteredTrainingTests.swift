import Experiment
import TestSupport
import Testing
import USplit

@Suite("Training with patches that are changed")
struct JitteredTrainingTests {
  @Test("what is needed to mix anew is counted")
  func memory() throws {
    let images = try Tiny.images()
    let plain = try #require(images.preparedBytes())
    let remixed = try #require(images.preparedBytes(for: augmentation(mixing: 2)))
    #expect(images.preparedBytes(for: augmentation(intensity: 1)) == plain)
    #expect(remixed >= plain + 4 * 48 * 48 * 2 * 4 / 3)
  }

  @Test("validation patches are not changed")
  func validation() throws {
    let plain = Tiny.configuration()
    let changed = Tiny.configuration {
      $0.training.augmentation = augmentation(intensity: 1, mixing: 3)
    }
    var batches: [[Batch]] = []
    for configuration in [plain, changed] {
      var found: [Batch] = []
      try ValidationPatches(Tiny.data(configuration), patch: 16, limit: 0)
        .forEachBatch(of: 4) { found.append($0) }
      batches.append(found)
    }
    #expect(batches[0].map(\.inputs) == batches[1].map(\.inputs))
    #expect(batches[0].map(\.targets) == batches[1].map(\.targets))
  }

  @Test("a network whose predictions add up to the input learns from mixed patches")
  func trains() throws {
    let folder = try TemporaryFolder()
    let configuration = Tiny.configuration {
      $0.network.sumToInput = true
      $0.training.flips = true
      $0.training.augmentation = augmentation(intensity: 0.5, offset: 0.1, mixing: 3)
      $0.training.augmentation.signalPatches = 0.5
    }
    let (end, run) = try TrainerTests.train(folder, "run", configuration)
    #expect(end == .finished)
    let description = try SplitModel.description(contentsOf: run.best)
    #expect(description.configuration == configuration)
    #expect(description.inputScale.clip > (try Tiny.data()).inputScale.clip)
  }
}
