/// One image of a TIFF file, read region by region.
///
/// A region decodes the strips or tiles that it meets, and those are kept for the next region;
/// of pages that are not compressed, only the rows are read that are asked for. An image may be
/// read from several threads at once.
public struct TIFFImage: ImageSource {
  /// What is known of the image.
  public let description: ImageDescription
  private let series: TIFFSeries
  private let cache: SegmentCache<TIFFSegmentKey>

  /// An image that shares decoded strips and tiles with others of its file.
  init(_ series: TIFFSeries, cache: SegmentCache<TIFFSegmentKey>) {
    self.series = series
    self.cache = cache
    description = series.description
  }

  /// The path of the file that was opened.
  public var place: String { series.path }

  /// The paths of all files of a set of OME-TIFF files, also of that with the metadata; empty where
  /// there is one file.
  public var fileSet: [String] { series.fileSet }

  /// Bytes of the largest strip or tile of the first plane, where they are packed.
  public var packedBytes: Int {
    series.planes[0].levels.filter { !$0.isPlain }.map(\.segmentSize).max() ?? 0
  }

  /// Reads a rectangle as stored, in the machine's byte order, row by row without gaps.
  ///
  /// - Throws: `ImagingError` where the file is cut off, broken or gone.
  public func read(
    _ region: PlaneRegion, of plane: PlaneIndex, level: Int, into bytes: UnsafeMutableRawPointer
  ) throws(ImagingError) {
    checkRequest(region, of: plane, level: level)
    let source = series.source(plane)
    let pages = series.planes[series.isContiguous ? 0 : source.page]
    let request = TIFFFile.Request(
      page: pages.levels[level], sample: source.sample, region: region, target: bytes)
    if series.isContiguous {
      try pages.file.readContiguous(request, plane: source.page)
    } else {
      try pages.file.read(request, cache: cache)
    }
  }
}
