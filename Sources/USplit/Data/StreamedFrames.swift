import Foundation
import Imaging
import Synchronization

/// Frames that stay in their files: parts are read and prepared as they are needed, from several
/// threads at once.
///
/// Only the zoomed-out copies of the input are made in advance, for those frames that patches are
/// drawn from, and of the targets where they are mixed anew; they are kept in a file of their own,
/// since each pixel of them stems from many of the frame.
final class StreamedFrames: Sendable {
  /// About how much memory making the copies of a frame takes, in bytes.
  private static let bandBytes = 64 << 20

  private let images: TrainingImages
  private let preparation: Preparation
  private let contexts: Int
  private let remixes: Bool
  private let scratch: URL
  /// What is subtracted from each target of a frame, `[frame: [T]]`.
  private let backgrounds = Mutex<[Int: [Background?]]>([:])
  private let copies = Mutex<StoredPyramids?>(nil)
  /// Held while copies of a frame are made.
  private let making = Mutex<Void>(())

  /// Frames of some images.
  ///
  /// - Parameters:
  ///   - remixes: whether inputs are mixed anew, from the targets and their zoomed-out copies
  ///   - scratch: a folder on the disk that is to hold the zoomed-out copies
  init(
    _ images: TrainingImages, _ preparation: Preparation, contexts: Int, remixes: Bool = false,
    scratch: URL
  ) {
    self.images = images
    self.preparation = preparation
    self.contexts = contexts
    self.remixes = remixes
    self.scratch = scratch
  }

  // MARK: Regions

  /// A region of a frame.
  ///
  /// - Throws: `ImagingError` where a file is broken, or a background is too low to be subtracted.
  func region(_ region: FrameRegion) throws(ImagingError) -> PreparedRegion {
    let backgrounds = try backgrounds(of: region.frame)
    var originals: [Plane] = []
    for target in images.targets { originals.append(try target.plane(region)) }
    let targets = originals.enumerated().map {
      preparation.normalisation.prepared($1, channel: $0, backgrounds[$0])
    }
    let acquired = try images.acquired.map { series throws(ImagingError) in
      try series.plane(region)
    }
    return PreparedRegion(
      targets: targets, originals: originals,
      input: try preparation.input(targets, acquired: acquired))
  }

  /// The targets in a region of a frame.
  ///
  /// - Throws: as `region(_:)`.
  func targets(_ region: FrameRegion) throws(ImagingError) -> [Plane] {
    var targets: [Plane] = []
    for channel in images.targets.indices { targets.append(try target(channel, region)) }
    return targets
  }

  private func target(_ channel: Int, _ region: FrameRegion) throws(ImagingError) -> Plane {
    let backgrounds = try backgrounds(of: region.frame)
    return preparation.normalisation.prepared(
      try images.targets[channel].plane(region), channel: channel, backgrounds[channel])
  }

  // MARK: Patches

  /// Makes what the patches of some frames need.
  ///
  /// - Parameter remixed: those of the frames whose patches are mixed anew
  /// - Throws: `ImagingError` where a file is broken or the disk has no room for the copies.
  func prepare(_ frames: [Int], remixed: Set<Int>) throws(ImagingError) {
    for frame in frames {
      _ = try backgrounds(of: frame)
      guard contexts > 0 else { continue }
      _ = try copies(of: .input, frame: frame)
      guard remixed.contains(frame) else { continue }
      for channel in images.targets.indices {
        _ = try copies(of: .target(channel), frame: frame)
      }
    }
  }

  /// Writes a normalised patch and its context images, and the normalised targets.
  ///
  /// - Parameters:
  ///   - origin: frame, first row and first column of the patch, which may lie outside of the frame
  ///   - scale: how pixels are normalised
  ///   - side: of the patch, in pixels
  ///   - padding: what lies beyond the borders
  ///   - inputs: room for the patch and its context images
  ///   - targets: room for the targets
  /// - Throws: `ImagingError` where a file is broken or the disk has no room for the copies.
  func copyPatch(
    _ origin: PatchOrigin, _ scale: PatchScale, side: Int, padding: Imaging.Padding,
    inputs: UnsafeMutablePointer<Float>, targets: UnsafeMutablePointer<Float>
  ) throws(ImagingError) {
    let area = side * side
    let frame = ImageDescription.Level(height: images.height, width: images.width)
    let window = WindowRegion(
      row: origin.row, column: origin.column, side: side, height: frame.height,
      width: frame.width, padding: padding)
    let part = try window.region.map { shown throws(ImagingError) in
      let region = FrameRegion(
        frame: origin.frame, row: shown.row, column: shown.column, height: shown.height,
        width: shown.width)
      let targets = try self.targets(region)
      let acquired = try images.acquired.map { series throws(ImagingError) in
        try series.plane(region)
      }
      return (targets: targets, input: try preparation.input(targets, acquired: acquired))
    }
    for (channel, scale) in scale.targets.enumerated() {
      window.copy(
        part?.targets[channel].values ?? [], offset: scale.offset, factor: scale.factor,
        into: targets + channel * area)
    }
    try scale.writeInput(count: area, padding: padding, into: inputs) {
      layer, scale, padding, output throws(ImagingError) in
      let plane =
        switch layer {
        case .input: part?.input
        case .target(let channel): part?.targets[channel]
        }
      window.copy(
        plane?.values ?? [], offset: scale.offset, factor: scale.factor, padding: padding,
        into: output)
    }
    guard contexts > 0 else { return }
    for zoom in 1...contexts {
      var cut: WindowRegion?
      try scale.writeInput(count: area, padding: padding, into: inputs + zoom * area) {
        layer, scale, padding, output throws(ImagingError) in
        let copies = try copies(of: layer, frame: origin.frame)
        let size = copies.size(scale: zoom)
        let start = origin.start(scale: zoom, side: side, frame: frame, size: size)
        let window =
          cut
          ?? WindowRegion(
            row: start.row, column: start.column, side: side, height: size.height,
            width: size.width, padding: padding)
        cut = window
        let values = try window.region.map { shown throws(ImagingError) in
          try copies.read(shown, frame: number(of: layer, frame: origin.frame), scale: zoom)
        }
        window.copy(
          values ?? [], offset: scale.offset, factor: scale.factor, padding: padding, into: output)
      }
    }
  }

  // MARK: What is made once

  private func backgrounds(of frame: Int) throws(ImagingError) -> [Background?] {
    try backgrounds.withLock { known throws(ImagingError) in
      if let found = known[frame] { return found }
      var made: [Background?] = []
      for (channel, target) in images.targets.enumerated() {
        made.append(
          try Background(
            of: .stored(target, target.wholeFrame(frame)), preparation.normalisation.options,
            place: "frame \(frame), channel \(channel)"))
      }
      known[frame] = made
      return made
    }
  }

  /// The number under which an image of a frame is kept among the zoomed-out copies.
  private func number(of layer: PatchScale.Layer, frame: Int) -> Int {
    guard remixes else { return frame }
    let place =
      switch layer {
      case .input: 0
      case .target(let channel): 1 + channel
      }
    return frame * (1 + images.targets.count) + place
  }

  /// The zoomed-out copies, those of an image of a frame among them.
  private func copies(
    of layer: PatchScale.Layer, frame: Int
  ) throws(ImagingError) -> StoredPyramids {
    let copies = try copies.withLock { known throws(ImagingError) in
      if let known { return known }
      let made = try StoredPyramids(
        in: scratch, frames: images.frames * (remixes ? 1 + images.targets.count : 1),
        size: ImageDescription.Level(height: images.height, width: images.width),
        contexts: contexts)
      known = made
      return made
    }
    let number = number(of: layer, frame: frame)
    if copies.has(number) { return copies }
    try making.withLock { _ throws(ImagingError) in
      if copies.has(number) { return }
      try copies.add(number, bandBytes: Self.bandBytes) { rows throws(ImagingError) in
        let rows = FrameRegion(
          frame: frame, row: rows.lowerBound, column: 0, height: rows.count, width: images.width)
        return switch layer {
        case .input: try region(rows).input.values
        case .target(let channel): try target(channel, rows).values
        }
      }
    }
    return copies
  }
}
