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
    if image.planes > 1 {
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
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ text: String) -> String {
    let parts = text.unicodeScalars.split { $0.value < 32 || $0.value == 127 }
    return parts.map { String($0) }.joined(separator: " ").escapedToASCII
  }
}

extension ImageJMetadata {
  /// The binary metadata of an image: names of channels as labels of planes, ranges and colours of
  /// several channels; nil where there is nothing to say.
  ///
  /// - Parameters:
  ///   - image: gives names and colours
  ///   - ranges: smallest and largest value shown, per channel
  init?(for image: ImageDescription, ranges: [ClosedRange<Float>]) {
    let names = image.channels.map { $0.name ?? "" }
    let isNamed = names.contains { !$0.isEmpty }
    let isColored = image.channels.count > 1 || image.channels[0].color != nil
    if !isNamed, !isColored { return nil }
    let defaults = RGBColor.channels
    self.init(
      labels: isNamed ? (0..<image.frames).flatMap { _ in names } : [],
      ranges: isColored ? ranges : [],
      colors: isColored
        ? image.channels.enumerated().map { $1.color ?? defaults[$0 % defaults.count] } : [])
  }
}
