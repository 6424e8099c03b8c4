import Foundation

/// OME-XML of one image, in the schema of June 2016.
struct OMEText {
  /// The image.
  let image: ImageDescription
  /// The order of the file's pages.
  let order: PlaneOrder
  /// OME's name of the pixels' type.
  let type: String
  /// The program's name and version.
  let software: String

  /// The text of a file that holds the image's planes as its pages.
  func text(id: UUID) -> String {
    let schema = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
    let opening: [(String, String?)] = [
      ("xmlns", schema), ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
      ("xsi:schemaLocation", "\(schema) \(schema)/ome.xsd"),
      ("UUID", "urn:uuid:" + id.uuidString.lowercased()), ("Creator", software),
    ]
    var lines = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
      "<!-- Warning: this comment is OME-XML. It tells what the pages of this file are; without it, "
        + "or with errors in it, the image cannot be read as it was meant. Keep a copy of the file "
        + "before you change anything here. See https://docs.openmicroscopy.org/ome-model/ -->",
      Self.tag("OME", opening),
      Self.tag("Image", [("ID", "Image:0"), ("Name", image.name)]),
      Self.tag("Pixels", pixels),
    ]
    for (index, channel) in image.channels.enumerated() {
      let attributes: [(String, String?)] = [
        ("ID", "Channel:0:\(index)"), ("Name", channel.name),
        ("Color", channel.color.map(Self.number)), ("SamplesPerPixel", "1"),
      ]
      lines.append(Self.tag("Channel", attributes, isEmpty: true))
    }
    lines += [
      Self.tag("TiffData", [("IFD", "0"), ("PlaneCount", "\(image.planes)")], isEmpty: true),
      "</Pixels>",
    ]
    if !image.provenance.isEmpty {
      lines.append(Self.tag("AnnotationRef", [("ID", "Annotation:0")], isEmpty: true))
    }
    lines.append("</Image>")
    if !image.provenance.isEmpty { lines += annotation }
    return lines.joined(separator: "\n") + "\n</OME>"
  }

  private var pixels: [(String, String?)] {
    var attributes: [(String, String?)] = [
      ("ID", "Pixels:0"), ("DimensionOrder", order.name), ("Type", type),
      ("BigEndian", UInt16(1).bigEndian == 1 ? "true" : "false"), ("SizeX", "\(image.width)"),
      ("SizeY", "\(image.height)"), ("SizeZ", "\(image.slices)"),
      ("SizeC", "\(image.channels.count)"), ("SizeT", "\(image.times)"),
    ]
    if let size = image.pixelSize, size.isMeaningful, let unit = LengthUnit.omeSymbol(size.unit) {
      let depth = size.depth.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
      for (axis, extent) in [("X", size.width), ("Y", size.height), ("Z", depth)] {
        guard let extent else { continue }
        attributes.append(("PhysicalSize\(axis)", "\(extent)"))
        attributes.append(("PhysicalSize\(axis)Unit", unit))
      }
    }
    if let step = image.timeStep, step > 0, step.isFinite {
      attributes += [("TimeIncrement", "\(step)"), ("TimeIncrementUnit", "s")]
    }
    return attributes
  }

  private var annotation: [String] {
    let entries = image.provenance.map {
      Self.tag("M", [("K", $0.key)]) + Self.escaped($0.value) + "</M>"
    }
    return [
      "<StructuredAnnotations>",
      Self.tag("MapAnnotation", [("ID", "Annotation:0"), ("Namespace", "usplit")]),
      "<Value>" + entries.joined() + "</Value>", "</MapAnnotation>", "</StructuredAnnotations>",
    ]
  }

  /// OME's name of a type of pixels; nil where it has none.
  static func name(of type: PixelType) -> String? {
    switch type {
    case .uint8, .uint16, .uint32, .int8, .int16, .int32: type.rawValue
    case .float32: "float"
    case .float64: "double"
    case .float16: nil
    }
  }

  private static func tag(
    _ name: String, _ attributes: [(String, String?)], isEmpty: Bool = false
  ) -> String {
    var text = "<" + name
    for case (let key, let value?) in attributes { text += " \(key)=\"\(escaped(value))\"" }
    return text + (isEmpty ? "/>" : ">")
  }

  /// Red, green, blue and opacity as the four bytes of a signed integer.
  private static func number(_ color: RGBColor) -> String {
    let parts = [color.red, color.green, color.blue, 255]
    return "\(Int32(bitPattern: parts.reduce(0) { $0 << 8 | UInt32($1) }))"
  }

  /// The text with what XML would take for markup escaped, and what XML cannot hold replaced.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x26: result.append(contentsOf: "&amp;".unicodeScalars)
      case 0x3c: result.append(contentsOf: "&lt;".unicodeScalars)
      case 0x3e: result.append(contentsOf: "&gt;".unicodeScalars)
      case 0x22: result.append(contentsOf: "&quot;".unicodeScalars)
      case 9, 10, 13: result.append(contentsOf: "&#\(scalar.value);".unicodeScalars)
      case 0..<32, 0xfffe, 0xffff: result.append("\u{fffd}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
