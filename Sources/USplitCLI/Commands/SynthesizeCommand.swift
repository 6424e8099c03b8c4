import ArgumentParser
import Foundation
import Imaging

/// `usplit synthesize`.
struct SynthesizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthesize",
    abstract: "Draws images of two or more structures, to try everything on.",
    subcommands: [SynthesizeCells.self, SynthesizeCritters.self])
}

/// What all kinds of drawn images have in common.
struct SynthesisOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Frames to draw.", valueName: "count"))
  var frames = 20

  @Option(help: ArgumentHelp("Seed; the same seed draws the same frames.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Folder of the images.", valueName: "folder"),
    completion: .directory)
  var output: String

  @OptionGroup var memory: MemoryOption
  @OptionGroup var force: ForceOption
  @OptionGroup var quiet: QuietOption

  func validate() throws {
    if frames < 1 { throw ValidationError("--frames is \(frames), at least 1 is needed") }
  }

  /// Writes each channel of the drawn stack into a file of its own.
  ///
  /// - Parameters:
  ///   - names: of the files, without `.tif`
  ///   - draw: makes the stack, `[N, C, H, W]`, with a channel for each name
  func write(_ names: [String], height: Int, width: Int, draw: () throws -> ImageStack) throws {
    let files = names.map {
      URL(fileURLWithPath: output, isDirectory: true).appendingPathComponent("\($0).tif")
    }
    try force.check(files)
    try memory.check(
      bytes(channels: names.count, height: height, width: width), for: "drawing",
      advice: "draw fewer or smaller frames")
    quiet.console.note(
      "drawing \(Words.count(frames, "frame")) of \(height) × \(width) pixels, seed \(seed)")
    let stack = try draw()
    let folder = try OutputFolder(output)
    try folder.filled {
      for (channel, file) in files.enumerated() {
        try TIFF.write(
          stack.channel(channel), to: file, overwrite: force.force, software: Software.name)
        try Results.line(file.relativePath)
      }
    }
  }

  /// Memory of the stack, of one copy of a channel, and of the about 20 planes that drawing takes for
  /// every frame in work.
  private func bytes(channels: Int, height: Int, width: Int) -> Int? {
    let busy = 20 * min(frames, ProcessInfo.processInfo.activeProcessorCount)
    let (stored, overflow) = frames.multipliedReportingOverflow(by: channels + 1)
    let (planes, sumOverflow) = stored.addingReportingOverflow(busy)
    guard !overflow, !sumOverflow else { return nil }
    return [height, width, planes, 4].reduce(1) { product, factor in
      guard let product else { return nil }
      let (result, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow ? nil : result
    }
  }
}

extension ImageStack {
  /// One channel alone, `[N, 1, H, W]`.
  fileprivate func channel(_ index: Int) -> ImageStack {
    var kept: [Float] = []
    kept.reserveCapacity(frames * planeCount)
    for frame in 0..<frames { kept += plane(frame: frame, channel: index).values }
    return ImageStack(
      frames: frames, channels: 1, height: height, width: width, pixels: kept, type: type,
      channelNames: [channelNames[index]], pixelSize: pixelSize)
  }
}
