extension ImageSource {
  /// A plane small enough to look at: means of square boxes of pixels.
  ///
  /// - Parameters:
  ///   - plane: a plane inside the image
  ///   - longestSide: the most pixels its longer side may have
  ///   - bandBytes: about how much memory the rows may take that are worked on at once
  /// - Throws: `ImagingError` where the image cannot be read.
  public func overview(
    of plane: PlaneIndex, longestSide: Int, bandBytes: Int = 64 << 20
  ) throws(ImagingError) -> Plane {
    precondition(longestSide > 0, "an overview of at most \(longestSide) pixels a side")
    let image = description
    let factor = (max(image.height, image.width) + longestSide - 1) / longestSide
    let boxes = max(1, bandBytes / (factor * image.width * MemoryLayout<Float>.size))
    var (rows, values) = (0, [Float]())
    for top in stride(from: 0, to: image.height, by: boxes * factor) {
      let region = PlaneRegion(
        row: top, column: 0, height: min(boxes * factor, image.height - top), width: image.width)
      let band = Plane(
        height: region.height, width: region.width, values: try self.values(region, of: plane)
      ).averaged(by: factor)
      rows += band.height
      values += band.values
    }
    return Plane(height: rows, width: (image.width + factor - 1) / factor, values: values)
  }
}
