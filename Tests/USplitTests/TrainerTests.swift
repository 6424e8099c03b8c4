import Experiment
import Foundation
import Imaging
import TestSupport
import Testing
import Torch
import USplit

@Suite("Training")
struct TrainerTests {
  /// Trains in a folder of a name and tells how it ended.
  @discardableResult
  static func train(
    _ folder: borrowing TemporaryFolder, _ name: String = "run",
    _ configuration: Configuration = Tiny.configuration(),
    report: @escaping (TrainingReport) -> Void = { _ in },
    shouldStop: @escaping () -> Bool = { false }
  ) throws -> (TrainingEnd, RunDirectory) {
    let run = try RunDirectory(creating: folder.url.appendingPathComponent(name))
    let trainer = try Trainer(
      configuration, data: Tiny.data(configuration), run: run, report: report,
      shouldStop: shouldStop)
    return (try trainer.train(), run)
  }

  private func weights(_ url: URL) throws -> [[Float]] {
    try SplitModel(contentsOf: url).store.entries.map { try $0.tensor.floats() }
  }

  @Test("a run leaves settings, split, metrics, models and a picture")
  func files() throws {
    let folder = try TemporaryFolder()
    let configuration = Tiny.configuration { $0.training.epochs = 2 }
    let (end, run) = try Self.train(folder, "run", configuration)
    #expect(end == .finished)
    #expect(
      try Configuration(contentsOf: run.configuration, over: Configuration()) == configuration)
    let split = try JSONDecoder().decode(DataSplit.self, from: Data(contentsOf: run.split))
    #expect(try split == Tiny.data(configuration).split)
    let last = try SplitModel.description(contentsOf: run.last)
    #expect(last.figures.steps == 6 && last.figures.epochs == 2)
    #expect(last.figures.psnr.count == 2)
    #expect(last.configuration == configuration)
    #expect(FileManager.default.fileExists(atPath: run.best.path))
    #expect(
      FileManager.default.fileExists(
        atPath: run.previews.appendingPathComponent("epoch-000001.png").path))
  }

  @Test("each step, each validation and the end have a line of metrics")
  func metrics() throws {
    let folder = try TemporaryFolder()
    var reports = 0
    let (_, run) = try Self.train(
      folder, "run", Tiny.configuration { $0.training.epochs = 2 }, report: { _ in reports += 1 })
    let events = try MetricEvent.read(contentsOf: run.metrics)
    #expect(
      events.map(\.event)
        == [.start, .step, .step, .step, .validation, .step, .step, .step, .validation, .end])
    #expect(events[0].totalSteps == 6 && events[0].step == 0)
    #expect(events[0].process == Int(ProcessInfo.processInfo.processIdentifier))
    #expect(reports == 8)
    let steps = events.filter { $0.event == .step }
    #expect(steps.compactMap(\.step) == Array(1...6))
    #expect(steps.compactMap(\.epoch) == [0, 0, 0, 1, 1, 1])
    for step in steps {
      let loss = try #require(step.loss)
      let sum = try #require(step.reconstruction) + #require(step.kl)
      #expect(abs(loss - sum) < 1e-4 * max(abs(loss), 1))
      #expect(step.klPerLevel?.count == 2)
      #expect(step.gradientNorm.map { $0 > 0 } == true)
      #expect(step.learningRate == 1e-3)
      #expect(step.patchesPerSecond.map { $0 > 0 } == true)
    }
    let validation = try #require(events.first { $0.event == .validation })
    #expect(validation.psnr?.count == 2 && validation.best == true)
    #expect(events.last?.reason == "finished")
  }

  // In a process of its own, since other tests hold tensors at the same time.
  @Test("no tensor is kept from one step to the next", .timeLimit(.minutes(1)))
  func liveTensors() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let before = Runtime.liveTensorCount
      final class Counts { var values: [Int] = [] }
      let counts = Counts()
      try TrainerTests.train(
        folder, "run",
        Tiny.configuration {
          $0.training.epochs = 3
          $0.training.averaging = 0.9
          $0.network.sumToInput = true
        },
        report: { report in
          if case .step = report { counts.values.append(Runtime.liveTensorCount) }
        })
      guard Set(counts.values).count == 1 else { fatalError("live tensors: \(counts.values)") }
      let after = Runtime.liveTensorCount
      guard after == before else { fatalError("\(before) live tensors before, \(after) after") }
    }
  }

  @Test("the same seed trains the same weights, another one others")
  func repeatable() throws {
    let folder = try TemporaryFolder()
    let configuration = Tiny.configuration { $0.training.flips = true }
    let first = try weights(Self.train(folder, "first", configuration).1.last)
    let again = try weights(Self.train(folder, "again", configuration).1.last)
    #expect(first == again)
    let seeded = Tiny.configuration {
      $0.training.flips = true
      $0.training.seed = 1
    }
    let other = try weights(Self.train(folder, "other", seeded).1.last)
    #expect(first != other)
  }

  @Test("a training lowers the loss")
  func learns() throws {
    let folder = try TemporaryFolder()
    let configuration = Tiny.configuration {
      $0.training.stepsPerEpoch = 40
      $0.network.backbone = .hae
      $0.network.encoderDropout = 0
      $0.network.decoderDropout = 0
      $0.loss.kind = .meanSquaredError
      $0.training.optimiser.learningRate = 3e-3
    }
    let (_, run) = try Self.train(folder, "run", configuration)
    let losses = try MetricEvent.read(contentsOf: run.metrics)
      .filter { $0.event == .step }.compactMap(\.loss)
    func mean(_ part: ArraySlice<Double>) -> Double { part.reduce(0, +) / Double(part.count) }
    #expect(mean(losses.suffix(10)) < 0.8 * mean(losses.prefix(10)))
  }

  @Test("a training that is stopped leaves a model that can be used")
  func stopped() throws {
    let folder = try TemporaryFolder()
    var steps = 0
    let (end, run) = try Self.train(
      folder, "run", Tiny.configuration { $0.training.epochs = 100 },
      report: { if case .step = $0 { steps += 1 } }, shouldStop: { steps == 2 })
    #expect(end == .stopped && steps == 2)
    #expect(try MetricEvent.read(contentsOf: run.metrics).last?.reason == "stopped")
    let model = try SplitModel(contentsOf: run.last)
    #expect(model.description.figures.steps == 2)
    let image = try Tiny.targets()[0].plane(frame: 0, channel: 0)
    let planes = try Splitter(model, SplitOptions(inner: 8))(image)
    let isFinite = planes.allSatisfy { $0.values.allSatisfy(\.isFinite) }
    #expect(isFinite)
    #expect(try SplitModel(contentsOf: run.best).description.figures.steps == 2)
  }

  @Test("a training ends when its time is spent, after one step at least")
  func timeBudget() throws {
    let folder = try TemporaryFolder()
    let (end, run) = try Self.train(
      folder, "run", Tiny.configuration { $0.training.timeBudget = 1e-6 })
    #expect(end == .timeBudget)
    #expect(
      try MetricEvent.read(contentsOf: run.metrics).map(\.event)
        == [.start, .step, .validation, .end])
  }

  @Test("the first validation tells what the input itself reaches")
  func trivial() throws {
    let folder = try TemporaryFolder()
    let configuration = Tiny.configuration { $0.training.epochs = 2 }
    let (_, run) = try Self.train(folder, "run", configuration)
    var expected = [RunningPSNR(), RunningPSNR()]
    let patches = try ValidationPatches(
      Tiny.data(configuration), patch: configuration.network.patch, limit: 0)
    try patches.forEachBatch(of: 3) { batch in
      let area = batch.patch * batch.patch
      for (patch, channel) in (0..<batch.count).flatMap({ [($0, 0), ($0, 1)] }) {
        let target = (patch * 2 + channel) * area
        let input = patch * batch.images * area
        expected[channel].add(
          target: batch.targets[target..<target + area],
          prediction: batch.inputs[input..<input + area])
      }
    }
    let validations = try MetricEvent.read(contentsOf: run.metrics)
      .filter { $0.event == .validation }
    let found = try #require(validations[0].trivialPSNR)
    #expect(relativeError(found, expected.compactMap(\.value)) < 1e-9)
    #expect(validations[1].trivialPSNR == nil)
  }

  @Test("an event file is written when asked for, and goes on in another one when resumed")
  func eventFiles() throws {
    let folder = try TemporaryFolder()
    var configuration = Tiny.configuration()
    let (_, plain) = try Self.train(folder, "plain", configuration)
    #expect(try TensorBoardWriter.files(in: plain.url).isEmpty)
    configuration.training.tensorBoard = true
    let (_, run) = try Self.train(folder, "run", configuration)
    let first = try TensorBoardWriter.files(in: run.url)
    #expect(first.count == 1)
    let bytes = try Data(contentsOf: first[0])
    for words in ["brain.Event:2", "training/loss", "psnr/nuclei", "preview"] {
      #expect(bytes.range(of: Data(words.utf8)) != nil, "\(words)")
    }
    let picture = run.previews.appendingPathComponent("epoch-000001.png")
    #expect(bytes.range(of: try Data(contentsOf: picture)) != nil)
    configuration.training.epochs = 2
    let trainer = try Trainer(
      configuration, data: Tiny.data(configuration), run: run, resuming: true)
    #expect(try trainer.train() == .finished)
    #expect(trainer.stepsTaken == 3)
    #expect(try TensorBoardWriter.files(in: run.url).count == 2)
    #expect(try Data(contentsOf: first[0]) == bytes)
  }

  @Test("where the time goes is an event before the end, when it is measured")
  func profile() throws {
    let folder = try TemporaryFolder()
    let configuration = Tiny.configuration()
    let run = try RunDirectory(creating: folder.url.appendingPathComponent("run"))
    let profile = TimeProfile(isOn: true)
    _ = try Trainer(configuration, data: Tiny.data(configuration), run: run, profile: profile)
      .train()
    let events = try MetricEvent.read(contentsOf: run.metrics)
    #expect(events.suffix(2).map(\.event) == [.profile, .end])
    let parts = try #require(events[events.count - 2].profile)
    #expect(Set(parts.keys) == Set(TimeProfile.Part.allCases.map(\.rawValue)))
    for part in ["forward", "backward", "optimiser", "validation", "checkpoints", "previews"] {
      #expect(try #require(parts[part]) > 0, "\(part)")
    }
    let seconds = try #require(events.last?.seconds)
    #expect(abs(parts.values.reduce(0, +) - seconds) < 0.5 * seconds + 0.5)
  }

  @Test("a training ends when nothing improves")
  func earlyStopping() throws {
    let folder = try TemporaryFolder()
    let configuration = Tiny.configuration {
      $0.training.epochs = 50
      $0.training.stepsPerEpoch = 1
      $0.training.earlyStoppingPatience = 2
      $0.training.earlyStoppingMinimum = 1000
    }
    let (end, run) = try Self.train(folder, "run", configuration)
    #expect(end == .earlyStopping)
    let validations = try MetricEvent.read(contentsOf: run.metrics).filter {
      $0.event == .validation
    }
    #expect(validations.map(\.best) == [true, false, false])
    #expect(try SplitModel.description(contentsOf: run.best).figures.epochs == 1)
    #expect(try SplitModel.description(contentsOf: run.last).figures.epochs == 3)
  }

  @Test("steps without a finite loss are skipped and told, and too many end the training")
  func notANumber() throws {
    let folder = try TemporaryFolder()
    let configuration = Tiny.configuration {
      $0.training.stepsPerEpoch = 200
      $0.training.optimiser.kind = .adamW
      $0.training.optimiser.learningRate = 1e30
    }
    let run = try RunDirectory(creating: folder.url.appendingPathComponent("run"))
    let trainer = try Trainer(configuration, data: Tiny.data(configuration), run: run)
    let error = #expect(throws: TrainingError.self) { try trainer.train() }
    #expect(error?.description.contains("going back 5 times with half the learning rate") == true)
    let events = try MetricEvent.read(contentsOf: run.metrics)
    let notes = events.filter { $0.event == .note }
    #expect(notes.count >= 50)
    #expect(notes.last?.text?.contains("was skipped: its loss or gradient is ") == true)
    #expect(notes.count { $0.text?.hasPrefix("went back to step ") == true } == 5)
    #expect(events.filter { $0.event == .step }.allSatisfy { $0.loss?.isFinite == true })
  }

  @Test("nothing need validate; the last model is the best then")
  func noValidation() throws {
    let folder = try TemporaryFolder()
    let configuration = Tiny.configuration {
      $0.data.split.validation = 0
      $0.training.epochs = 2
      $0.training.stepsPerEpoch = 1
    }
    let (end, run) = try Self.train(folder, "run", configuration)
    #expect(end == .finished)
    let events = try MetricEvent.read(contentsOf: run.metrics)
    let validation = try #require(events.first { $0.event == .validation })
    #expect(validation.psnr == nil && validation.meanPSNR == nil)
    #expect(try weights(run.best) == weights(run.last))
  }

  @Test(
    "all losses, optimisers and schedules train",
    arguments: LossKind.allCases, OptimiserKind.allCases)
  func kinds(loss: LossKind, optimiser: OptimiserKind) throws {
    let folder = try TemporaryFolder()
    let configuration = Tiny.configuration {
      $0.loss.kind = loss
      $0.loss.klEstimate = .analytic
      $0.loss.freeBits = 0.1
      $0.training.optimiser.kind = optimiser
      $0.training.schedule.kind = .cosine
      $0.training.averaging = 0.99
      $0.training.stepsPerEpoch = 4
      $0.training.validationLatents = .mean
      $0.training.validationPatches = 2
      $0.training.loaderThreads = 2
    }
    let (end, run) = try Self.train(folder, "run", configuration)
    #expect(end == .finished)
    let isFinite = try weights(run.last).allSatisfy { $0.allSatisfy(\.isFinite) }
    #expect(isFinite)
  }

  @Test("an unknown device is refused before anything is written")
  func unknownDevice() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: TorchError.self) {
      try Self.train(folder, "run", Tiny.configuration { $0.training.device = "gpu" })
    }
    #expect(error?.description.contains("there is no device \"gpu\"") == true)
    let run = folder.url.appendingPathComponent("run/metrics.jsonl")
    #expect(!FileManager.default.fileExists(atPath: run.path))
  }

  @Test("each kind of network learns, and splits a frame", arguments: Backbone.allCases)
  func everyBackbone(_ backbone: Backbone) throws {
    let folder = try TemporaryFolder()
    var configuration = Tiny.configuration(backbone)
    configuration.network.sumToInput = backbone == .unet
    configuration.training.epochs = 2
    configuration.training.stepsPerEpoch = 12
    configuration.training.optimiser.learningRate = 5e-3
    let (end, run) = try Self.train(folder, "run", configuration)
    #expect(end == .finished)
    let losses = try MetricEvent.read(contentsOf: run.metrics).filter { $0.event == .step }
      .compactMap(\.reconstruction)
    let mean = { (part: ArraySlice<Double>) in part.reduce(0, +) / Double(part.count) }
    #expect(mean(losses.suffix(8)) < mean(losses.prefix(4)), "\(losses)")
    let model = try SplitModel(contentsOf: run.best)
    #expect(model.description.figures.psnr.count == 2)
    let frame = try Tiny.data(configuration).frame(0)
    let planes = try Splitter(model, SplitOptions(inner: 8))(frame.input)
    #expect(planes.count == 2 && planes[0].height == 48)
    #expect(planes.allSatisfy { $0.values.allSatisfy(\.isFinite) })
  }
}
