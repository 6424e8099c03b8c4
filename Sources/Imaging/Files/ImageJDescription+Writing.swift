import Foundation

extension ImageJDescription {
  /// Keys of ImageJ's own lines.
  static let ownKeys: Set<String> = [
    "ImageJ", "images", "channels", "slices", "frames", "hyperstack", "mode", "loop", "order",
    "unit", "xunit", "yunit", "zunit", "tunit", "vunit", "min", "max", "spacing", "finterval",
    "fps", "xorigin", "yorigin", "zorigin", "cf", "c0", "c1", "c2", "c3", "c4", "inverted", "name",
  ]

  /// The description of an image for ImageJ.
  ///
  /// Axes that are assumed are not named in a plain stack; where there are channels or slices too,
  /// ImageJ needs a name, and a line says that it is a guess.
  ///
  /// Lines of the image's provenance follow ImageJ's own. What would break the lines is replaced:
  /// line breaks by spaces, `=` within a key by `_`; a key of ImageJ's own gets `_` at its end.
  ///
  /// - Parameters:
  ///   - image: gives counts, units and provenance
  ///   - display: smallest and largest value shown, of the first channel
  static func text(for image: ImageDescription, display: ClosedRange<Float>) -> String {
    // ImageJ looks for the first "images=" in the text, so there is one before the provenance.
    var lines = ["ImageJ=1.54f", "images=\(image.planes)"]
    let channels = image.channels.count
    // What the planes of a plain stack are is left open; next to channels or slices it needs a name.
    let isPlainStack = image.axesAreAssumed && channels == 1 && image.slices == 1
    if image.planes > 1, !isPlainStack {
      if channels > 1 { lines.append("channels=\(channels)") }
      if image.slices > 1 { lines.append("slices=\(image.slices)") }
      if image.times > 1 { lines.append("frames=\(image.times)") }
      lines.append("hyperstack=true")
      lines.append("mode=\(channels > 1 ? "composite" : "grayscale")")
      lines.append("loop=false")
    }
    if let size = image.pixelSize, TIFFResolution(inUnitOf: size) != nil,
      let unit = LengthUnit.imagejSpelling(size.unit)
    {
      lines.append("unit=" + line(unit))
      if let depth = size.depth, depth > 0, depth.isFinite { lines.append("spacing=\(depth)") }
    }
    if let step = image.timeStep, step > 0, step.isFinite { lines.append("finterval=\(step)") }
    lines.append("min=\(display.lowerBound)")
    lines.append("max=\(display.upperBound)")
    for entry in image.provenance {
      let key = line(entry.key).replacingOccurrences(of: "=", with: "_")
      lines.append(key + (ownKeys.contains(key) ? "_" : "") + "=" + line(entry.value))
    }
    if image.axesAreAssumed, image.frames > 1, !isPlainStack {
      lines.append(assumedKey + "=frames")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The key of a line that tells that what the frames are is a guess.
  static let assumedKey = "usplit_assumed"

  private static func line(_ text: String) -> String {
    let parts = text.unicodeScalars.split { $0.value < 32 || $0.value == 127 }
    return parts.map { String($0) }.joined(separator: " ").escapedToASCII
  }
}

extension ImageJMetadata {
  /// The binary metadata of an image: names of channels as labels of planes, ranges of several
  /// channels, colours where one has any; nil where there is nothing to say.
  ///
  /// - Parameters:
  ///   - image: gives names and colours
  ///   - ranges: smallest and largest value shown, per channel
  init?(for image: ImageDescription, ranges: [ClosedRange<Float>]) {
    let names = image.channels.map { $0.name ?? "" }
    let isNamed = names.contains { !$0.isEmpty }
    let isColored = image.channels.contains { $0.color != nil }
    let hasRanges = isColored || image.channels.count > 1
    if !isNamed, !hasRanges { return nil }
    // Without tables ImageJ takes colours of its own; with some it needs those of all channels.
    self.init(
      labels: isNamed ? (0..<image.frames).flatMap { _ in names } : [],
      ranges: hasRanges ? ranges : [],
      colors: isColored ? image.channels.map { $0.color ?? RGBColor(255, 255, 255) } : [])
  }
}
