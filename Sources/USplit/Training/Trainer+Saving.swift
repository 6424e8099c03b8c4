import Experiment
import Foundation
import Torch

extension Trainer {
  /// States that are kept.
  private static let keptStates = 2

  // MARK: States

  /// The states of a run that can be read, the newest first.
  static func states(of run: RunDirectory) throws -> [TrainingCheckpoint] {
    try run.states().compactMap { try? TrainingCheckpoint(contentsOf: $0) }
  }

  /// The state to resume a training from; nil when none was written.
  ///
  /// - Throws: `TrainingError` when none of those that were written can be read, or they belong to
  ///   other images.
  static func latestState(
    of run: RunDirectory, for model: ModelDescription
  ) throws -> TrainingCheckpoint? {
    try removeLeftovers(of: run)
    let files = try run.states()
    guard let newest = files.first else { return nil }
    guard let found = try states(of: run).first else {
      do {
        _ = try TrainingCheckpoint(contentsOf: newest)
      } catch {
        throw TrainingError(description: "the training cannot be resumed: \(error)")
      }
      return nil
    }
    let before = found.description
    let isSame =
      before.normalisation == model.normalisation && before.inputScale == model.inputScale
      && before.split == model.split && before.channels == model.channels
    guard isSame else {
      throw TrainingError(
        description:
          "the images are not those that \(run.url.path) was begun with: their statistics or "
          + "the split of their frames differ; put the first ones back, or begin a new run")
    }
    return found
  }

  /// Removes what a killed program left half-written.
  private static func removeLeftovers(of run: RunDirectory) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: run.checkpoints.path)
    for name in names where name.hasPrefix(".") && name.hasSuffix(".tmp") {
      try FileManager.default.removeItem(at: run.checkpoints.appendingPathComponent(name))
    }
  }

  /// Whether it is time for a state within an epoch.
  var isSavingDue: Bool { agreed?.isSavingDue ?? ownMoment.isSavingDue }

  /// Whether a state costs less than a hundredth of the time since the last one.
  var isSavingCheap: Bool { agreed?.isSavingCheap ?? ownMoment.isSavingCheap }

  /// Writes the state, from which the training can be resumed, and removes all but the last two.
  ///
  /// Weights that are not numbers are not written, nor those of a training that skips its steps.
  func saveState() throws {
    try profile.measure(.checkpoints) { try saveGoodState() }
  }

  private func saveGoodState() throws {
    try group?.averageBuffers(of: parts.model.store)
    guard state.skippedInARow == 0, try parts.areFinite() else { return }
    let began = ContinuousClock.now
    let others = try randomStatesOfOthers()
    guard isFirst else { return }
    state.seconds = seconds
    state.rate = schedule.state
    state.metricsBytes = metrics?.byteCount ?? 0
    let url = run.state(batches: state.batch)
    try persist(bytes: parts.byteCount) {
      try TrainingCheckpoint.write(state, parts, randomStatesOfOthers: others, to: url)
    }
    for old in try run.states().dropFirst(Self.keptStates) {
      try FileManager.default.removeItem(at: old)
    }
    lastSaving = (.now, (ContinuousClock.now - began).seconds)
  }

  // MARK: Disk

  /// Writes something, and waits while the disk is full.
  ///
  /// Where there are several states, the older ones make room first.
  func persist(
    bytes: Int? = nil, as part: TimeProfile.Part = .checkpoints, _ work: () throws -> Void
  ) throws {
    try profile.measure(part) { try waitingForRoom(bytes, work) }
  }

  private func waitingForRoom(_ bytes: Int?, _ work: () throws -> Void) throws {
    try disk.perform(
      bytes: bytes ?? parts.byteCount / 2,
      makeRoom: {
        guard let oldest = try run.states().dropFirst().last else { return false }
        try FileManager.default.removeItem(at: oldest)
        report(.note("the disk is full: \(oldest.lastPathComponent) was removed to make room"))
        return true
      },
      tell: { report(.note($0)) }, shouldStop: shouldStop, work)
  }
}
