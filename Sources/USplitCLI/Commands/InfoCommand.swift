import ArgumentParser
import Foundation
import Imaging

/// `usplit info`.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Says how an image file is read: axes, sizes, units, channels, pyramid.",
    discussion: """
      Reads TIFF, OME-TIFF, ImageJ's TIFF, OME-Zarr and Zarr arrays; pixels are not read. Of files \
      that cannot be read the errors are told, and the exit status is 1.

      Example: usplit info cells.ome.tif
      """)

  @Argument(
    help: ArgumentHelp(
      "Images: files, folders of images, OME-Zarr, patterns such as 'day1/*.tif'.",
      valueName: "image"), completion: .file())
  var images: [String]

  @OptionGroup var reading: ImageReadingArguments

  @Flag(help: "Print JSON: a list with one object for each image.")
  var json = false

  func run() throws {
    let options = try reading.options()
    var failures = 0
    func tell(_ error: ImagingError) {
      failures += 1
      Console.complain("usplit: error: \(error)")
    }
    var files: [URL] = []
    for path in images {
      do throws(ImagingError) {
        files += try ImageListing.images(at: path)
      } catch {
        tell(error)
      }
    }
    let opened = try ImageFile.open(
      files, options, failed: { _, error throws(ImagingError) in tell(error) }
    ) { url, images in
      images.enumerated().map { number, image in
        ImageRecord(image.description, file: url.relativePath, series: number, of: images.count)
      }
    }
    for file in opened {
      if let remark = file.remark {
        Console.complain("usplit: warning: \(file.url.relativePath): \(remark)")
      }
    }
    let records = opened.flatMap(\.content)
    if json, !records.isEmpty {
      try Results.json(records)
    } else {
      for (place, record) in records.enumerated() {
        if place > 0 { try Results.line("") }
        for line in record.lines { try Results.line(line) }
      }
    }
    if failures > 0 { throw ExitCode.failure }
  }
}

/// What `usplit info` says of one image.
private struct ImageRecord: Encodable {
  struct Size: Encodable {
    let x, y: Double
    let z: Stated<Double>
    let unit: String
  }
  struct Channel: Encodable { let name, color: Stated<String> }
  struct Level: Encodable { let height, width: Int }
  /// A value that is written as `null` where there is none, so that every key is always there.
  struct Stated<Value: Encodable>: Encodable {
    let value: Value?

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      if let value { try container.encode(value) } else { try container.encodeNil() }
    }
  }

  let file: String
  let format: ImageFormat
  let series: Int
  let seriesCount: Int
  let name: Stated<String>
  let axes: String
  let shape: [Int]
  let sizes: [String: Int]
  let type: PixelType
  let pixelSize: Stated<Size>
  let timeStepSeconds: Stated<Double>
  let channels: [Channel]
  let levels: [Level]
  let provenance: [ImageDescription.ProvenanceEntry]
  let remarks: [String]

  init(_ image: ImageDescription, file: String, series: Int, of count: Int) {
    self.file = file
    self.format = image.format
    self.series = series
    self.seriesCount = count
    self.name = Stated(value: image.name)
    self.axes = image.axesText
    self.shape = image.axes.map(image.size)
    self.sizes = Dictionary(
      uniqueKeysWithValues: Axis.allCases.map { (String($0.rawValue), image.size($0)) })
    self.type = image.type
    self.pixelSize = Stated(
      value: image.pixelSize.map {
        Size(x: $0.width, y: $0.height, z: Stated(value: $0.depth), unit: $0.unit)
      })
    self.timeStepSeconds = Stated(value: image.timeStep)
    self.channels = image.channels.map { channel in
      Channel(
        name: Stated(value: channel.name), color: Stated(value: channel.color?.hexadecimal))
    }
    self.levels = image.levels.map { Level(height: $0.height, width: $0.width) }
    self.provenance = image.provenance
    self.remarks = image.remarks
  }

  /// The record for people.
  var lines: [String] {
    let which = seriesCount > 1 ? ", image \(series) of \(seriesCount)" : ""
    var lines = ["\(file)\(which)"]
    if let name = name.value { lines.append("  name: \(name)") }
    lines.append("  format: \(format.words)")
    let counts = axes.compactMap { letter in
      Axis(rawValue: letter).map { Words.count(sizes[String(letter)] ?? 1, $0.noun) }
    }
    lines.append("  axes: read as \(axes): \(counts.joined(separator: " × "))")
    lines.append("  type: \(type.rawValue)")
    if let size = pixelSize.value {
      var text = "\(Words.number(size.x)) × \(Words.number(size.y))"
      if let depth = size.z.value { text += " × \(Words.number(depth))" }
      lines.append("  pixel size (x × y\(size.z.value == nil ? "" : " × z")): \(text) \(size.unit)")
    } else {
      lines.append("  pixel size: unknown")
    }
    if let step = timeStepSeconds.value { lines.append("  time step: \(Words.number(step)) s") }
    let names = channels.enumerated().map { number, channel in
      "\(number)" + (channel.name.value.map { ": \($0)" } ?? "")
        + (channel.color.value.map { " (\($0))" } ?? "")
    }
    lines.append("  channels: \(names.joined(separator: ", "))")
    if levels.count > 1 {
      let sizes = levels.map { "\($0.height) × \($0.width)" }
      lines.append("  pyramid: \(sizes.joined(separator: ", "))")
    }
    for entry in provenance { lines.append("  \(entry.key): \(entry.value)") }
    for remark in remarks { lines.append("  note: \(remark)") }
    return lines
  }
}

extension ImageFormat {
  /// The form in words.
  var words: String {
    switch self {
    case .omeTIFF: "OME-TIFF"
    case .imageJTIFF: "ImageJ TIFF"
    case .tiff: "TIFF"
    case .omeZarr04: "OME-Zarr 0.4"
    case .omeZarr05: "OME-Zarr 0.5"
    case .zarr: "Zarr array"
    case .memory: "pixels in memory"
    }
  }
}

extension RGBColor {
  /// The colour as in a web page, such as `#00FF00`.
  fileprivate var hexadecimal: String {
    "#"
      + [red, green, blue].map { part in
        let digits = String(part, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
  }
}
