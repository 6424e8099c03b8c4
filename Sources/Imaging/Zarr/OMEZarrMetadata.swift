import Foundation
import JSON

/// The metadata of an image group, as they are written.
struct OMEZarrMetadata {
  private let image: ImageDescription
  private let version: OMEZarr.Version
  private let software: String
  private let windows: [OMEZarrWindow]
  private let axes: [Axis]

  /// The metadata of an image.
  ///
  /// - Parameters:
  ///   - image: the image
  ///   - version: the version of OME-Zarr
  ///   - software: the program that writes
  ///   - windows: one per channel
  init(
    _ image: ImageDescription, version: OMEZarr.Version, software: String,
    windows: [OMEZarrWindow]
  ) {
    self.image = image
    self.version = version
    self.software = software
    self.windows = windows
    axes = OMEZarrLevel.axes(of: image)
  }

  /// Writes the metadata files of the group.
  func write(to folder: URL) throws(ImagingError) {
    var members: [String: JSONValue] = ["multiscales": .list([multiscale])]
    // Without names and colours viewers choose colours of their own.
    if image.channels.contains(where: { $0.name != nil || $0.color != nil }) {
      members["omero"] = omero
    }
    switch version {
    case .v04:
      try JSONValue.object(["zarr_format": .integer(2)])
        .write(to: folder.appendingPathComponent(".zgroup"))
      try JSONValue.object(members).write(to: folder.appendingPathComponent(".zattrs"))
    case .v05:
      members["version"] = .text(version.rawValue)
      try JSONValue.object([
        "zarr_format": .integer(3), "node_type": .text("group"),
        "attributes": .object(["ome": .object(members)]),
      ]).write(to: folder.appendingPathComponent("zarr.json"))
    }
  }

  private var multiscale: JSONValue {
    var metadata: [String: JSONValue] = ["software": .text(software)]
    if !image.provenance.isEmpty {
      metadata["usplit"] = .list(
        image.provenance.map { .list([.text($0.key), .text($0.value)]) })
    }
    var members: [String: JSONValue] = [
      "axes": .list(axes.map(describe)), "metadata": .object(metadata),
      "datasets": .list(
        image.levels.indices.map { level in
          .object([
            "path": .text("\(level)"),
            "coordinateTransformations": .list(transformations(level)),
          ])
        }),
    ]
    if version == .v04 { members["version"] = .text(version.rawValue) }
    if let name = image.name { members["name"] = .text(name) }
    if let downsampling = image.downsampling, image.levels.count > 1 {
      members["type"] = .text(downsampling)
    }
    return .object(members)
  }

  private func describe(_ axis: Axis) -> JSONValue {
    var members: [String: JSONValue] = ["name": .text(String(axis.rawValue).lowercased())]
    switch axis {
    case .time:
      members["type"] = .text("time")
      if image.timeStep != nil { members["unit"] = .text("second") }
    case .channel: members["type"] = .text("channel")
    case .slice, .row, .column:
      members["type"] = .text("space")
      if extent(axis) != nil, let unit = image.pixelSize?.unit { members["unit"] = .text(unit) }
    }
    return .object(members)
  }

  /// Extent of a pixel of the full size; nil where it is not known.
  private func extent(_ axis: Axis) -> Double? {
    switch axis {
    case .time: image.timeStep
    case .channel: nil
    case .slice: image.pixelSize?.depth
    case .row: image.pixelSize?.height
    case .column: image.pixelSize?.width
    }
  }

  /// Scale and translation of a level.
  ///
  /// The scale of an axis that is not known is the factor between the levels, as the specification
  /// has it. A level that is half as large spans the same field, so its first pixel has its centre
  /// half a pixel of the full size further in; the translation says so.
  private func transformations(_ level: Int) -> [JSONValue] {
    let full = image.levels[0]
    let size = image.levels[level]
    var scale: [JSONValue] = []
    var translation: [JSONValue] = []
    for axis in axes {
      let factor =
        switch axis {
        case .row: Double(full.height) / Double(size.height)
        case .column: Double(full.width) / Double(size.width)
        default: 1.0
        }
      let extent = extent(axis) ?? 1
      scale.append(.number(extent * factor))
      translation.append(.number(extent * (factor - 1) / 2))
    }
    var list: [JSONValue] = [.object(["type": .text("scale"), "scale": .list(scale)])]
    if size != full {
      list.append(.object(["type": .text("translation"), "translation": .list(translation)]))
    }
    return list
  }

  private var omero: JSONValue {
    var channels: [JSONValue] = []
    for (index, (channel, window)) in zip(image.channels, windows).enumerated() {
      // The specification asks for a colour; white is OME's for none.
      let color = channel.color ?? fallback(index)
      var members: [String: JSONValue] = [
        "active": .bool(true), "coefficient": .integer(1), "family": .text("linear"),
        "inverted": .bool(false), "color": .text(color.hexadecimal),
        "window": .object([
          "min": .number(window.min), "max": .number(window.max), "start": .number(window.start),
          "end": .number(window.end),
        ]),
      ]
      if let name = channel.name { members["label"] = .text(name) }
      channels.append(.object(members))
    }
    return .object([
      "channels": .list(channels),
      "rdefs": .object([
        "defaultT": .integer(0), "defaultZ": .integer(image.slices / 2),
        "model": .text(image.channels.count > 1 ? "color" : "greyscale"),
      ]),
    ])
  }

  private func fallback(_ index: Int) -> RGBColor {
    image.channels.count == 1
      ? RGBColor(255, 255, 255) : RGBColor.channels[index % RGBColor.channels.count]
  }
}
