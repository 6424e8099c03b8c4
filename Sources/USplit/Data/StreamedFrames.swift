import Foundation
import Imaging
import Synchronization

/// Frames that stay in their files: parts are read and prepared as they are needed, from several
/// threads at once.
///
/// Only the zoomed-out copies of the input are made in advance, for those frames that patches are
/// drawn from; they are kept in a file of their own, since each pixel of them stems from many of the
/// frame.
final class StreamedFrames: Sendable {
  /// About how much memory making the copies of a frame takes, in bytes.
  private static let bandBytes = 64 << 20

  private let images: TrainingImages
  private let preparation: Preparation
  private let contexts: Int
  private let scratch: URL
  /// What is subtracted from each target of a frame, `[frame: [T]]`.
  private let backgrounds = Mutex<[Int: [Background?]]>([:])
  private let copies = Mutex<StoredPyramids?>(nil)
  /// Held while copies of a frame are made.
  private let making = Mutex<Void>(())

  /// Frames of some images.
  ///
  /// - Parameter scratch: a folder on the disk that is to hold the zoomed-out copies
  init(_ images: TrainingImages, _ preparation: Preparation, contexts: Int, scratch: URL) {
    self.images = images
    self.preparation = preparation
    self.contexts = contexts
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

  // MARK: Patches

  /// Makes what the patches of some frames need.
  ///
  /// - Throws: `ImagingError` where a file is broken or the disk has no room for the copies.
  func prepare(_ frames: [Int]) throws(ImagingError) {
    for frame in frames {
      _ = try backgrounds(of: frame)
      if contexts > 0 { _ = try copies(of: frame) }
    }
  }

  /// Writes a normalised patch and its context images, and the normalised targets.
  ///
  /// - Parameters:
  ///   - origin: frame, first row and first column of the patch, which may lie outside of the frame
  ///   - side: of the patch, in pixels
  ///   - padding: what lies beyond the borders
  ///   - inputs: room for the patch and its context images
  ///   - targets: room for the targets
  /// - Throws: `ImagingError` where a file is broken or the disk has no room for the copies.
  func copyPatch(
    _ origin: PatchOrigin, side: Int, padding: Imaging.Padding,
    inputs: UnsafeMutablePointer<Float>, targets: UnsafeMutablePointer<Float>
  ) throws(ImagingError) {
    let area = side * side
    let (normalisation, scale) = (preparation.normalisation, preparation.scale)
    let (offset, factor) = (Float(scale.offset), Float(scale.factor))
    let window = WindowRegion(
      row: origin.row, column: origin.column, side: side, height: images.height,
      width: images.width, padding: padding)
    let part = try window.region.map { shown throws(ImagingError) in
      try region(
        FrameRegion(
          frame: origin.frame, row: shown.row, column: shown.column, height: shown.height,
          width: shown.width))
    }
    for channel in images.targets.indices {
      window.copy(
        part?.targets[channel].values ?? [], offset: Float(normalisation.targetMean[channel]),
        factor: Float(1 / normalisation.targetStd[channel]), into: targets + channel * area)
    }
    window.copy(part?.input.values ?? [], offset: offset, factor: factor, into: inputs)
    guard contexts > 0 else { return }
    let copies = try copies(of: origin.frame)
    for scale in 1...contexts {
      let size = copies.size(scale: scale)
      let window = WindowRegion(
        row: ContextPyramid.windowStart(origin.row, patch: side, scale: scale),
        column: ContextPyramid.windowStart(origin.column, patch: side, scale: scale),
        side: side, height: size.height, width: size.width, padding: padding)
      let values = try window.region.map { shown throws(ImagingError) in
        try copies.read(shown, frame: origin.frame, scale: scale)
      }
      window.copy(values ?? [], offset: offset, factor: factor, into: inputs + scale * area)
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

  /// The zoomed-out copies, those of a frame among them.
  private func copies(of frame: Int) throws(ImagingError) -> StoredPyramids {
    let copies = try copies.withLock { known throws(ImagingError) in
      if let known { return known }
      let made = try StoredPyramids(
        in: scratch, frames: images.frames,
        size: ImageDescription.Level(height: images.height, width: images.width),
        contexts: contexts)
      known = made
      return made
    }
    if copies.has(frame) { return copies }
    try making.withLock { _ throws(ImagingError) in
      if copies.has(frame) { return }
      try copies.add(frame, bandBytes: Self.bandBytes) { rows throws(ImagingError) in
        try region(
          FrameRegion(
            frame: frame, row: rows.lowerBound, column: 0, height: rows.count,
            width: images.width)
        ).input.values
      }
    }
    return copies
  }
}
