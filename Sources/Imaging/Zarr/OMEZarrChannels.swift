/// Names and colours of channels in the metadata of OMERO.
enum OMEZarrChannels {
  /// Reads the channels of an image group.
  ///
  /// - Parameters:
  ///   - attributes: what may hold `omero`
  ///   - count: channels of the image
  ///   - remarks: takes what is left out, in whole sentences
  /// - Throws: `ImagingError` that names the file and the key where one is malformed.
  static func read(
    _ attributes: OMEZarrNode, count: Int, remarks: inout [String]
  ) throws(ImagingError) -> [ImageChannel] {
    var channels = [ImageChannel](repeating: ImageChannel(), count: count)
    guard let list = try attributes.member("omero")?.member("channels") else { return channels }
    let elements = try list.elements()
    guard elements.count == count else {
      remarks.append(
        "The metadata describe \(elements.count) channels, the image has \(count), so names and "
          + "colours of channels are left out.")
      return channels
    }
    for (index, element) in elements.enumerated() {
      let label = try element.member("label")?.text()
      channels[index].name = label.flatMap { $0.isEmpty ? nil : $0 }
      guard let color = try element.member("color") else { continue }
      channels[index].color = color.value.text.flatMap { RGBColor(hexadecimal: $0) }
      if channels[index].color == nil {
        remarks.append(
          "The colour \(color.value.described) of channel \(index + 1) is not of the form RRGGBB, "
            + "so it is left out.")
      }
    }
    return channels
  }
}

extension RGBColor {
  /// A colour of six hexadecimal digits, with `#` before them or not; nil where it is none.
  init?(hexadecimal text: String) {
    let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
    guard digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit),
      let value = UInt32(digits, radix: 16)
    else { return nil }
    self.init(
      UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8),
      UInt8(truncatingIfNeeded: value))
  }

  /// The colour in six hexadecimal digits.
  var hexadecimal: String {
    let value = UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }
}
