import Foundation
import Imaging
import USplit

// What `usplit split` looks at before anything is computed.

extension SplitCommand {
  /// The images that are to be split, those of a set of files once.
  func tasks(
    _ setup: SplitSetup, _ options: ImageReadingOptions, _ console: Console
  ) throws -> [SplitTask] {
    let files = try images.flatMap { try ImageListing.images(at: $0) }
    let opened = try ImageFile.open(files, options) { url, images in
      Result { try self.tasks(ofFile: url.relativePath, images, setup) }
    }
    for file in opened {
      if let remark = file.remark { console.warn("\(file.url.relativePath): \(remark)") }
    }
    let tasks = try opened.flatMap { try $0.content.get() }
    for task in tasks {
      if let note = task.formNote { console.note("\(task.path): \(note)") }
    }
    return tasks
  }

  /// The images of one file that are to be split.
  private func tasks(
    ofFile path: String, _ images: [any ImageSource], _ setup: SplitSetup
  ) throws -> [SplitTask] {
    if let series, !images.indices.contains(series) {
      throw CommandError(
        "\(path) has \(Words.count(images.count, "image")), counted from 0, so there is no image "
          + "\(series)")
    }
    return try images.indices.filter { series == nil || $0 == series }.map { number in
      let image = images[number].description
      let name = images.count > 1 ? "\(path), image \(number)," : path
      try frames?.check(against: image.frames, of: name)
      let job = try setup.job(
        images[number], channel: try image.index(ofChannel: channel, path: name),
        frames: frames?.frames ?? Array(0..<image.frames))
      let result = setup.result(of: job, type: type == .input ? image.type : .float32)
      let form = try writing.form(
        for: result, place: name, asked: format?.format, like: image.format)
      let stem =
        ImageName(URL(fileURLWithPath: path)).stem + (images.count > 1 ? "_s\(number)" : "")
        + "_split"
      return SplitTask(
        path: path, series: number, description: image, files: images[number].fileSet,
        channel: job.channel, frames: job.frames, format: form.format, formNote: form.note,
        result: result,
        output: URL(fileURLWithPath: output, isDirectory: true)
          .appendingPathComponent(stem + form.format.fileExtension))
    }
  }

  /// Whether a result is there that another run finished.
  func isLeft(_ task: SplitTask) -> Bool {
    resume && !force.force && FileManager.default.fileExists(atPath: task.output.path)
      && !PartialSplit.exists(for: task.output)
  }

  /// Refuses results that would be in each other's way, or in that of what is there.
  func check(_ tasks: [SplitTask]) throws {
    var owners: [String: String] = [:]
    for task in tasks {
      // Unfinished splits and pictures are named after the stem, whatever the form.
      let stem = ImageName(task.output).stem
      if let other = owners.updateValue(task.path, forKey: stem) {
        throw CommandError(
          "\(other) and \(task.path) would both be written to \(output) as \(stem); split them into "
            + "different folders")
      }
    }
    let outputs = Set(tasks.map(\.output.standardizedFileURL.path))
    for task in tasks where outputs.contains(task.url.standardizedFileURL.path) {
      throw CommandError(
        "\(task.path) is an image to split and would be written over; name another folder")
    }
    for task in tasks {
      if isLeft(task) {
        try task.checkLeft()
        continue
      }
      try force.check(previews ? [task.preview] : [])
      guard FileManager.default.fileExists(atPath: task.output.path), !force.force else { continue }
      throw ImagingError(
        .exists, "\(task.output.relativePath) exists; pass --force to replace it")
    }
    guard !resume, !force.force else { return }
    for task in tasks where PartialSplit.exists(for: task.output) {
      throw ImagingError(
        .exists,
        "\(PartialSplit.folder(for: task.output).relativePath) holds an unfinished split; go on with "
          + "it with --resume, or begin anew with --force")
    }
  }

  /// Refuses work that needs more memory than there is.
  func checkMemory(_ tasks: [SplitTask], _ setup: SplitSetup) throws {
    var configuration = setup.model.configuration
    configuration.training.batch = try setup.options.trainedPatchesAtOnce(
      for: setup.model.network)
    let network = try NetworkCost.measure(configuration).predictionMemory
    for task in tasks {
      let buffers = try setup.memory.buffers(
        for: task.description, setup.options, setup.model.network)
      let cached = min(setup.memory.cacheBytes, task.description.byteCount ?? .max)
      try memory.check(
        network + buffers + cached, for: "splitting \(task.path)",
        advice: "take less --memory or a smaller --batch")
    }
  }

  /// Refuses what surely does not fit on the disk, and warns of what may not.
  func checkDisk(_ tasks: [SplitTask], _ setup: SplitSetup, _ console: Console) throws {
    let folder = URL(fileURLWithPath: output, isDirectory: true)
    guard let available = DiskSpace.available(at: folder) else { return }
    // Packed results take less than their pixels, nobody knows how much; the rest is known.
    var (sure, most) = (Int128(0), Int128(0))
    var (sureSoFar, mostSoFar) = (Int128(0), Int128(0))
    for task in tasks where !isLeft(task) {
      guard
        let space = SplitSpace(
          of: task.result, contexts: setup.model.network.contexts,
          hasLevels: task.format.hasLevels)
      else { throw CommandError("splitting \(task.path) takes more bytes than can be counted") }
      let scratch = Int128(max(0, space.scratch - PartialSplit.bytesOnDisk(for: task.output)))
      let packed = writing.packs(task.format) ? 0 : Int128(space.result)
      sure = max(sure, sureSoFar + scratch + packed)
      most = max(most, mostSoFar + scratch + Int128(space.result))
      // What is replaced makes room once the new one is there.
      guard !FileManager.default.fileExists(atPath: task.output.path) else { continue }
      sureSoFar += packed
      mostSoFar += Int128(space.result)
    }
    func words(_ bytes: Int128) -> String { Words.memory(Int(clamping: bytes)) }
    let what = "of disk space in \(output) (scratch files and results)"
    if sure > Int128(available) {
      throw CommandError(
        "the split needs \(words(sure)) \(what), but \(Words.memory(available)) are available; "
          + "name a folder on another disk, or fewer images or frames")
    }
    if most > Int128(available) {
      console.warn(
        "the split may need up to \(words(most)) \(what), and \(Words.memory(available)) are "
          + "available")
    }
  }

  /// Finds pixels that cannot be read before anything is written, where reading all is quick.
  func checkPixels(
    _ tasks: [SplitTask], _ reading: ImageReadingOptions, _ share: PixelMemory
  ) throws {
    let sizes = tasks.map { $0.description.byteCount ?? .max }
    guard tasks.count > 1, sizes.allSatisfy({ $0 <= share.bytes / tasks.count }) else { return }
    for task in tasks where !isLeft(task) {
      try task.checkPixels(reading, bandBytes: share.bandBytes)
    }
  }
}
