extension Plane {
  /// The plane without its background: its `quantile`, rounded toward zero, is subtracted.
  ///
  /// Throws where the quantile is 20 or less, since rounding it would then change the image too
  /// much; `place` names the plane in that sentence.
  func withoutBackground(
    quantile q: Double, clippedToZero: Bool, place: String
  ) throws(ImagingError) -> Plane {
    let background = quantile([self], q)
    guard abs(background) > 20, background.isFinite else {
      throw ImagingError(
        .invalidPixels,
        "the background of \(place) (its \(q) quantile) is \(background), but it is rounded to a "
          + "whole number and must be above 20; set the background quantile to 0, or scale the "
          + "pixels up")
    }
    let offset = Float(background.rounded(.towardZero))
    var result = self
    result.values.withUnsafeMutableBufferPointer { pixels in
      for index in pixels.indices {
        let value = pixels[index] - offset
        pixels[index] = clippedToZero && value < 0 ? 0 : value
      }
    }
    return result
  }
}
