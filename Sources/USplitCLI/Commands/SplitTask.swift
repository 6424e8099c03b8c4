import Foundation
import Imaging
import USplit

/// One image to split, checked; its pixels are not there yet.
struct SplitTask {
  /// The path as it was given.
  let path: String
  /// Number of the image in its file.
  let series: Int
  /// What is known of the image.
  let description: ImageDescription
  /// Number of the channel to split.
  let channel: Int
  /// Numbers of the frames to split, ascending.
  let frames: [Int]
  /// The form of the result.
  let format: ImageFormat
  /// The element type of the result.
  let type: PixelType
  /// The file or folder of the result.
  let output: URL

  /// Where the image is.
  var url: URL { URL(fileURLWithPath: path) }

  /// The picture to look at beside the result.
  var preview: URL {
    output.deletingLastPathComponent().appendingPathComponent(ImageName(output).stem + ".png")
  }

  /// Opens the image.
  ///
  /// - Throws: `ImagingError` where it cannot be opened any more.
  func open(_ options: ImageReadingOptions) throws(ImagingError) -> any ImageSource {
    let images = try ImageFile.images(in: url, options)
    guard images.indices.contains(series), images[series].description == description else {
      throw ImagingError(.mismatch, "\(path) was changed while its split was prepared")
    }
    return images[series]
  }

  /// What the result depends on as far as the image's file is concerned.
  ///
  /// - Throws: `ImagingError` where the file is gone.
  func conditions() throws(ImagingError) -> [SplitCondition] {
    let file = url.resolvingSymlinksInPath()
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
      let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      return [
        SplitCondition("image", file.path), SplitCondition("number of the image", series),
        SplitCondition("size of the image's file", (attributes[.size] as? NSNumber) ?? 0),
        SplitCondition("time when the image's file was changed", changed),
        SplitCondition("type of the result", type.rawValue),
      ]
    } catch {
      throw ImagingError(.missing, "\(path) cannot be read: \(error.localizedDescription)")
    }
  }

  /// Reads all pixels that are to be split, some rows at a time, and forgets them.
  ///
  /// - Throws: `ImagingError` where they cannot be read or are not finite.
  func checkPixels(_ options: ImageReadingOptions, bandBytes: Int) throws(ImagingError) {
    let image = try open(options)
    let rows = max(1, bandBytes / (4 * description.width))
    for frame in frames {
      for top in stride(from: 0, to: description.height, by: rows) {
        let region = PlaneRegion(
          row: top, column: 0, height: min(rows, description.height - top),
          width: description.width)
        _ = try image.plane(region, of: description.plane(frame: frame, channel: channel))
      }
    }
  }
}
