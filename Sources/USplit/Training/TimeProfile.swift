import Experiment

/// Where the time of a training goes.
///
/// Parts may lie within each other; the time of an inner one does not count for the outer one. On a
/// GPU work that was only ordered when a part ends counts for the part that waits for it.
public final class TimeProfile {
  /// A part of a training.
  public enum Part: String, CaseIterable, Sendable {
    /// Waiting for patches.
    case data
    /// The network and the loss.
    case forward
    /// The gradients.
    case backward
    /// The step that the optimiser takes, and the average of the weights.
    case optimiser
    /// Validations.
    case validation
    /// Pictures of what the network does.
    case previews
    /// Models and states that are written.
    case checkpoints
    /// Metrics, event files, and telling how it goes.
    case reporting
    /// All the rest.
    case other
  }

  /// Whether time is measured.
  public let isOn: Bool
  private var durations = [Duration](repeating: .zero, count: Part.allCases.count)
  private var part = Part.other
  private var began = ContinuousClock.now

  /// A profile; when it is off, nothing is measured and nothing costs time.
  public init(isOn: Bool) { self.isOn = isOn }

  /// Does the work, whose time counts for a part.
  @inline(__always)
  public func measure<Result>(_ part: Part, _ work: () throws -> Result) rethrows -> Result {
    guard isOn else { return try work() }
    let outer = self.part
    turn(to: part)
    defer { turn(to: outer) }
    return try work()
  }

  /// The seconds of every part since the profile was made; nil when it is off.
  public var seconds: [Part: Double]? {
    guard isOn else { return nil }
    turn(to: part)
    return Dictionary(
      uniqueKeysWithValues: zip(Part.allCases, durations.map(\.seconds)))
  }

  private func turn(to next: Part) {
    let now = ContinuousClock.now
    durations[part.index] += now - began
    began = now
    part = next
  }
}

extension TimeProfile.Part {
  /// Its place among all parts.
  fileprivate var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
