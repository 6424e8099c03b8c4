import Experiment
import Foundation
import Imaging
import TestSupport
import Testing
import Torch
import USplit

@Suite("Resuming a training")
struct ResumeTests {
  /// Settings with everything that has a state: dropout, samples, an average, a plateau.
  private static func configuration(
    _ change: (inout Configuration) -> Void = { _ in }
  ) -> Configuration {
    Tiny.configuration {
      $0.training.epochs = 4
      $0.training.stepsPerEpoch = 5
      $0.training.flips = true
      $0.training.averaging = 0.9
      $0.training.schedule.patience = 0
      $0.training.earlyStoppingPatience = 0
      change(&$0)
    }
  }

  private func train(
    _ run: RunDirectory, _ configuration: Configuration, resuming: Bool,
    stopAfter steps: Int = .max, notes: (String) -> Void = { _ in }
  ) throws -> TrainingEnd {
    var taken = 0
    var texts: [String] = []
    let trainer = try Trainer(
      configuration, data: Tiny.data(configuration), run: run, resuming: resuming,
      report: {
        if case .step = $0 { taken += 1 }
        if case .note(let text) = $0 { texts.append(text) }
      }, shouldStop: { taken >= steps })
    let end = try trainer.train()
    texts.forEach(notes)
    return end
  }

  private func weights(_ url: URL) throws -> [[Float]] {
    try SplitModel(contentsOf: url).store.entries.map { try $0.tensor.floats() }
  }

  @Test(
    "a training that was stopped and resumed gives the same weights, bit for bit",
    arguments: [1, 5, 7], OptimiserKind.allCases)
  func same(every: Int, optimiser: OptimiserKind) throws {
    let folder = try TemporaryFolder()
    let configuration = Self.configuration { $0.training.optimiser.kind = optimiser }
    let whole = try RunDirectory(creating: folder.url.appendingPathComponent("whole"))
    #expect(try train(whole, configuration, resuming: false) == .finished)
    let parts = try RunDirectory(creating: folder.url.appendingPathComponent("parts"))
    var sessions = 1
    var end = try train(parts, configuration, resuming: false, stopAfter: every)
    while end == .stopped, sessions < 30 {
      sessions += 1
      end = try train(parts, configuration, resuming: true, stopAfter: every)
    }
    #expect(end == .finished && sessions > 2)
    for file in [\RunDirectory.best, \.last] {
      #expect(try weights(whole[keyPath: file]) == weights(parts[keyPath: file]))
    }
    let (first, second) = try (
      MetricEvent.read(contentsOf: whole.metrics), MetricEvent.read(contentsOf: parts.metrics)
    )
    func losses(_ events: [MetricEvent]) -> [Double] {
      events.filter { $0.event == .step }.compactMap(\.loss)
    }
    #expect(losses(first) == losses(second))
    #expect(
      first.filter { $0.event == .validation }.map(\.psnr)
        == second.filter { $0.event == .validation }.map(\.psnr))
  }

  @Test("the last two states are kept, and a broken newest one is passed over")
  func keepsTwo() throws {
    let folder = try TemporaryFolder()
    let configuration = Self.configuration { $0.training.checkpointInterval = 1e-9 }
    let run = try RunDirectory(creating: folder.url.appendingPathComponent("run"))
    #expect(try train(run, configuration, resuming: false, stopAfter: 7) == .stopped)
    let states = try run.states()
    #expect(states.map(\.lastPathComponent) == [7, 6].map { "state-00000000\($0).safetensors" })
    try Data(contentsOf: states[0]).prefix(5000).write(to: states[0])
    let leftover = run.checkpoints.appendingPathComponent(".state-000000009.safetensors.x.tmp")
    try Data().write(to: leftover)
    var notes: [String] = []
    #expect(try train(run, configuration, resuming: true, notes: { notes.append($0) }) == .finished)
    #expect(notes.first == "resumed at step 6")
    #expect(!FileManager.default.fileExists(atPath: leftover.path))
    let steps = try MetricEvent.read(contentsOf: run.metrics).filter { $0.event == .step }
    #expect(steps.compactMap(\.step) == Array(1...20))
  }

  @Test("a training of which no state can be read is refused, and nothing is changed")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    let configuration = Self.configuration()
    let run = try RunDirectory(creating: folder.url.appendingPathComponent("run"))
    _ = try train(run, configuration, resuming: false, stopAfter: 2)
    for state in try run.states() { try Data("no".utf8).write(to: state) }
    let metrics = try Data(contentsOf: run.metrics)
    let error = #expect(throws: TrainingError.self) {
      try train(run, configuration, resuming: true)
    }
    #expect(error?.description.hasPrefix("the training cannot be resumed: ") == true)
    #expect(try Data(contentsOf: run.metrics) == metrics)
  }

  @Test("other images are refused")
  func otherImages() throws {
    let folder = try TemporaryFolder()
    let configuration = Self.configuration()
    let run = try RunDirectory(creating: folder.url.appendingPathComponent("run"))
    _ = try train(run, configuration, resuming: false, stopAfter: 2)
    let targets = try Tiny.targets()
    let images = try TrainingImages(
      targets: [targets[1], targets[0]], names: ["nuclei", "filaments"], acquired: nil)
    let data = try PreparedData(images, configuration.data, contexts: 2, patch: 16)
    let error = #expect(throws: TrainingError.self) {
      _ = try Trainer(configuration, data: data, run: run, resuming: true)
    }
    #expect(error?.description.contains("the images are not those that") == true)
  }

  @Test("a finished training stays as it is, and goes on when it is made longer")
  func longer() throws {
    let folder = try TemporaryFolder()
    var configuration = Self.configuration()
    let run = try RunDirectory(creating: folder.url.appendingPathComponent("run"))
    _ = try train(run, configuration, resuming: false)
    let (metrics, last) = try (Data(contentsOf: run.metrics), Data(contentsOf: run.last))
    #expect(try train(run, configuration, resuming: true) == .finished)
    #expect(try Data(contentsOf: run.last) == last)
    #expect(try Data(contentsOf: run.metrics).starts(with: metrics))
    configuration.training.epochs = 5
    #expect(try train(run, configuration, resuming: true) == .finished)
    #expect(try SplitModel.description(contentsOf: run.last).figures.steps == 25)
  }

  @Test("a training that is stopped in its validation validates when it goes on")
  func stoppedInValidation() throws {
    let folder = try TemporaryFolder()
    let configuration = Self.configuration()
    let whole = try RunDirectory(creating: folder.url.appendingPathComponent("whole"))
    _ = try train(whole, configuration, resuming: false)
    let run = try RunDirectory(creating: folder.url.appendingPathComponent("run"))
    var asked = 0
    let trainer = try Trainer(
      configuration, data: Tiny.data(configuration), run: run,
      shouldStop: {
        asked += 1
        return asked > 5
      })
    #expect(try trainer.train() == .stopped)
    #expect(try !MetricEvent.read(contentsOf: run.metrics).contains { $0.event == .validation })
    #expect(try train(run, configuration, resuming: true) == .finished)
    #expect(try weights(run.last) == weights(whole.last))
  }

  @Test("a loss far above the usual is not learned from")
  func watch() {
    var watch = LossWatch()
    func isBeyondUsual(_ loss: Double, _ stage: SplitLoss.Stage = .likelihood) -> Bool {
      watch.isBeyondUsual(loss, stage: stage)
    }
    for step in 0..<200 {
      let loss = 3 - Double(step) * 0.01 + Double(step % 7) * 0.05
      #expect(!isBeyondUsual(loss))
    }
    #expect(!isBeyondUsual(2))
    #expect(isBeyondUsual(1e6))
    #expect(isBeyondUsual(1e6))
    #expect(!isBeyondUsual(1))
    #expect(!isBeyondUsual(1e6, .both))
  }
}
