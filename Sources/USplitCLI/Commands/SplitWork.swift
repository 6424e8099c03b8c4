import ArgumentParser
import Experiment
import Foundation
import Imaging
import Torch
import USplit

/// Splits one image after the other with one model.
struct SplitWork {
  let model: SplitModel
  let setup: SplitSetup
  let reading: ImageReadingOptions
  /// What becomes of unfinished splits.
  let beginning: PartialSplit.Beginning
  /// Whether results that are there are replaced.
  let overwrite: Bool
  let previews: Bool
  let console: Console
  let interruption: Interruption
  /// The processes that split together; nil where this one is alone.
  let group: ProcessGroup?

  /// The part of the work on an image that the tiles are; the rest is writing.
  private static let splittingShare = 0.95

  /// Splits an image and writes the result.
  ///
  /// - Parameters:
  ///   - part: of the whole work
  ///   - progress: told how far it is
  /// - Throws: `ExitCode` when a signal ended it, with what is done kept.
  func split(
    _ task: SplitTask, sink: any ImageSink, _ part: ClosedRange<Double>, _ progress: Progress
  ) throws {
    let length = part.upperBound - part.lowerBound
    let written = part.lowerBound + Self.splittingShare * length
    let image = try task.open(reading)
    tell(task, image.description)
    let job = try setup.job(image, channel: task.channel, frames: task.frames)
    let result = task.result
    let partial = try PartialSplit(
      for: task.output, result, conditions: try conditions(of: job, task), beginning: beginning,
      group: group)
    if partial.isContinued { console.note("\(task.path): going on with what is done") }
    var clamped = 0
    do {
      progress.part = part.lowerBound...written
      let isDone = try fill(partial, job, task, progress)
      clamped = partial.clampedPixels
      if let group {
        let all = try group.sum([isDone ? 0 : 1, Double(clamped)])
        guard all[0] == 0 else { throw stopped(partial, task) }
        clamped = Int(all[1])
      } else if !isDone {
        throw stopped(partial, task)
      }
      guard group?.isFirst ?? true else {
        try group?.barrier()
        return
      }
      progress.part = written...max(written, part.upperBound)
      try write(partial, job, task, sink, progress)
    } catch let code as ExitCode {
      throw code
    } catch {
      if interruption.exitCode != nil { throw stopped(partial, task) }
      try keep(partial, task)
      throw error
    }
    if clamped > 0 {
      console.warn(
        "\(task.output.relativePath): \(Words.count(clamped, "pixel")) of "
          + "\(result.planes * result.height * result.width) did not fit into "
          + "\(result.type.rawValue) and took its nearest value")
    }
    try group?.barrier()
    try partial.remove()
  }

  /// Tells how the image was read and what to know about it.
  private func tell(_ task: SplitTask, _ image: ImageDescription) {
    console.note(
      "\(task.path) read as \(image.axesText): \(Words.count(image.frames, "frame")) of "
        + "\(image.height) × \(image.width) pixels")
    for remark in image.remarks { console.warn("\(task.path): \(remark)") }
    if let difference = model.description.pixelSizeDifference(to: image.pixelSize) {
      console.warn("\(task.path): \(difference)")
    }
  }

  /// All that the pixels of the result depend on.
  private func conditions(
    of job: SplitJob, _ task: SplitTask
  ) throws(ImagingError) -> [SplitCondition] {
    [
      SplitCondition("version of usplit", USplit.version),
      SplitCondition("checksum of the model", setup.checksum),
      SplitCondition("device", model.store.device),
    ] + (try task.conditions()) + job.conditions
  }

  /// Computes what is not done yet; false when a signal came.
  private func fill(
    _ partial: PartialSplit, _ job: SplitJob, _ task: SplitTask, _ progress: Progress
  ) throws -> Bool {
    defer { progress.end() }
    var all = 0.0
    return try job.run(
      model, into: partial, shouldStop: { interruption.signalNumber != nil },
      progress: { event in
        switch event {
        case .zooming(let frame, let done):
          progress.tell(
            done: all,
            "\(task.path): frame \(frame), \((100 * done).formatted(digits: 0)) % zoomed out")
        case .splitting(let frame, _, let done):
          all = done
          progress.tell(
            done: done,
            "\(task.path): frame \(frame), \((100 * done).formatted(digits: 0)) % done")
        }
      })
  }

  /// Writes the result, with reduced levels where it is large, and the picture of it.
  private func write(
    _ partial: PartialSplit, _ job: SplitJob, _ task: SplitTask, _ sink: any ImageSink,
    _ progress: Progress
  ) throws {
    defer { progress.end() }
    let name = task.output.relativePath
    func tell(_ share: Double, _ what: String) throws(ImagingError) {
      progress.tell(done: share, "\(name): \((100 * share).formatted(digits: 0)) % \(what)")
      if interruption.signalNumber != nil {
        throw ImagingError(.unwritable, "\(name) is not written: a signal came")
      }
    }
    let pixels = try partial.complete()
    let (start, end) = (progress.part.lowerBound, progress.part.upperBound)
    let middle = (start + end) / 2
    progress.part = start...middle
    let image = try PyramidImage.adding(
      to: pixels, for: task.format, scratch: partial.folder,
      bandBytes: setup.memory.bandBytes
    ) { share throws(ImagingError) in try tell(share, "zoomed out") }
    progress.part = middle...end
    try sink.write(image, to: task.output, overwrite: overwrite) { share throws(ImagingError) in
      try tell(share, "written")
    }
    if previews { try preview(pixels, job, task) }
  }

  /// Writes a picture of the first frame.
  private func preview(_ result: RawImage, _ job: SplitJob, _ task: SplitTask) throws(ImagingError)
  {
    let side = 640  // That of the pictures in a panel; more would be made smaller again.
    let input = try job.source.overview(
      of: job.source.description.plane(frame: task.frames[0], channel: task.channel),
      longestSide: side, bandBytes: setup.memory.bandBytes)
    var predictions: [Plane] = []
    for channel in model.description.channels.indices {
      predictions.append(
        try result.overview(
          of: PlaneIndex(channel: channel), longestSide: side, bandBytes: setup.memory.bandBytes))
    }
    let picture = Panel.splitPanel(
      input: input, predictions: predictions, targets: nil, names: model.description.channels,
      scores: nil, title: "\(task.url.lastPathComponent), frame \(task.frames[0])")
    try PNG.write(picture, to: task.preview)
  }

  // MARK: What stays

  /// Keeps what is done when a signal came, and says how to go on.
  private func stopped(_ partial: PartialSplit, _ task: SplitTask) -> ExitCode {
    do {
      try keep(partial, task)
    } catch {
      Console.complain("usplit: error: \(error)")
    }
    return ExitCode(interruption.exitCode ?? 130)
  }

  /// Leaves what the disk has of a split, or removes it where that is nothing.
  private func keep(_ partial: PartialSplit, _ task: SplitTask) throws(ImagingError) {
    // Others may have more, and rank 0 speaks for all.
    if let group, !group.isFirst { return }
    guard partial.hasProgress || group != nil else { return try partial.remove() }
    console.warn(
      "what is done of \(task.path) is in \(partial.folder.relativePath); the same command with "
        + "--resume goes on with it")
  }
}

extension ModelDescription {
  /// A sentence when an image's pixels differ in size by more than 5 % from those of the training.
  fileprivate func pixelSizeDifference(to size: PixelSize?) -> String? {
    guard let mine = pixelSize, let size, mine.unit == size.unit else { return nil }
    let ratios = [size.width / mine.width, size.height / mine.height]
    guard ratios.contains(where: { abs($0 - 1) > 0.05 }) else { return nil }
    return "its pixels are \(Words.size(size)), those of the training \(Words.size(mine)); the "
      + "model knows structures at that size only"
  }
}
