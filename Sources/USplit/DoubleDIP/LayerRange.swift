import Imaging

/// How pixels become numbers that the layers can add up to, and layers become pixels.
///
/// `(pixel - low) / range`, with the smallest pixel as `low` and the distance from there to the
/// 0.999 quantile as `range`. Ours: the program of Double-DIP divides pictures of 8 bits by 255; a
/// microscope's image has a background of its own, and its few brightest pixels would leave the
/// others little of the layers' range.
struct LayerRange {
  let low: Double
  let range: Double

  /// - Throws: `DoubleDIPError` of kind `image` when there is nothing to separate.
  init(_ image: Plane) throws(DoubleDIPError) {
    guard image.height >= 2, image.width >= 2 else {
      throw DoubleDIPError(
        .image,
        "the image has \(image.height) × \(image.width) pixels; at least 2 × 2 are needed to "
          + "separate layers")
    }
    guard image.values.allSatisfy(\.isFinite) else {
      throw DoubleDIPError(
        .image,
        "the image holds pixels that are not finite numbers; replace them before it is separated")
    }
    let ends = (low: quantile(image.values, 0), high: quantile(image.values, 1))
    guard ends.low < ends.high else {
      throw DoubleDIPError(
        .image,
        "all pixels of the image are \(ends.low), so it shows nothing to separate; is this the "
          + "right frame, channel or crop?")
    }
    let bright = quantile(image.values, 0.999)
    self.low = ends.low
    self.range = (bright > ends.low ? bright : ends.high) - ends.low
  }

  /// The image as the layers' sum has to be.
  func normalised(_ image: Plane) -> [Float] {
    image.values.map { Float((Double($0) - low) / range) }
  }

  /// A layer in the image's units; each has its share of the smallest pixel, so that the layers add
  /// up to the image.
  func inUnits(_ values: [Float], height: Int, width: Int, layers: Int) -> Plane {
    let share = low / Double(layers)
    return Plane(
      height: height, width: width, values: values.map { Float(Double($0) * range + share) })
  }
}
