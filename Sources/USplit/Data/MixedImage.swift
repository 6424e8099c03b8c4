import Foundation
import Imaging

/// Images of separate structures, superimposed as they are read.
///
/// It has one channel of 32-bit floating point, and the time points, slices, pixel size and time
/// step of the first of the structures that say what their frames are.
public struct MixedImage: ImageSource {
  /// What is known of the mixture.
  public let description: ImageDescription
  private let targets: [FrameSeries]
  private let weights: [Double]
  private let frames: [Int]

  /// A mixture.
  ///
  /// - Parameters:
  ///   - images: the structures
  ///   - weights: of each
  ///   - frames: numbers of the frames to mix, ascending; nil for all
  ///   - provenance: what is to be told of how it came to be
  /// - Throws: `ImagingError` where the frames do not make an image: slices that differ from time
  ///   point to time point, or from structure to structure.
  public init(
    _ images: TrainingImages, weights: [Double], frames: [Int]? = nil,
    provenance: [ImageDescription.ProvenanceEntry] = []
  ) throws(ImagingError) {
    precondition(
      weights.count == images.targets.count,
      "\(weights.count) weights for \(images.targets.count) images")
    let sure = images.targets.filter { !$0.axesAreAssumed }
    let first = sure.first ?? images.targets[0]
    if let other = sure.first(where: { $0.slices != first.slices }) {
      throw ImagingError(
        .mismatch,
        "\(other.place) has \(other.slices) slices at each time point, but \(first.place) has "
          + "\(first.slices); say with --axes what the planes of both are")
    }
    var whole = ImageDescription(
      times: first.frames / first.slices, slices: first.slices, height: first.height,
      width: first.width, type: .float32, pixelSize: images.pixelSize, timeStep: first.timeStep)
    let chosen = frames ?? Array(0..<images.frames)
    let subset = try FrameSubset(chosen, of: whole, place: first.place)
    (whole.pixelSize, whole.timeStep) = (subset.pixelSize(of: whole), subset.timeStep(of: whole))
    whole.axesAreAssumed = sure.isEmpty && chosen.count > 1
    whole.provenance = provenance
    (whole.times, whole.slices) = (subset.times.count, subset.slices.count)
    let axes = whole.axes.filter { $0 != .time && $0 != .slice || whole.size($0) > 1 }
    whole.axes = axes
    description = whole
    targets = images.targets
    self.weights = weights
    self.frames = chosen
  }

  /// The places of all structures.
  public var place: String { "the mixture of " + targets.map(\.place).joined(separator: " and ") }

  /// Reads a rectangle of all structures and mixes it.
  ///
  /// - Throws: `ImagingError` where a file is cut off, broken or gone, or a pixel is not finite.
  public func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) throws(ImagingError) {
    checkRequest(region, of: plane, level: level)
    let frame = FrameRegion(
      frame: frames[plane.time * description.slices + plane.slice], row: region.row,
      column: region.column, height: region.height, width: region.width)
    var planes: [Plane] = []
    for target in targets { planes.append(try target.plane(frame)) }
    mixed(planes, weights: weights).values.withUnsafeBytes { bytes.copyMemory(from: $0) }
  }
}

extension UnsafeMutableRawPointer {
  /// Copies all bytes of a buffer here.
  fileprivate func copyMemory(from buffer: UnsafeRawBufferPointer) {
    guard let start = buffer.baseAddress else { return }
    copyMemory(from: start, byteCount: buffer.count)
  }
}
