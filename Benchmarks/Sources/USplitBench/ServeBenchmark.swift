import Experiment
import Foundation
import Imaging
import Torch
import USplit

/// Does one piece of work for each line of the standard input and says how long it took, so that
/// programs can be measured in turns.
struct ServeBenchmark {
  /// The first line: what is ready.
  private struct Ready: Encodable {
    /// Resident memory before the first call, in MiB.
    var base: Double?
    /// The most resident memory so far, in MiB.
    var peak: Double?
    /// Seconds of the first call.
    var first: Double
    var version = Runtime.version
    var threads = Runtime.threads
  }

  /// A line for each call.
  private struct Timing: Encodable {
    var seconds: Double
    /// The most resident memory so far, in MiB.
    var peak: Double?
  }

  /// A line after freed memory was given back; peaks are counted anew from there.
  private struct Released: Encodable {
    /// Resident memory in MiB.
    var resident: Double?
  }

  private let work: String
  private let network: String
  private let batch: Int
  private let samples: Int
  private let filters: Int
  private let patch: Int
  private let warmUp: Int

  init(_ arguments: inout Arguments) throws {
    work = arguments.text("work", "")
    network = arguments.text("network", "")
    batch = try arguments.number("batch", 4)
    samples = try arguments.number("samples", 1)
    filters = try arguments.number("filters", 0, least: 0)
    patch = try arguments.number("patch", 64, least: 16)
    warmUp = try arguments.number("warm-up", 1)
    let threads = try arguments.number("threads", 0, least: 0)
    let kernels = arguments.text("kernels", "")
    try arguments.finish()
    if threads > 0 { Runtime.threads = threads }
    guard !kernels.isEmpty else { return }
    guard let chosen = Kernels.allCases.first(where: { "\($0)" == kernels }) else {
      throw ArgumentError("--kernels is \"\(kernels)\", which are none")
    }
    Runtime.kernels = chosen
  }

  func run() throws {
    Runtime.keepFreedMemory()
    let call = try makeCall()
    let base = Memory.resident.map { Self.mebibytes($0) }
    let first = try Self.seconds(of: call)
    for _ in 1..<max(warmUp, 1) { try call() }
    try say(Ready(base: base, peak: Self.peak, first: first))
    while let line = readLine() {
      if line == "release" {
        TensorMemory(of: .cpu).release()
        Self.resetPeak()
        try say(Released(resident: Memory.resident.map { Self.mebibytes($0) }))
      } else {
        let seconds = try Self.seconds(of: call)
        try say(Timing(seconds: seconds, peak: Self.peak))
      }
    }
  }

  // MARK: Work

  private func makeCall() throws -> () throws -> Void {
    let configuration = try Cells.paper(network, filters: filters, patch: patch, batch: batch)
    switch work {
    case "train": return try trainingStep(configuration)
    case "predict": return try prediction(configuration)
    case "samples": return try splitting(configuration)
    case "load": return try loading(configuration)
    default:
      throw ArgumentError("--work is \"\(work)\"; name train, predict, samples or load")
    }
  }

  /// A step as `Trainer` takes it, without its reports.
  private func trainingStep(_ configuration: Configuration) throws -> () throws -> Void {
    let (model, batch) = try prepared(configuration)
    let (input, target) = (try batch.inputTensor(on: .cpu), try batch.targetTensor(on: .cpu))
    let generator = try Generator(seed: 1)
    let loss = SplitLoss(configuration.loss)
    let rule = configuration.training.optimiser
    let optimiser = Adamax(
      model.store, learningRate: rule.learningRate, betas: (rule.beta1, rule.beta2),
      epsilon: rule.epsilon, weightDecay: rule.weightDecay)
    return {
      let pass = Pass(
        mode: .training(generator), latents: .sample(generator),
        divergence: configuration.loss.klEstimate)
      model.store.clearGradients()
      let prediction = model(input, pass)
      let terms = loss(
        prediction.distribution, latents: prediction.latents, target: target,
        stage: loss.stage(at: 0), divergenceWeight: configuration.loss.klWeight)
      try terms.total.backward()
      try model.store.clipGradients(toNorm: configuration.training.gradientClip)
      try optimiser.takeStep()
    }
  }

  /// One prediction with drawn latent variables.
  private func prediction(_ configuration: Configuration) throws -> () throws -> Void {
    let (model, batch) = try prepared(configuration)
    let input = try batch.inputTensor(on: .cpu)
    let generator = try Generator(seed: 1)
    return {
      try withoutGradients { () throws in
        let pass = Pass(mode: .evaluation, latents: .sample(generator))
        _ = try model(input, pass).distribution.mean.floats()
      }
    }
  }

  /// The split of an image of as many tiles as there are patches in a batch.
  private func splitting(_ configuration: Configuration) throws -> () throws -> Void {
    let (model, _) = try prepared(configuration)
    let inner = patch / 2
    let rows = (1...batch).last { $0 * $0 <= batch && batch.isMultiple(of: $0) } ?? 1
    let image = try SyntheticCells().stack(
      frames: 1, height: rows * inner, width: batch / rows * inner, seed: 1
    ).plane(frame: 0, channel: 0)
    var options = SplitOptions(inner: inner)
    options.samplesPosterior = true
    options.samples = samples
    options.batch = batch
    let splitter = Splitter(model, options)
    return { _ = try splitter(image) }
  }

  /// The next batch of random patches, as tensors.
  private func loading(_ configuration: Configuration) throws -> () throws -> Void {
    let data = try Cells.data(configuration, frames: 10, side: 512)
    let sampler = PatchSampler(data, patch: patch, batch: batch, seed: 1, turns: false)
    var index = 0
    return {
      let batch = try sampler(index)
      _ = (try batch.inputTensor(on: .cpu), try batch.targetTensor(on: .cpu))
      index += 1
    }
  }

  /// A network of fresh weights and a batch of patches.
  private func prepared(_ configuration: Configuration) throws -> (SplitModel, Batch) {
    let data = try Cells.data(configuration, frames: 10, side: 2 * patch)
    let model = try SplitModel(ModelDescription(configuration, data))
    let sampler = PatchSampler(data, patch: patch, batch: batch, seed: 1, turns: false)
    return (model, try sampler(0))
  }

  // MARK: Measuring

  private func say(_ line: some Encodable) throws {
    let text = try JSONEncoder().encode(line) + Data("\n".utf8)
    try FileHandle.standardOutput.write(contentsOf: text)
  }

  private static func seconds(of work: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(work) / .seconds(1)
  }

  private static func mebibytes(_ bytes: Int) -> Double { Double(bytes) / 1_048_576 }

  /// The most resident memory of this process since `resetPeak()` or its start, in MiB; nil where
  /// the system does not say.
  private static var peak: Double? {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .ascii),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
    else { return nil }
    return line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first
      .flatMap { Double($0) }.map { $0 / 1024 }
  }

  /// Takes what is held now as the most that was held, where the system lets it.
  private static func resetPeak() {
    guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
    try? file.write(contentsOf: Data("5".utf8))  // the figure is then higher, which is safe
  }
}
