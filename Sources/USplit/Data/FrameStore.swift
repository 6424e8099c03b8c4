import Foundation
import Imaging

/// Where the frames of prepared data are.
enum FrameStore: Sendable {
  /// All of them ready in memory.
  case memory([PreparedData.Frame])
  /// In their files, of which parts are read and prepared as they are needed.
  case files(StreamedFrames)

  /// The targets in a region.
  ///
  /// - Throws: `ImagingError` where a file is broken.
  func targets(_ region: FrameRegion) throws(ImagingError) -> [Plane] {
    switch self {
    case .memory(let frames): frames[region.frame].targets.map { $0.cropped(to: region) }
    case .files(let streamed): try streamed.targets(region)
    }
  }
}

/// A part of a frame, ready to compare with.
package struct PreparedRegion: Sendable {
  /// The targets, background removed and clipped, in the units of the files, `[T]`.
  package let targets: [Plane]
  /// The targets as they are in the files, `[T]`.
  package let originals: [Plane]
  /// The superimposed image in training units.
  package let input: Plane
}

/// How a frame is prepared.
struct Preparation: Sendable {
  let normalisation: Normalisation
  let scale: InputScale

  /// The superimposed image in training units, from prepared targets or an acquired image.
  func input(_ targets: [Plane], acquired: Plane?) throws(ImagingError) -> Plane {
    if let acquired { return try scale.prepared(acquired) }
    return mixed(targets, weights: scale.weights)
  }
}
