import Experiment
import Imaging
import Torch

/// Finds out how much of a batch fits into memory at once, by taking steps that change nothing.
package struct MemoryPlan {
  /// What was found.
  package struct Choice {
    /// How batches are taken.
    package var division: StepDivision
    /// What a step takes beyond what is held all the time, in bytes.
    package var bytes: Int
    /// The next larger number of patches, and about what it would take; nil where no larger one
    /// was asked for.
    package var refused: (patches: Int, bytes: Int)?
  }

  /// What tries: the bytes of a step, or nil when there is no room for it.
  package typealias Trial = (StepDivision) throws -> Int?

  private let batch: Int
  private let levels: Int
  private let room: Int

  /// - Parameters:
  ///   - batch: the patches of a batch
  ///   - levels: those of the network
  ///   - room: the bytes that a step may take
  package init(batch: Int, levels: Int, room: Int) {
    self.batch = batch
    self.levels = levels
    self.room = room
  }

  /// The largest parts that fit; with every level computed twice where not even the smallest fit
  /// otherwise.
  ///
  /// - Parameter start: what the settings ask for; parts do not become larger
  /// - Returns: nil when nothing fits
  package func choice(from start: StepDivision, _ trial: Trial) throws -> Choice? {
    if let found = try largest(start, trial) { return found }
    guard start.recomputedLevels < levels else { return nil }
    return try largest(
      StepDivision(patches: start.patches, recomputedLevels: levels), trial)
  }

  /// The numbers of patches that come into question, ascending: the most, and again and again half
  /// of it, but not one, which batch normalisation would make little of.
  private func sizes(from start: StepDivision) -> [Int] {
    var sizes = [start.patchesAtOnce(of: batch)]
    while sizes[0] > 2 { sizes.insert((sizes[0] + 1) / 2, at: 0) }
    return sizes
  }

  private func largest(_ start: StepDivision, _ trial: Trial) throws -> Choice? {
    let sizes = sizes(from: start)
    func bytes(_ size: Int) throws -> Int? {
      try trial(StepDivision(patches: size, recomputedLevels: start.recomputedLevels))
    }
    guard let least = try bytes(sizes[0]) else { return nil }
    var found = (place: 0, bytes: least)
    guard sizes.count > 1, let next = try bytes(sizes[1]) else {
      return made(start, sizes, found, perPatch: least / sizes[0])
    }
    found = (1, next)
    let perPatch = max(next - least, 0) / (sizes[1] - sizes[0])
    // A step's memory grows evenly with its patches, so only what should fit is tried.
    func estimate(_ size: Int) -> Int { next + perPatch * (size - sizes[1]) }
    for place in sizes.indices.dropFirst(2).reversed() where estimate(sizes[place]) <= room {
      guard let bytes = try bytes(sizes[place]) else { continue }
      found = (place, bytes)
      break
    }
    return made(start, sizes, found, perPatch: perPatch)
  }

  private func made(
    _ start: StepDivision, _ sizes: [Int], _ found: (place: Int, bytes: Int), perPatch: Int
  ) -> Choice {
    let size = sizes[found.place]
    let isWhole = size == batch
    var choice = Choice(
      division: StepDivision(
        patches: isWhole ? 0 : size, recomputedLevels: start.recomputedLevels),
      bytes: found.bytes, refused: nil)
    if found.place + 1 < sizes.count {
      let next = sizes[found.place + 1]
      choice.refused = (next, found.bytes + perPatch * (next - size))
    }
    return choice
  }
}

extension GradientStep {
  /// What a step takes beyond what is held before it, in bytes; nil when that is more than `room`.
  ///
  /// Made-up patches; weights, running statistics and random numbers stay as they are.
  func trial(_ division: StepDivision, room: Int) throws -> Int? {
    let store = model.store
    let network = configuration.network
    var batch = Batch(
      count: division.patches, images: 1 + network.contexts, channels: network.targets,
      patch: network.patch)
    var random = SeededGenerator(seed: 0)
    for place in batch.inputs.indices { batch.inputs[place] = .random(in: -1...1, using: &random) }
    for place in batch.targets.indices {
      batch.targets[place] = .random(in: -1...1, using: &random)
    }
    let step = try drawing(from: Generator(seed: 0, device: store.device))
    let buffers = try store.copiedBuffers()
    let memory = TensorMemory(of: store.device)
    let before = memory.current
    // Parts after the first find the gradients of those before them.
    let gradients = 4 * store.parameterCount
    guard room > gradients else { return nil }
    let resident = store.device == .cpu ? Memory.resident : nil
    memory.resetPeak()
    Memory.resetPeak()
    TensorMemory.limit(to: before + room - gradients)
    defer { TensorMemory.limit(to: 0) }
    do {
      _ = try step(
        batch, stage: configuration.loss.kind == .meanSquaredError ? .meanSquaredError : .both,
        epoch: 1 << 20, division: division)
    } catch TorchError.outOfMemory {
      memory.release()
      return nil
    }
    store.clearGradients()
    try store.restoreBuffers(buffers)
    var bytes = memory.peak - before + gradients
    // Kernels have working memory of their own, and there are gaps between tensors.
    if let resident, let peak = Memory.peakResident {
      bytes = max(bytes, peak - resident + gradients)
    }
    return bytes <= room ? bytes : nil
  }
}
