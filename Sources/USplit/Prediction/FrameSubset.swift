import Imaging

/// Some frames of an image as time points and slices of their own.
struct FrameSubset: Sendable, Equatable {
  /// Some places along an axis.
  struct Places: Sendable, Equatable {
    /// How many.
    let count: Int
    /// From one to the next, 1 for a single one; nil where that varies.
    let step: Int?

    init(_ places: [Int]) {
      count = places.count
      let steps = Set(zip(places, places.dropFirst()).map { $1 - $0 })
      step = steps.isEmpty ? 1 : steps.count == 1 ? steps.first : nil
    }
  }

  /// The time points.
  let times: Places
  /// The slices of each.
  let slices: Places

  /// The frames with the given numbers, ascending.
  ///
  /// - Throws: `ImagingError` where the slices differ from time point to time point.
  init(_ frames: [Int], of image: ImageDescription, place: String) throws(ImagingError) {
    precondition(
      !frames.isEmpty && frames.allSatisfy { (0..<image.frames).contains($0) }
        && zip(frames, frames.dropFirst()).allSatisfy { $0 < $1 },
      "frames \(frames) of \(image.frames)")
    let times = Set(frames.map { $0 / image.slices }).sorted()
    let slices = Set(frames.map { $0 % image.slices }).sorted()
    guard frames.count == times.count * slices.count else {
      throw ImagingError(
        .mismatch,
        "the \(frames.count) frames of \(place) that were chosen are other slices at one time point "
          + "than at another, which makes no image; frames count the \(image.slices) slices of each "
          + "of \(image.times) time points after each other: choose the same slices of each")
    }
    self.times = Places(times)
    self.slices = Places(slices)
  }

  /// Seconds from one of the time points to the next; nil where that varies, is not known, or one is
  /// left of several.
  func timeStep(of image: ImageDescription) -> Double? {
    if times.count == 1, image.times > 1 { return nil }
    return image.timeStep.flatMap { step in times.step.map { Double($0) * step } }
  }

  /// The size of a pixel, with the distance of the chosen slices.
  func pixelSize(of image: ImageDescription) -> PixelSize? {
    var size = image.pixelSize
    let depth = image.pixelSize?.depth
    size?.depth = depth.flatMap { depth in slices.step.map { Double($0) * depth } }
    return size
  }
}
