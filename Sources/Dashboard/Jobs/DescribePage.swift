import Experiment
import Foundation
import JSON

/// What a training would cost.
struct DescribePage: Sendable {
  /// The folders.
  let roots: FileRoots
  /// Where disks are waited for.
  let queue: WorkQueue
  /// What knows the runs.
  let finder: RunFinder
  /// What measures the network.
  let program: String
  /// A folder for what it prints.
  let scratch: URL

  private static let patience = Duration.seconds(60)

  /// What answers where.
  var routes: [Route] {
    [Route(method: "POST", path: "/api/describe") { try await describe($0) }]
  }

  private struct Answer: Encodable {
    let parameters: JSONTree
    let gigaflopPerPatch: JSONTree
    let memoryBytes: JSONTree
    let predictionMemoryBytes: JSONTree
    let batch: JSONTree
    let network: JSONTree
    let levels: JSONTree
    let seconds: Double?
    let estimate: [String]
    let warnings: [String]
  }

  private func describe(_ request: Request) async throws -> Response {
    let form = try await Form(request, keys: TrainingForm.keys)
    let training = try await queue.run { try TrainingForm(form, roots) }
    let text = try await output(["describe", "--json"] + training.networkArguments)
    guard let tree = try? JSONParser.parse(Array(text.utf8)) else {
      throw RequestError(500, "usplit describe has printed no JSON.")
    }
    let time = try await queue.run { TrainingTime(training, tree, finder) }
    func part(_ key: String) -> JSONTree { JSONTree(tree[key] ?? .null) }
    let memory = tree["trainingMemory"]?.number ?? 0
    let available = Double(ProcessInfo.processInfo.physicalMemory)
    let warnings =
      memory > available
      ? [
        "The training needs more memory than this computer has; take a smaller batch, patch or "
          + "network."
      ] : []
    return try .json(
      Answer(
        parameters: part("parameters"), gigaflopPerPatch: part("gigaflopPerPatch"),
        memoryBytes: part("trainingMemory"), predictionMemoryBytes: part("predictionMemory"),
        batch: part("batch"), network: part("network"), levels: part("levels"),
        seconds: time.seconds, estimate: time.sentences, warnings: warnings))
  }

  /// What the program prints.
  ///
  /// - Throws: ``RequestError`` (422) with what it says where it fails.
  private func output(_ arguments: [String]) async throws -> String {
    let name = UUID().uuidString
    let output = scratch.appendingPathComponent(name + ".out")
    let errors = scratch.appendingPathComponent(name + ".log")
    defer {
      for file in [output, errors] { try? FileManager.default.removeItem(at: file) }
    }
    let child = try ChildProcess(program, arguments, output: output, errors: errors)
    let deadline = ContinuousClock.now + Self.patience
    while true {
      if let end = child.end() {
        guard end == .code(0) else {
          let lines = ProgressLines(LogTail.text(errors, lines: 50) ?? "")
          throw RequestError(422, lines.reason)
        }
        return try await queue.run { try String(contentsOf: output, encoding: .utf8) }
      }
      guard ContinuousClock.now < deadline, !Task.isCancelled else {
        child.kill()
        while child.end() == nil { await Task.yield() }
        throw RequestError(503, "usplit describe did not answer in time; try again.")
      }
      try? await Task.sleep(for: .milliseconds(30))
    }
  }
}

/// How long a training would take, as far as that is known.
struct TrainingTime: Sendable {
  /// Seconds; nil where that is not known.
  let seconds: Double?
  /// The same in words.
  let sentences: [String]

  /// Looks for a run of the same network whose speed was measured.
  ///
  /// - Parameter description: what `usplit describe --json` prints
  init(_ training: TrainingForm, _ description: JSONValue, _ finder: RunFinder) {
    let rate = Self.rate(description, finder)
    let speed =
      rate.map {
        [
          "Runs of this network took \($0.formatted(.number.precision(.significantDigits(3)))) patches "
            + "per second on this computer."
        ]
      } ?? []
    if let seconds = training.seconds, seconds > 0 {
      self.seconds = seconds
      sentences = ["The training ends after the time that you give it."] + speed
      return
    }
    seconds = nil
    sentences =
      speed + [
        "How long it takes is only known once it runs; give it a time, or look at what remains "
          + "after the first steps."
      ]
  }

  /// The patches per second of the latest run with the same network.
  private static func rate(_ description: JSONValue, _ finder: RunFinder) -> Double? {
    guard let network = description["network"] else { return nil }
    for path in finder.paths().paths {
      let folder = URL(fileURLWithPath: path)
      guard let run = try? RunDirectory(opening: folder),
        let data = try? Data(contentsOf: run.configuration),
        let tree = try? JSONParser.parse(Array(data)), tree["network"] == network,
        tree["training"]?["batch"] == description["batch"],
        let configuration = try? Configuration(
          contentsOf: run.configuration, over: Configuration()),
        let metrics = try? finder.metrics(path),
        metrics.history.start?.host == HostName.current,
        let rate = RunStatus(configuration, metrics).patchesPerSecond
      else { continue }
      return rate
    }
    return nil
  }
}
