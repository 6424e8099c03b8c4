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
  /// The paths of all files that hold it, where they are several.
  let files: [String]
  /// Number of the channel to split.
  let channel: Int
  /// Numbers of the frames to split, ascending.
  let frames: [Int]
  /// The form of the result.
  let format: ImageFormat
  /// Why the form is not that of the image; nil where there is nothing to tell.
  let formNote: String?
  /// What is known of the result.
  let result: ImageDescription
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

  /// What the result depends on as far as the image's files are concerned.
  ///
  /// - Throws: `ImagingError` where a file is gone.
  func conditions() throws(ImagingError) -> [SplitCondition] {
    let file = url.resolvingSymlinksInPath()
    var (count, bytes, changed) = (0, 0, 0.0)
    do {
      for name in [file.path] + files {
        // A folder's own contents come with it.
        let inner =
          (try? FileManager.default.subpathsOfDirectory(atPath: name)).map {
            $0.map { "\(name)/\($0)" }
          } ?? []
        for path in [name] + inner {
          let attributes = try FileManager.default.attributesOfItem(atPath: path)
          count += 1
          bytes += (attributes[.size] as? NSNumber)?.intValue ?? 0
          changed = max(
            changed, (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0)
        }
      }
    } catch {
      throw ImagingError(.missing, "\(path) cannot be read: \(error.localizedDescription)")
    }
    return [
      SplitCondition("image", file.path), SplitCondition("number of the image", series),
      SplitCondition("number of the image's files", count),
      SplitCondition("size of the image's files", bytes),
      SplitCondition("time when the image's files were last changed", changed),
      SplitCondition("type of the result", result.type.rawValue),
    ]
  }

  /// Refuses a result that is there and is not the one that this split would give.
  ///
  /// - Throws: `ImagingError` that names the difference, and where it cannot be read.
  func checkLeft() throws(ImagingError) {
    let images = try ImageFile.images(in: output)
    guard let difference = difference(to: images[0].description) else { return }
    throw ImagingError(
      .exists,
      "\(output.relativePath) is of another split: \(difference); replace it with --force, or name "
        + "another folder")
  }

  /// How another result differs from this one, as far as its file tells.
  private func difference(to other: ImageDescription) -> String? {
    for key in ["usplit_model", "usplit_input", "usplit_settings"] {
      func value(_ image: ImageDescription) -> String? {
        let text = image.provenance.last { $0.key == key }?.value
        // A model that was moved is the same by its checksum, in brackets behind the path.
        guard key == "usplit_model", let text, let bracket = text.lastIndex(of: "(") else {
          return text
        }
        return String(text[bracket...])
      }
      guard value(other) != value(result) else { continue }
      return
        "its \(key) is \(value(other) ?? "not known"), this one's \(value(result) ?? "not known")"
    }
    func shape(_ image: ImageDescription) -> String {
      "\(Words.count(image.frames, "frame")) of \(image.height) × \(image.width) pixels, "
        + Words.channels(image.channels.map(\.name))
    }
    if shape(other) != shape(result) {
      return "it has \(shape(other)), this one has \(shape(result))"
    }
    // Some forms have no float16 and hold it as float32.
    guard other.type != result.type, result.type != .float16 else { return nil }
    return "its pixels are \(other.type.rawValue), this one's \(result.type.rawValue)"
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
