import Foundation

/// How a training stands, from its run folder alone.
public struct RunStatus: Codable, Equatable, Sendable {
  /// What the training does now.
  public enum State: String, Codable, Sendable {
    /// It has done nothing yet.
    case starting
    /// It goes on.
    case training
    /// It has not ended, and nothing is heard of it: it was killed, or it hangs.
    case silent
    /// Somebody stopped it; it can be resumed.
    case stopped
    /// It is done.
    case finished
  }

  /// Where the loss goes.
  public enum Trend: String, Codable, Sendable {
    case falling, level, rising
  }

  /// The PSNR of one target in dB; what was not measured is nil.
  public struct Channel: Codable, Equatable, Sendable {
    /// The target's name.
    public let name: String
    /// That of the last validation.
    public let last: Double?
    /// That of the best validation.
    public let best: Double?
    /// That of the input itself.
    public let trivial: Double?

    package init(name: String, last: Double?, best: Double?, trivial: Double?) {
      self.name = name
      self.last = last
      self.best = best
      self.trivial = trivial
    }
  }

  /// A point of a curve.
  public struct Point: Codable, Equatable, Sendable {
    /// The training step.
    public let step: Int
    /// The value there.
    public let value: Double

    package init(step: Int, value: Double) {
      self.step = step
      self.value = value
    }
  }

  /// What it does.
  public let state: State
  /// Why it ended.
  public let reason: String?
  /// The steps so far.
  public let step: Int
  /// All steps, unless it is ended before; nil when that is not known yet.
  public let totalSteps: Int?
  /// The epochs so far.
  public let epoch: Int
  /// All epochs, unless it is ended before.
  public let epochs: Int
  /// The share that is done, by steps or by time, from 0 to 1.
  public let done: Double?
  /// The seconds that remain.
  public let remaining: Double?
  /// The seconds of training so far.
  public let seconds: Double?
  /// The seconds since it last wrote something.
  public let silence: Double?
  /// The loss of the last step.
  public let loss: Double?
  /// Where the loss goes.
  public let trend: Trend?
  /// The PSNR of every target.
  public let channels: [Channel]
  /// The mean PSNR of the last validation, in dB.
  public let meanPSNR: Double?
  /// The mean PSNR of the best validation, in dB.
  public let bestPSNR: Double?
  /// The steps before the best validation.
  public let bestStep: Int?
  /// The learning rate of the last step.
  public let learningRate: Double?
  /// The patches per second, the median of the last steps.
  public let patchesPerSecond: Double?
  /// The steps that were skipped.
  public let skippedSteps: Int
  /// How often it was begun or resumed.
  public let sessions: Int
  /// The last remarks.
  public let notes: [String]
  /// Lines of the metrics file that made no sense.
  public let unreadableLines: Int
  /// The computer that trains.
  public let host: String?
  /// What to do next; nothing while it trains.
  public let advice: [RunAdvice]
  /// The loss over the steps, means of stretches.
  public let lossCurve: [Point]
  /// The mean PSNR over the steps, in dB.
  public let psnrCurve: [Point]

  /// The status that a run's settings and metrics show.
  ///
  /// - Parameters:
  ///   - configuration: the settings
  ///   - metrics: what was read of the metrics
  ///   - now: the time that counts as the present
  public init(_ configuration: Configuration, _ metrics: MetricsReader, now: Date = Date()) {
    let history = metrics.history
    let training = configuration.training
    let pace = Pace(history)
    let silence = metrics.modified.map { max(now.timeIntervalSince($0), 0) }
    let state = Self.state(history, silence: silence, secondsPerStep: pace.secondsPerStep)
    let events = [history.latestStep, history.validations.last, history.end].compactMap { $0 }
    let last = history.validations.last
    let best = history.best
    let step = max(history.latestStep?.step ?? 0, history.end?.step ?? 0)
    let total = Self.totalSteps(history, training)
    let seconds = events.compactMap(\.seconds).max()
    let shares = [
      total.map { Double(step) / Double(max($0, 1)) },
      training.timeBudget > 0 ? seconds.map { $0 / training.timeBudget } : nil,
    ].compactMap { $0 }
    let rests = [
      total.flatMap { total in pace.secondsPerStep.map { Double(max(total - step, 0)) * $0 } },
      training.timeBudget > 0 ? seconds.map { max(training.timeBudget - $0, 0) } : nil,
    ].compactMap { $0 }

    self.state = state
    self.reason = history.end?.reason
    self.step = step
    self.totalSteps = total
    self.epoch = events.compactMap(\.epoch).max() ?? 0
    self.epochs = training.epochs
    self.done = shares.max().map { min($0, 1) }
    self.remaining = state == .training ? rests.min() : nil
    self.seconds = seconds
    self.silence = silence
    self.loss = history.latestStep?.loss.finite
    self.trend = Self.trend(history.steps.compactMap(\.loss?.finite))
    self.channels = configuration.data.targets.indices.map { place in
      func value(_ values: [Double]?) -> Double? {
        values.flatMap { $0.indices.contains(place) ? $0[place].finite : nil }
      }
      return Channel(
        name: configuration.data.targets[place].name, last: value(last?.psnr),
        best: value(best?.psnr), trivial: value(history.trivialPSNR))
    }
    self.meanPSNR = last?.meanPSNR.finite
    self.bestPSNR = best?.meanPSNR.finite
    self.bestStep = best?.step
    self.learningRate = history.latestStep?.learningRate.finite
    self.patchesPerSecond = pace.patchesPerSecond
    self.skippedSteps = history.skippedSteps
    self.sessions = history.sessions
    self.notes = history.notes
    self.unreadableLines = metrics.unreadableLines
    self.host = history.start?.host
    self.advice =
      state == .training || state == .starting ? [] : RunAdvice.all(history, configuration)
    self.lossCurve = Self.curve(history.steps, \.loss)
    self.psnrCurve = Self.curve(history.validations, \.meanPSNR)
  }

  /// The silence, in seconds, after which a training that should go on is called silent: far more
  /// than a step or a usual validation takes.
  private static func longestSilence(secondsPerStep: Double?) -> Double {
    max(180, 30 * (secondsPerStep ?? 0))
  }

  private static func state(
    _ history: RunHistory, silence: Double?, secondsPerStep: Double?
  ) -> State {
    if let end = history.end { return end.reason == "stopped" ? .stopped : .finished }
    if let silence {
      // Of a process in another container with the same name nothing can be known but its signs of
      // life.
      if silence > 10, history.start?.isOfDeadProcess == true { return .silent }
      if silence > longestSilence(secondsPerStep: secondsPerStep) { return .silent }
    }
    return history.latestStep == nil && history.validations.isEmpty ? .starting : .training
  }

  private static func totalSteps(
    _ history: RunHistory, _ training: TrainingConfiguration
  ) -> Int? {
    if let total = history.start?.totalSteps, total > 0 { return total }
    let perEpoch: Int? =
      if training.stepsPerEpoch > 0 {
        training.stepsPerEpoch
      } else {
        history.validations.last.flatMap { event in
          event.step.flatMap { step in event.epoch.flatMap { $0 > 0 ? step / $0 : nil } }
        }
      }
    guard let perEpoch else { return nil }
    let (total, overflow) = perEpoch.multipliedReportingOverflow(by: training.epochs)
    return overflow ? nil : total
  }

  /// Whether the last tenth of the losses lies below the tenth before it, by more than twice what
  /// chance makes of two such means.
  private static func trend(_ losses: [Double]) -> Trend? {
    let count = losses.count / 10
    guard count >= 5 else { return nil }
    let before = Spread(losses.dropLast(count).suffix(count))
    let after = Spread(losses.suffix(count))
    let chance = 2 * ((before.variance + after.variance) / Double(count)).squareRoot()
    let difference = after.mean - before.mean
    return difference < -chance ? .falling : difference > chance ? .rising : .level
  }

  /// The means of at most 200 stretches.
  private static func curve(
    _ events: [MetricEvent], _ value: KeyPath<MetricEvent, Double?>
  ) -> [Point] {
    let points = events.compactMap { event in
      event.step.flatMap { step in event[keyPath: value].finite.map { Point(step: step, value: $0) }
      }
    }
    let length = max((points.count + 199) / 200, 1)
    return stride(from: 0, to: points.count, by: length).map { first in
      let part = points[first..<min(first + length, points.count)]
      return Point(
        step: part[part.endIndex - 1].step,
        value: part.reduce(0) { $0 + $1.value } / Double(part.count))
    }
  }
}

/// How fast a training goes, from the last fifth of its steps.
private struct Pace {
  /// The seconds per step, with what comes between steps.
  let secondsPerStep: Double?
  /// The patches per second within a step, the median.
  let patchesPerSecond: Double?

  init(_ history: RunHistory) {
    let recent = history.steps.suffix(max(history.steps.count / 5, 20))
    let rates = recent.compactMap(\.patchesPerSecond?.finite).sorted()
    patchesPerSecond = rates.isEmpty ? nil : rates[rates.count / 2]
    guard let last = history.latestStep, let to = last.step, let end = last.seconds,
      let first = recent.first, let from = first.step, let start = first.seconds, to > from,
      end > start
    else {
      secondsPerStep = nil
      return
    }
    secondsPerStep = (end - start) / Double(to - from)
  }
}

/// The mean of numbers and how much they differ.
struct Spread {
  let mean: Double
  let variance: Double

  init(_ values: some Collection<Double>) {
    let count = Double(max(values.count, 1))
    let mean = values.reduce(0, +) / count
    self.mean = mean
    self.variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(count - 1, 1)
  }
}

extension Double {
  /// The number; nil where it is infinite or undefined.
  var finite: Double? { isFinite ? self : nil }
}

extension Double? {
  /// The number; nil where it is infinite or undefined too.
  var finite: Double? { flatMap(\.finite) }
}

extension MetricEvent {
  /// Whether it tells of a process on this computer that is there no more.
  fileprivate var isOfDeadProcess: Bool {
    guard let process, host == HostName.current, let id = Int32(exactly: process), id > 0 else {
      return false
    }
    return kill(id, 0) != 0 && errno == ESRCH
  }
}
