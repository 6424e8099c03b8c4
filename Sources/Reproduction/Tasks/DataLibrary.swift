import Experiment
import Foundation
import Imaging
import USplit

/// Finds the images of tasks, and draws those that are made.
public struct DataLibrary: Sendable {
  /// The folder that holds published images, each set in its own folder.
  public let published: URL
  /// The folder that drawn images are written to.
  public let drawn: URL

  /// A library over two folders.
  public init(published: URL, drawn: URL) {
    self.published = published
    self.drawn = drawn
  }

  /// The files of a task; drawn ones are written first where they are not there yet.
  ///
  /// - Throws: `MissingImages` when published files are not there; `ImagingError` when reading them,
  ///   drawing or writing fails.
  public func sources(of task: SplitTask) throws -> [ChannelSource] {
    switch task.source {
    case .published(let images, let channels): try images.sources(channels, in: published)
    case .files(let sources): sources
    case .critters(let set):
      try draw(task) {
        try set.curves.stack(frames: set.frames, seed: set.seed)
      }
    case .cells(let set):
      try draw(task) {
        var parameters = SyntheticCells.Parameters()
        parameters.structures = set.structures
        return try SyntheticCells(parameters).stack(
          frames: set.frames, height: set.size, width: set.size, seed: set.seed)
      }
    }
  }

  /// Why a task cannot run now; nil when it can.
  public func missing(for task: SplitTask) -> MissingImages? {
    guard case .published(let images, let channels) = task.source else { return nil }
    do {
      _ = try images.find(channels, in: published)
      return nil
    } catch {
      return error
    }
  }

  /// Writes one stack for each channel, unless the same drawing was written before.
  private func draw(
    _ task: SplitTask, _ make: () throws -> ImageStack
  ) throws -> [ChannelSource] {
    let folder = drawn.appendingPathComponent(task.id, isDirectory: true)
    let note = folder.appendingPathComponent("drawn.txt")
    let description = "\(task.source)\n"
    let sources = task.channels.map { name in
      ChannelSource(
        name: name, file: folder.appendingPathComponent(name + ".tif").standardizedFileURL.path)
    }
    let isThere = sources.allSatisfy { FileManager.default.fileExists(atPath: $0.file) }
    if isThere, (try? String(contentsOf: note, encoding: .utf8)) == description { return sources }

    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try? FileManager.default.removeItem(at: note)
    let stack = try make()
    for (channel, source) in sources.enumerated() {
      let pixels = (0..<stack.frames).flatMap { stack.plane(frame: $0, channel: channel).values }
      let single = ImageStack(
        frames: stack.frames, channels: 1, height: stack.height, width: stack.width,
        pixels: pixels, type: stack.type, channelNames: [source.name],
        pixelSize: stack.pixelSize)
      try TIFF.write(
        single, to: URL(fileURLWithPath: source.file), overwrite: true, software: "usplit")
    }
    try Data(description.utf8).write(to: note, options: .atomic)
    return sources
  }
}
