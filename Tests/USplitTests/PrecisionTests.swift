import Experiment
import Foundation
import Imaging
import TestSupport
import Testing
import Torch
import USplit

@Suite("Precision and memory of training")
struct PrecisionTests {
  private func events(_ run: RunDirectory) throws -> [MetricEvent] {
    try MetricEvent.read(contentsOf: run.metrics)
  }

  /// A training without draws, dropout and statistics of batches: parts add up exactly.
  private func plain(_ change: (inout Configuration) -> Void) -> Configuration {
    Tiny.configuration {
      $0.network.backbone = .hae
      $0.network.batchNorm = false
      $0.network.encoderDropout = 0
      $0.network.decoderDropout = 0
      $0.training.batch = 5
      change(&$0)
    }
  }

  @Test("a batch in parts gives the losses and gradients of the whole", arguments: [1, 2, 3])
  func parts(size: Int) throws {
    let folder = try TemporaryFolder()
    func steps(_ name: String, _ size: Int) throws -> [MetricEvent] {
      let configuration = plain { $0.training.microBatch = size }
      return try events(TrainerTests.train(folder, name, configuration).1)
        .filter { $0.event == .step }
    }
    for (found, wanted) in zip(try steps("parts", size), try steps("whole", 0)) {
      let pairs = [
        (found.loss, wanted.loss), (found.reconstruction, wanted.reconstruction),
        (found.gradientNorm, wanted.gradientNorm),
      ]
      for (one, other) in pairs {
        let (one, other) = (try #require(one), try #require(other))
        #expect(abs(one - other) < 1e-4 * max(abs(other), 1))
      }
    }
  }

  @Test("a part as large as the batch, and levels computed twice, change no bit")
  func sameBits() throws {
    let folder = try TemporaryFolder()
    func weights(_ name: String, _ change: (inout Configuration) -> Void) throws -> [[Float]] {
      let run = try TrainerTests.train(folder, name, Tiny.configuration(change)).1
      return try SplitModel(contentsOf: run.last).store.entries.map { try $0.tensor.floats() }
    }
    let plain = try weights("plain") { _ in }
    #expect(try weights("part") { $0.training.microBatch = 2 } == plain)
    #expect(try weights("twice") { $0.training.recompute = 2 } == plain)
  }

  @Test("a training in bfloat16 learns and saves float32", arguments: [0, 2])
  func bfloat16(recompute: Int) throws {
    let folder = try TemporaryFolder()
    let (_, run) = try TrainerTests.train(
      folder, "run",
      Tiny.configuration {
        $0.training.precision = .bfloat16
        $0.training.recompute = recompute
        $0.training.microBatch = 1
        $0.training.stepsPerEpoch = 40
        $0.training.optimiser.learningRate = 3e-3
        $0.network.backbone = .hae
        $0.network.encoderDropout = 0
        $0.network.decoderDropout = 0
        $0.loss.kind = .meanSquaredError
      })
    let losses = try events(run).compactMap { $0.event == .step ? $0.loss : nil }
    #expect(losses.count == 40 && losses.allSatisfy(\.isFinite))
    #expect(losses.suffix(10).reduce(0, +) < losses.prefix(10).reduce(0, +))
    let model = try SplitModel(contentsOf: run.last)
    #expect(model.store.parameters.allSatisfy { $0.type == .float32 })
  }

  @Test("float16 lowers the scale of its loss until gradients fit, or the device refuses it")
  func float16() throws {
    let folder = try TemporaryFolder()
    do {
      let (_, run) = try TrainerTests.train(
        folder, "run", Tiny.configuration { $0.training.precision = .float16 })
      let losses = try events(run).compactMap { $0.event == .step ? $0.loss : nil }
      #expect(!losses.isEmpty && losses.allSatisfy(\.isFinite))
      #expect(try events(run).allSatisfy { $0.text?.contains("was skipped") != true })
    } catch TorchError.device(let text) {
      #expect(text.contains("use bfloat16 or float32"))
    }
  }

  @Test("a model splits in bfloat16 nearly as in float32")
  func splitting() throws {
    let model = try Tiny.model()
    let image = try Tiny.targets()[0].plane(frame: 0, channel: 0)
    var options = SplitOptions(for: model.description.network)
    let long = try Splitter(model, options)(image)
    options.precision = .bfloat16
    let short = try Splitter(model, options)(image)
    for (one, other) in zip(long, short) {
      let spread = try #require(one.values.max()) - (try #require(one.values.min()))
      let differences = zip(one.values, other.values).map { abs($0 - $1) }
      #expect(differences.contains { $0 > 0 })
      #expect(differences.allSatisfy { $0 < 0.2 * max(spread, 1) })
    }
  }

  /// Notes of a training, whose folder goes away.
  private static func notes(_ configuration: Configuration) throws -> [String] {
    let folder = try TemporaryFolder()
    var notes: [String] = []
    try TrainerTests.train(
      folder, "run", configuration,
      report: { if case .note(let text) = $0 { notes.append(text) } })
    return notes
  }

  /// Batches large enough to matter beside the program.
  private static func wide(_ limit: Int) -> Configuration {
    Tiny.configuration {
      $0.network.filters = 32
      $0.network.patch = 32
      $0.training.batch = 16
      $0.training.stepsPerEpoch = 2
      $0.training.memoryLimit = limit
    }
  }

  // Each in a process of its own: the figures are those of the whole process.
  @Test("under a limit batches are taken in the parts that fit, and it is said")
  func limit() async {
    await #expect(processExitsWith: .success) {
      // LibTorch's operations: a batch of these takes more than the program's own loops need.
      Runtime.kernels = .none
      _ = try Tiny.data()
      let held = Memory.resident ?? 0
      let notes = try PrecisionTests.notes(PrecisionTests.wide(held + (120 << 20)))
      guard notes.count == 1, notes[0].hasPrefix("batches of 16 are taken in parts of "),
        notes[0].contains("are allowed")
      else { fatalError("\(notes)") }
      let whole = try PrecisionTests.notes(PrecisionTests.wide(64 << 30))
      guard whole.count == 1, whole[0].hasPrefix("batches of 16 are taken whole") else {
        fatalError("\(whole)")
      }
    }
  }

  @Test("a limit that nothing fits into is an error with both numbers")
  func tooLow() async {
    await #expect(processExitsWith: .success) {
      do {
        _ = try PrecisionTests.notes(PrecisionTests.wide(64 << 20))
        fatalError("64 MiB were enough")
      } catch let error as TrainingError {
        guard error.description.contains("of 64 MiB of memory") else { throw error }
      }
    }
  }

  @Test("a training that runs out of memory halves its parts once, and then gives up")
  func backsOff() async {
    await #expect(processExitsWith: .success) {
      final class Seen { var notes: [String] = [] }
      func train(_ seen: Seen, relents: Bool) throws {
        let folder = try TemporaryFolder()
        try TrainerTests.train(
          folder, "run", PrecisionTests.wide(0),
          report: { report in
            switch report {
            case .step: TensorMemory.limit(to: TensorMemory(of: .cpu).current + (8 << 20))
            case .note(let text):
              seen.notes.append(text)
              if relents { TensorMemory.limit(to: 0) }
            case .validation: break
            }
          })
      }
      let seen = Seen()
      try train(seen, relents: true)
      guard seen.notes.count == 1, seen.notes[0].contains("in parts of 8 patches from now on")
      else {
        fatalError("\(seen.notes)")
      }
      do {
        try train(Seen(), relents: false)
        fatalError("8 MiB were enough")
      } catch let error as TrainingError {
        guard error.description.contains("were halved before") else { throw error }
      }
    }
  }
}
