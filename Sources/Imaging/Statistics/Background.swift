/// What is subtracted from the pixels of one frame and channel: a quantile of them, rounded toward
/// zero.
package struct Background: Sendable, Equatable {
  /// The value that is subtracted.
  package let offset: Float
  /// Whether what is below it becomes 0.
  package let clipsToZero: Bool

  /// The background of a region; nil where the options subtract none.
  ///
  /// - Parameters:
  ///   - region: all pixels that the quantile is of
  ///   - options: the quantile, and what becomes of pixels below it
  ///   - place: names the region in messages
  /// - Throws: `ImagingError` where the quantile is 20 or less, since rounding it would then change
  ///   the image too much; what reading the region throws.
  package init?(
    of region: ChannelRegion, _ options: NormalisationOptions, place: String
  ) throws(ImagingError) {
    guard options.backgroundQuantile > 0 else { return nil }
    let background = try quantile([region.kept()], options.backgroundQuantile)
    guard abs(background) > 20, background.isFinite else {
      throw ImagingError(
        .invalidPixels,
        "the background of \(place) (its \(options.backgroundQuantile) quantile) is \(background), "
          + "but it is rounded to a whole number and must be above 20; set the background quantile "
          + "to 0, or scale the pixels up")
    }
    offset = Float(background.rounded(.towardZero))
    clipsToZero = options.clipBackgroundToZero
  }

  /// Subtracts it.
  package func remove(from pixels: UnsafeMutableBufferPointer<Float>) {
    for index in pixels.indices {
      let value = pixels[index] - offset
      pixels[index] = clipsToZero && value < 0 ? 0 : value
    }
  }
}
