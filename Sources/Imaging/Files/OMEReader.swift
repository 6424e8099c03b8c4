import Foundation

/// Takes from the elements of OME-XML what is needed to read images.
final class OMEReader {
  /// What was found.
  private(set) var result = OMEDescription()
  private var note: (id: String, isOurs: Bool) = ("", false)
  private var key = ""

  /// Whether the text inside an element is wanted.
  func wantsText(_ element: [String]) -> Bool {
    element.last == "UUID" || element.last == "M"
  }

  /// An element begins; what is wrong with it, or nil.
  ///
  /// - Parameters:
  ///   - element: the local names of the elements it lies in, the root first, and its own
  ///   - attributes: by local name
  func begin(_ element: [String], _ attributes: [String: String]) -> String? {
    switch Array(element.dropFirst()) {
    case []:
      result.uuid = attributes["UUID"]?.lowercased()
      result.creator = attributes["Creator"]
    case ["BinaryOnly"]:
      result.elsewhere = OMEDescription.Elsewhere(
        fileName: attributes["MetadataFile"], uuid: attributes["UUID"]?.lowercased())
    case ["Image"]:
      result.images.append(OMEDescription.Image(name: attributes["Name"]))
    case ["Image", "AnnotationRef"]:
      change { $0.annotations.append(attributes["ID"] ?? "") }
    case ["Image", "Pixels"]: return beginPixels(attributes)
    case ["Image", "Pixels", "Channel"]: return beginChannel(attributes)
    case ["Image", "Pixels", "BinData"]: change { $0.hasBinaryData = true }
    case ["Image", "Pixels", "TiffData"]: return beginBlock(attributes)
    case ["Image", "Pixels", "TiffData", "UUID"]:
      changeBlock { $0.fileName = attributes["FileName"] }
    case ["StructuredAnnotations", "MapAnnotation"]:
      note = (attributes["ID"] ?? "", attributes["Namespace"] == "usplit")
    case ["StructuredAnnotations", "MapAnnotation", "Value", "M"]: key = attributes["K"] ?? ""
    default: break
    }
    return nil
  }

  /// An element ends.
  ///
  /// - Parameter text: the text directly inside it
  func end(_ element: [String], text: String) {
    switch Array(element.dropFirst()) {
    case ["Image", "Pixels", "TiffData", "UUID"]: changeBlock { $0.uuid = text.lowercased() }
    case ["StructuredAnnotations", "MapAnnotation", "Value", "M"] where note.isOurs && !key.isEmpty:
      result.notes[note.id, default: []].append(.init(key, text))
    default: break
    }
  }

  private func change(_ body: (inout OMEDescription.Image) -> Void) {
    guard !result.images.isEmpty else { return }
    body(&result.images[result.images.count - 1])
  }

  private func changeBlock(_ body: (inout OMEDescription.PlaneBlock) -> Void) {
    change { image in
      guard !image.blocks.isEmpty else { return }
      body(&image.blocks[image.blocks.count - 1])
    }
  }

  /// A count from an attribute; nil where it is missing, and what is wrong where it is none.
  private func count(
    _ attributes: [String: String], _ key: String, _ wrong: inout String?
  ) -> Int? {
    guard let text = attributes[key] else { return nil }
    let number = Int(text.trimmingCharacters(in: .whitespaces))
    if number.map({ $0 < 0 }) ?? true { wrong = "\(key) \"\(text)\" is no number" }
    return number
  }

  private func beginPixels(_ attributes: [String: String]) -> String? {
    var wrong: String?
    let order = attributes["DimensionOrder"] ?? "XYZCT"
    if !order.hasPrefix("XY") || order.count != 5 || Set(order) != Set("XYZCT") {
      return "the DimensionOrder \"\(order)\" is none"
    }
    let channels = count(attributes, "SizeC", &wrong) ?? 0
    let slices = count(attributes, "SizeZ", &wrong) ?? 0
    let timePoints = count(attributes, "SizeT", &wrong) ?? 0
    let width = count(attributes, "SizeX", &wrong)
    let height = count(attributes, "SizeY", &wrong)
    change { image in
      image.order = Array(order.dropFirst(2))
      (image.channels, image.slices, image.timePoints) = (channels, slices, timePoints)
      (image.width, image.height) = (width, height)
      image.type = attributes["Type"] ?? attributes["PixelType"]
      (image.pixelSize, image.remarks) = Self.pixelSize(attributes)
      if let increment = attributes["TimeIncrement"].flatMap({ Double($0) }), increment != 0 {
        let unit = attributes["TimeIncrementUnit"] ?? "s"
        image.timeStep = TimeUnit.seconds(increment, unit: unit)
        if image.timeStep == nil {
          image.remarks.append("The time increment \(increment) \(unit) is left out.")
        }
      }
    }
    return wrong
  }

  private func beginChannel(_ attributes: [String: String]) -> String? {
    var wrong: String?
    let samples = count(attributes, "SamplesPerPixel", &wrong)
    var color: RGBColor?
    if let text = attributes["Color"] {
      // 8 bits each of red, green, blue and opacity, in a signed number; some write it unsigned.
      guard let number = Int64(text), abs(number) < 1 << 32 else {
        return "the Color \"\(text)\" is no number of 32 bits"
      }
      let bits = UInt32(truncatingIfNeeded: number)
      color = RGBColor(
        UInt8(bits >> 24), UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255))
    }
    let name = attributes["Name"].flatMap { $0.isEmpty ? nil : $0 }
    change {
      $0.channelEntries.append(OMEDescription.Channel(name: name, color: color, samples: samples))
    }
    return wrong
  }

  private func beginBlock(_ attributes: [String: String]) -> String? {
    var wrong: String?
    let block = OMEDescription.PlaneBlock(
      directory: count(attributes, "IFD", &wrong),
      channel: count(attributes, "FirstC", &wrong) ?? 0,
      slice: count(attributes, "FirstZ", &wrong) ?? 0,
      timePoint: count(attributes, "FirstT", &wrong) ?? 0,
      planes: count(attributes, "PlaneCount", &wrong))
    change { $0.blocks.append(block) }
    return wrong
  }

  /// The size of a pixel in the unit of its width, and what of it had to be left out.
  private static func pixelSize(_ attributes: [String: String]) -> (PixelSize?, [String]) {
    func length(_ axis: String) -> (value: Double, unit: String, text: String)? {
      guard let text = attributes["PhysicalSize\(axis)"], let value = Double(text) else {
        return nil
      }
      let unit = attributes["PhysicalSize\(axis)Unit"] ?? "µm"
      return (value, LengthUnit.canonical(unit) ?? "", "\(text) \(unit) along \(axis.lowercased())")
    }
    let (x, y, z) = (length("X"), length("Y"), length("Z"))
    let known = [x, y, z].compactMap(\.self)
    guard let x, let y, let height = LengthUnit.convert(y.value, from: y.unit, to: x.unit),
      x.value > 0, height > 0, x.value.isFinite, height.isFinite
    else {
      let isNone =
        known.isEmpty || known.allSatisfy { ["pixel", ""].contains($0.unit) && $0.value == 1 }
      return (
        nil,
        isNone ? [] : ["The pixel size \(known.map(\.text).joined(separator: ", ")) is left out."]
      )
    }
    let depth = z.flatMap { LengthUnit.convert($0.value, from: $0.unit, to: x.unit) }
    let size = LengthUnit.pixelSize(
      width: x.value, height: height, depth: depth, unit: x.unit)
    if let z, size?.depth == nil {
      return (size, ["The distance of slices \(z.text) is left out."])
    }
    return (size, [])
  }
}

extension OMEDescription {
  /// A description of nothing, to be filled.
  fileprivate init() {}
}
