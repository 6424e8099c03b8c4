import Foundation

/// Images in files and folders of any form that is known.
public enum ImageFile {
  /// How pixels are packed in what is written.
  public enum Compression: String, Sendable, CaseIterable {
    /// What suits the form: none in TIFF, Blosc with Zstandard in Zarr.
    case standard
    /// As they are.
    case none
    /// Deflate, which every program reads.
    case deflate
    /// Zstandard: as small as Deflate and faster; not every program reads it in TIFF.
    case zstd
    /// LZW, in TIFF alone.
    case lzw
  }

  /// The images in a file or folder, at least one: a TIFF file with one or several images, an
  /// OME-Zarr folder, a Zarr array.
  ///
  /// - Throws: `ImagingError` where nothing is there, it is of no known form, or broken.
  public static func images(
    in url: URL, _ options: ImageReadingOptions = ImageReadingOptions()
  ) throws(ImagingError) -> [any ImageSource] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw ImagingError(.missing, "\(url.path) does not exist")
    }
    if isFolder.boolValue { return try OMEZarr.images(url, options) }
    if let advice = ForeignForm.advice(for: url, start: try FileStart.read(url, count: 4).bytes) {
      throw ImagingError(.notAnImage, "\(url.path) is not read: it is \(advice)")
    }
    return try TIFF.images(url, options)
  }

  /// One image of a file or folder.
  ///
  /// - Parameters:
  ///   - url: the file or folder
  ///   - series: its number from 0; nil for the only one
  ///   - options: how it is read
  /// - Throws: `ImagingError` also where there are several and none was named, or no such image.
  public static func image(
    in url: URL, series: Int? = nil, _ options: ImageReadingOptions = ImageReadingOptions()
  ) throws(ImagingError) -> any ImageSource {
    let images = try images(in: url, options)
    let list = images.enumerated().map { number, image in
      let size = image.description
      let name = size.name.map { " \"\($0)\"" } ?? ""
      return "\(number):\(name) \(size.height) × \(size.width)"
    }
    if let series {
      guard images.indices.contains(series) else {
        throw ImagingError(
          .mismatch,
          "\(url.path) has \(images.count) images (\(list.joined(separator: ", "))), but no image "
            + "\(series)")
      }
      return images[series]
    }
    guard images.count == 1 else {
      throw ImagingError(
        .ambiguous,
        "\(url.path) has \(images.count) images (\(list.joined(separator: ", "))); choose one with "
          + "--series")
    }
    return images[0]
  }

  /// What writes images in a form.
  ///
  /// - Parameters:
  ///   - format: the form; of those without metadata, the nearest that has some
  ///   - compression: how pixels are packed
  ///   - sharded: whether chunks are put together in shards, in OME-Zarr 0.5 alone
  ///   - software: the program's name and version
  /// - Throws: `ImagingError` where the form does not have the compression, or no shards.
  public static func sink(
    _ format: ImageFormat, compression: Compression = .standard, sharded: Bool = false,
    software: String
  ) throws(ImagingError) -> any ImageSink {
    if sharded, format != .omeZarr05 {
      throw ImagingError(.unsupported, "only OME-Zarr 0.5 has shards")
    }
    switch format {
    case .omeTIFF:
      return OMETIFFSink(compression: compression.tiff, software: software)
    case .imageJTIFF, .tiff, .memory:
      return ImageJTIFFSink(compression: compression.tiff, software: software)
    case .omeZarr04, .omeZarr05, .zarr:
      guard let packing = compression.zarr else {
        throw ImagingError(.unsupported, "Zarr has no LZW; choose another compression")
      }
      return OMEZarrSink(
        version: format == .omeZarr04 ? .v04 : .v05, compression: packing, sharded: sharded,
        software: software)
    }
  }
}

extension ImageFile.Compression {
  fileprivate var tiff: TIFF.Compression {
    switch self {
    case .standard, .none: .none
    case .deflate: .deflate
    case .zstd: .zstd
    case .lzw: .lzw
    }
  }

  fileprivate var zarr: ZarrCompression? {
    switch self {
    case .standard: .bloscZstd
    case .none: ZarrCompression.none
    case .deflate: .gzip
    case .zstd: .zstd
    case .lzw: nil
    }
  }
}
