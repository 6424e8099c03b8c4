import Experiment
import Foundation
import Torch

/// What ranks cannot find out alike, because it depends on clocks and signals.
struct Moment {
  /// Seconds of training.
  var seconds: Double
  /// Whether the time budget is spent.
  var isTimeSpent: Bool
  /// Whether it is time for a state within an epoch.
  var isSavingDue: Bool
  /// Whether a state costs little of the time since the last one.
  var isSavingCheap: Bool
  /// Whether somebody asked any rank to stop.
  var isStopping: Bool
}

extension Trainer {
  /// Whether this process writes files and reports: it is alone or rank 0.
  var isFirst: Bool { group?.isFirst ?? true }

  /// How many processes train together.
  var ranks: Int { group?.count ?? 1 }

  /// The patches of a step, of all ranks together.
  var patchesPerStep: Int { settings.batch * ranks }

  /// The patches of a step that are this rank's.
  var ownPatches: Range<Int> {
    let first = (group?.rank ?? 0) * settings.batch
    return first..<first + settings.batch
  }

  /// Agrees on what depends on clocks and signals: the clock is rank 0's, a signal to any counts.
  func agree() throws {
    guard let group else { return }
    func number(_ flag: Bool) -> Double { flag ? 1 : 0 }
    let clock =
      isFirst
      ? [
        ownMoment.seconds, number(ownMoment.isTimeSpent), number(ownMoment.isSavingDue),
        number(ownMoment.isSavingCheap),
      ] : [0, 0, 0, 0]
    let all = try group.sum([number(shouldStop())] + clock)
    agreed = Moment(
      seconds: all[1], isTimeSpent: all[2] > 0, isSavingDue: all[3] > 0, isSavingCheap: all[4] > 0,
      isStopping: all[0] > 0)
  }

  /// Validates on rank 0; all ranks have the result.
  func sharedValidation() throws -> Validation.Result? {
    func validated() throws -> Validation.Result? {
      try validation.run(
        parts.model, atOnce: patchesAtOnce, measuresInput: state.epoch == 1,
        shouldStop: shouldStop)
    }
    guard let group else { return try validated() }
    let own = isFirst ? try validated() : nil
    var numbers = [Double](repeating: 0, count: data.names.count)
    for (place, value) in (own?.psnr ?? []).enumerated() { numbers[place] = value }
    let all = try group.broadcast(
      [own == nil ? 0 : 1, own?.loss ?? .nan, Double(own?.psnr.count ?? 0)] + numbers)
    guard all[0] > 0 else { return nil }
    return Validation.Result(
      loss: all[1].isNaN ? nil : all[1], psnr: Array(all[3..<3 + Int(all[2])]),
      trivial: own?.trivial)
  }

  /// The random states of the other ranks, by rank, for rank 0 to write.
  func randomStatesOfOthers() throws -> [[Int64]] {
    guard let group else { return [] }
    return try group.gather(parts.generator.state().map(Double.init)).dropFirst()
      .map { $0.map { Int64($0) } }
  }

  /// The state that rank 0 chooses, read by all ranks.
  static func shared(
    _ group: ProcessGroup?, _ run: RunDirectory, _ choose: () throws -> TrainingCheckpoint?
  ) throws -> TrainingCheckpoint? {
    guard let group else { return try choose() }
    let own = group.isFirst ? try choose() : nil
    let number = try group.broadcast([own.map { Double($0.state.batch) } ?? -1])[0]
    guard number >= 0 else { return nil }
    return try own ?? TrainingCheckpoint(contentsOf: run.state(batches: Int(number)))
  }

  /// Refuses ranks that were given other settings than rank 0.
  static func requireSame(_ configuration: Configuration, in group: ProcessGroup) throws {
    var common = configuration
    // Each may have a device of its own.
    common.training.device = ""
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = Checksum(String(decoding: try encoder.encode(common), as: UTF8.self)).text
    let bits = UInt64(text, radix: 16) ?? 0
    // A double holds half of them.
    let all = try group.gather([Double(bits >> 32), Double(bits & 0xffff_ffff)])
    guard let other = all.firstIndex(where: { $0 != all[0] }) else { return }
    throw TrainingError(
      description: "rank \(other) was given other settings than rank 0; start all of them alike")
  }
}
