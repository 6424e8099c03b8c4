import Experiment
import Imaging
import Torch

extension Trainer {
  /// How batches are taken.
  var division: StepDivision { state.division ?? StepDivision(settings) }

  /// Decides how batches are taken, unless the training that is resumed has decided it: as the
  /// settings say, or as the limit of memory lets them be.
  func divideSteps() throws {
    guard settings.memoryLimit > 0 else {
      state.division = division
      return
    }
    let memory = TensorMemory(of: parts.model.store.device)
    guard memory.isKnown else {
      throw TrainingError(
        description:
          "training.memoryLimit is \(settings.memoryLimit), but the device \(settings.device) does "
          + "not say what its tensors hold; set training.microBatch instead")
    }
    memory.release()
    if state.division == nil {
      // The first step of all takes memory that stays, and would make small steps look like large ones.
      let least = StepDivision(patches: 2, recomputedLevels: settings.recompute)
      _ = try gradients.trial(least, room: roomForSteps(memory))
      memory.release()
    }
    let room = roomForSteps(memory)
    if state.division == nil {
      state.division = room > 0 ? try chosenDivision(room) : nil
      // Before it is judged, so that no rank waits for one that has given up.
      if let group { state.division = try agreed(on: state.division, in: group) }
      guard state.division != nil else {
        throw TrainingError(
          description:
            "a step of 2 patches does not fit into the \(Self.words(max(room, 0))) that weights, images "
            + "and the program leave of \(Self.words(settings.memoryLimit)) of memory "
            + "(training.memoryLimit), even with all features computed twice; allow more, or take "
            + "a smaller patch, fewer filters or less memory for the images")
      }
    }
    memory.release()
    TensorMemory.limit(to: memory.current + room)
  }

  /// The gradients of a batch; the first time that memory runs out, with half the patches at once
  /// from then on.
  func gradientsThatFit(
    _ batch: Batch, stage: SplitLoss.Stage
  ) throws -> GradientStep.Outcome {
    let division = self.division
    let memory = TensorMemory(of: parts.model.store.device)
    do {
      memory.resetPeak()
      let outcome = try gradients(
        batch, stage: stage, epoch: state.epoch, division: division,
        lossScale: settings.precision == .float16 ? state.lossScale.factor : 1)
      // What the CPU would have exceeded, it was refused.
      if settings.memoryLimit > 0, memory.peak > settings.memoryLimit,
        parts.model.store.device != .cpu
      {
        try halveParts(
          of: division, batch: batch.count,
          "a step took \(Self.words(memory.peak)), "
            + "\(Self.words(settings.memoryLimit)) are allowed")
      }
      return outcome
    } catch TorchError.outOfMemory(_, let message) {
      memory.release()
      // The other ranks are in the middle of this step's common statistics.
      if group != nil, settings.syncBatchNorm {
        throw TrainingError(
          description:
            "memory ran out in a step whose batch statistics all processes share (\(message)), so it "
            + "cannot be taken again in smaller parts; set training.microBatch or training.recompute"
        )
      }
      try halveParts(of: division, batch: batch.count, message)
      return try gradientsThatFit(batch, stage: stage)
    }
  }

  /// The smallest parts that any rank has chosen; nil where a rank has found none.
  private func agreed(
    on division: StepDivision?, in group: ProcessGroup
  ) throws -> StepDivision? {
    let own = [
      division == nil ? 0 : 1, Double(division?.patchesAtOnce(of: settings.batch) ?? 0),
      Double(division?.recomputedLevels ?? 0),
    ]
    let all = try group.gather(own)
    guard all.allSatisfy({ $0[0] > 0 }) else { return nil }
    let patches = Int(all.map { $0[1] }.min() ?? 0)
    return StepDivision(
      patches: patches == settings.batch ? 0 : patches,
      recomputedLevels: Int(all.map { $0[2] }.max() ?? 0))
  }

  private func halveParts(of division: StepDivision, batch: Int, _ reason: String) throws {
    let patches = division.patchesAtOnce(of: batch)
    guard !state.hasHalvedParts, patches > 1 else {
      throw TrainingError(
        description:
          "there is no room for a step of \(patches == 1 ? "1 patch" : "\(patches) patches") at once "
          + "(\(reason))"
          + (state.hasHalvedParts ? ", though the parts of a batch were halved before" : "")
          + "; set training.microBatch or training.recompute, or take a smaller patch or network")
    }
    state.hasHalvedParts = true
    state.division = StepDivision(
      patches: (patches + 1) / 2, recomputedLevels: division.recomputedLevels)
    try note(
      "batches are taken in parts of \((patches + 1) / 2) patches from now on instead of "
        + "\(patches): \(reason)")
  }

  /// What steps may take besides all that is held now, in bytes.
  private func roomForSteps(_ memory: TensorMemory) -> Int {
    let network = configuration.network
    let patch = 4 * (1 + network.contexts + network.targets) * network.patch * network.patch
    let waiting = (5 + settings.loaderThreads) * settings.batch * patch
    guard parts.model.store.device == .cpu else {
      return settings.memoryLimit - memory.current
    }
    let held = max(Memory.resident ?? 0, memory.current)
    // The C library cannot give back every gap between tensors.
    return (settings.memoryLimit - held - waiting) / 100 * 94
  }

  private func chosenDivision(_ room: Int) throws -> StepDivision? {
    let network = configuration.network
    let levels = network.backbone.isLadder ? network.levels : network.depth + 1
    let plan = MemoryPlan(batch: settings.batch, levels: levels, room: room)
    let start = StepDivision(settings)
    guard let choice = try plan.choice(from: start, { try gradients.trial($0, room: room) }) else {
      return nil
    }
    let size = choice.division.patchesAtOnce(of: settings.batch)
    var text =
      "batches of \(settings.batch) are taken "
      + (choice.division.patches == 0 ? "whole" : "in parts of \(size)")
      + ": a step of \(size) takes \(Self.words(choice.bytes))"
    if let refused = choice.refused {
      text += ", of \(refused.patches) about \(Self.words(refused.bytes))"
    }
    text += ", \(Self.words(room)) are allowed"
    if choice.division.recomputedLevels > start.recomputedLevels {
      text += "; the features of all levels are computed twice, since they do not fit otherwise"
    }
    try note(text)
    return choice.division
  }

  private static func words(_ bytes: Int) -> String {
    let mebibytes = Double(bytes) / 1_048_576
    return mebibytes < 1000
      ? "\(mebibytes.formatted(digits: 0)) MiB" : "\((mebibytes / 1024).formatted(digits: 2)) GiB"
  }
}
