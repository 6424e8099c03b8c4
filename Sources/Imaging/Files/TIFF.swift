import Foundation

/// Reads and writes images in TIFF files.
public enum TIFF {
  /// The images of a TIFF file, or of a companion file of OME-XML, without their pixels.
  ///
  /// What the pages mean is taken from OME-XML, ImageJ's or tifffile's metadata. Without any, each
  /// page is a time point, which a remark says. The samples of a pixel are channels. Values are
  /// taken as stored, in whatever sense white is. Pictures in colour are left out with a remark.
  ///
  /// - Returns: one per image that OME-XML names or array that tifffile wrote, at least one
  /// - Throws: `ImagingError` where the file is missing, broken, not a TIFF file or of a kind that
  ///   cannot be read, where its metadata and its pages disagree, where its axes are ambiguous or
  ///   not those of the options, and where all its images are in colour
  public static func images(
    _ url: URL, _ options: ImageReadingOptions = ImageReadingOptions()
  ) throws(ImagingError) -> [TIFFImage] {
    let cache = SegmentCache<TIFFSegmentKey>(
      options.pool ?? SegmentPool(mostBytes: options.cacheBytes))
    var series = try TIFFSeries.all(in: url, axes: options.axes)
    let colors = series.indices.filter { series[$0].isColor }
    if colors.count == series.count {
      throw ImagingError(
        .unsupported,
        "\(url.path) is an RGB picture, a grey image is meant, and --axes does not change that: "
          + "split its channels (in Fiji: Image > Color > Split Channels), save them and name the "
          + "file of one")
    }
    if !colors.isEmpty {
      let names = colors.map { "image \($0 + 1)" + (series[$0].name.map { " (\($0))" } ?? "") }
      let remark =
        "Of \(series.count) images, those in colour are left out: \(names.joined(separator: ", "))."
      for index in series.indices { series[index].remarks.append(remark) }
    }
    return series.filter { !$0.isColor }.map { TIFFImage($0, cache: cache) }
  }
}
