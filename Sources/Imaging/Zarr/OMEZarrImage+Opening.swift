import Foundation

extension OMEZarrImage {
  /// The most channels that an image may have; each is described in memory.
  private static let mostChannels = 1 << 16

  /// Opens an image group of OME-Zarr.
  ///
  /// - Parameters:
  ///   - group: a group whose attributes have `multiscales`
  ///   - name: the image's name where the group gives none of its own
  ///   - place: the folder's path for messages
  /// - Throws: `ImagingError` that names the file and the key at fault.
  init(
    _ group: OMEZarrGroup, name: String? = nil, place: String, options: ImageReadingOptions
  ) throws(ImagingError) {
    guard let attributes = group.attributes else {
      throw ImagingError(.notAnImage, "\(group.folder.path) is a Zarr group without attributes")
    }
    let list = try attributes.required("multiscales")
    let multiscales = try list.elements()
    guard let first = multiscales.first else { throw list.malformed(expected: "at least one") }
    let version = try OMEZarrVersion(of: first, in: attributes, group)
    let multiscale = try OMEZarrMultiscale(first)
    var remarks = version.remarks
    if multiscales.count > 1 {
      remarks.append(
        "The first of \(multiscales.count) multiscales was read; the others are left out.")
    }
    if try attributes.member("image-label") != nil {
      remarks.append("This is a label image: its pixels are numbers of objects.")
    }

    var arrays: [ZarrArray] = []
    for (level, dataset) in multiscale.datasets.enumerated() {
      let folder = try group.folder(at: dataset.path)
      // Half of the room is for the full size, which is read most.
      let share = level == 0 ? 2 : 2 * max(1, multiscale.datasets.count - 1)
      arrays.append(
        try ZarrArray.open(
          folder, root: group.root, cacheBytes: options.cacheBytes / share, pool: options.pool))
    }
    let shape = arrays[0].shape
    let entries = try Self.entries(
      multiscale, version, shape, options, place: place, remarks: &remarks)
    let axes =
      if let reading = options.axes {
        try OMEZarrAxes(reading, shape: shape, place: place)
      } else {
        try OMEZarrAxes(entries, shape: shape, place: place)
      }
    if options.axes == nil { try Self.checkNames(of: arrays[0], entries, place) }
    remarks += axes.remarks
    let levels = try Self.levels(&arrays, axes.axes, multiscale, group, &remarks)
    let grid = OMEZarrGrid(
      axes: axes, entries: entries, first: multiscale.datasets[0].transformation,
      second: multiscale.transformation)
    remarks += grid.remarks

    var description = try Self.description(arrays[0], axes.axes, place)
    description.channels = try OMEZarrChannels.read(
      attributes, count: description.channels.count, remarks: &remarks)
    description.levels = levels
    description.pixelSize = grid.pixelSize
    description.timeStep = grid.timeStep
    description.name = name ?? multiscale.name
    description.provenance = multiscale.provenance
    description.downsampling = multiscale.downsampling
    description.format = group.zarrFormat == 2 ? .omeZarr04 : .omeZarr05
    description.remarks = remarks
    self.init(description: description, place: place, arrays: arrays, axes: axes.axes)
  }

  /// Opens an array without OME-Zarr's metadata, by the names of its dimensions or as told.
  ///
  /// - Throws: `ImagingError` of kind `ambiguous` where three or more dimensions have no names.
  init(
    array folder: URL, root: URL, place: String, options: ImageReadingOptions
  ) throws(ImagingError) {
    let array = try ZarrArray.open(
      folder, root: root, cacheBytes: options.cacheBytes, pool: options.pool)
    let image = OMEZarrGroup.image(above: folder)
    let names = array.dimensionNames ?? [String?](repeating: nil, count: array.shape.count)
    let axes: OMEZarrAxes
    if let reading = options.axes {
      axes = try OMEZarrAxes(reading, shape: array.shape, place: place)
    } else if array.shape.count == 2, names.allSatisfy({ $0 == nil }) {
      axes = try OMEZarrAxes(
        ["y", "x"].map { OMEZarrAxes.Entry(name: $0) }, shape: array.shape, place: place)
    } else {
      if array.shape.count > 2, names.allSatisfy({ $0 == nil }) {
        throw ImagingError(
          .ambiguous,
          "\(place) is a Zarr array of \(OMEZarrAxes.text(array.shape)) elements without OME-Zarr "
            + "metadata or names of dimensions; say what they are, such as --axes "
            + OMEZarrAxes.example(array.shape)
            + (image.map { ", or open the image that it is a part of, \($0.path)" } ?? ""))
      }
      axes = try OMEZarrAxes(
        names.map { OMEZarrAxes.Entry(name: $0) }, shape: array.shape, place: place)
    }
    var description = try Self.description(array, axes.axes, place)
    description.format = .zarr
    description.remarks = axes.remarks
    if let image {
      description.remarks.append(
        "This array is a part of the image \(image.path); open that for its pixel size and the "
          + "names of its channels.")
    }
    self.init(description: description, place: place, arrays: [array], axes: axes.axes)
  }

  /// What is known of each dimension, which before version 0.3 are always t, c, z, y and x.
  private static func entries(
    _ multiscale: OMEZarrMultiscale, _ version: OMEZarrVersion, _ shape: [Int],
    _ options: ImageReadingOptions, place: String, remarks: inout [String]
  ) throws(ImagingError) -> [OMEZarrAxes.Entry] {
    if let entries = multiscale.axes {
      if entries.count == shape.count { return entries }
      throw ImagingError(
        .mismatch,
        "\(place): the metadata name \(entries.count) axes, the array "
          + "\(multiscale.datasets[0].path.value.text ?? "") has \(shape.count) dimensions "
          + "(\(OMEZarrAxes.text(shape)))")
    }
    if options.axes != nil { return shape.map { _ in OMEZarrAxes.Entry() } }
    guard version.minor.map({ $0 < 3 }) ?? true, shape.count == 5 else {
      throw ImagingError(
        .ambiguous,
        "\(place): the metadata name no axes for arrays of \(OMEZarrAxes.text(shape)) elements; "
          + "say which they are, such as --axes \(OMEZarrAxes.example(shape))")
    }
    remarks.append(
      "The axes are not named, so they were read as TCZYX, as in versions before 0.3; --axes sets "
        + "others.")
    return ["t", "c", "z", "y", "x"].map { OMEZarrAxes.Entry(name: $0) }
  }

  /// In version 3 of Zarr, an array names its dimensions too, and the names have to agree.
  private static func checkNames(
    of array: ZarrArray, _ entries: [OMEZarrAxes.Entry], _ place: String
  ) throws(ImagingError) {
    guard array.zarrFormat == 3, let names = array.dimensionNames else { return }
    for (name, entry) in zip(names, entries) {
      guard let name, let expected = entry.name, name != expected else { continue }
      throw ImagingError(
        .mismatch,
        "\(place): the metadata name the axes \(list(entries.map(\.name))), the array's "
          + "dimension_names are \(list(names)); say which they are with --axes")
    }
  }

  private static func list(_ names: [String?]) -> String {
    names.map { "\"\($0 ?? "")\"" }.joined(separator: ", ")
  }

  /// Sizes of the levels; those that shrink along other axes than Y and X are removed.
  private static func levels(
    _ arrays: inout [ZarrArray], _ axes: [Axis?], _ multiscale: OMEZarrMultiscale,
    _ group: OMEZarrGroup, _ remarks: inout [String]
  ) throws(ImagingError) -> [ImageDescription.Level] {
    let first = arrays[0]
    var kept: [ZarrArray] = []
    var levels: [ImageDescription.Level] = []
    var leftOut: [String] = []
    for (array, dataset) in zip(arrays, multiscale.datasets) {
      let path = dataset.path.value.text ?? ""
      func broken(_ what: String) -> ImagingError {
        ImagingError(.mismatch, "\(group.folder.path): the level \"\(path)\" \(what)")
      }
      guard array.type == first.type else {
        throw broken("is of type \(array.type.rawValue), the full size \(first.type.rawValue)")
      }
      guard array.shape.count == first.shape.count else {
        throw broken(
          "has \(array.shape.count) dimensions, the full size \(first.shape.count)")
      }
      var level = [Axis: Int]()
      var isPlane = true
      for (dimension, size) in array.shape.enumerated() {
        if let axis = axes[dimension], axis == .row || axis == .column {
          level[axis] = size
        } else if size != first.shape[dimension] {
          // A volume's pyramid may halve its slices; channels and time points cannot vanish.
          guard axes[dimension] == .slice, size < first.shape[dimension] else {
            throw broken(
              "has \(size) \(axes[dimension]?.name ?? "elements along an axis that is left out"), "
                + "the full size \(first.shape[dimension])")
          }
          isPlane = false
        }
      }
      let (height, width) = (level[.row] ?? 0, level[.column] ?? 0)
      if let last = levels.last, height > last.height || width > last.width {
        throw broken(
          "of \(height) × \(width) pixels is larger than the one before it, "
            + "\(last.height) × \(last.width)")
      }
      guard height > 0, width > 0 else { throw broken("has no pixels") }
      if isPlane {
        kept.append(array)
        levels.append(ImageDescription.Level(height: height, width: width))
      } else {
        leftOut.append(path)
      }
    }
    if !leftOut.isEmpty {
      remarks.append(
        "The levels \(leftOut.joined(separator: ", ")) of the pyramid are left out, since they "
          + "have fewer slices than the full size.")
    }
    arrays = kept
    return levels
  }

  /// The sizes of an image, checked so that nothing that is counted from them overflows.
  private static func description(
    _ array: ZarrArray, _ axes: [Axis?], _ place: String
  ) throws(ImagingError) -> ImageDescription {
    func size(_ axis: Axis) -> Int {
      axes.firstIndex(of: axis).map { array.shape[$0] } ?? 1
    }
    guard array.shape.allSatisfy({ $0 > 0 }) else {
      throw ImagingError(
        .notAnImage, "\(place) is an empty array of \(OMEZarrAxes.text(array.shape)) elements")
    }
    var total = array.type.byteCount
    for size in array.shape {
      let (next, overflow) = total.multipliedReportingOverflow(by: size)
      guard !overflow else {
        throw ImagingError(
          .unsupported,
          "\(place): \(OMEZarrAxes.text(array.shape)) elements are more than can be counted")
      }
      total = next
    }
    guard size(.channel) <= Self.mostChannels else {
      throw ImagingError(
        .unsupported,
        "\(place) has \(size(.channel)) channels, at most \(Self.mostChannels) are read; is the "
          + "axis another one? --axes says so")
    }
    return ImageDescription(
      times: size(.time),
      channels: [ImageChannel](repeating: ImageChannel(), count: size(.channel)),
      slices: size(.slice), height: size(.row), width: size(.column), type: array.type,
      axes: axes.compactMap { $0 })
  }
}
