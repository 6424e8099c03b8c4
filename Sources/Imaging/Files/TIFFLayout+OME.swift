extension TIFFLayout {
  /// The layout that OME-XML describes, of a file that holds one whole image.
  static func ome(
    _ ome: OMEDescription, _ file: TIFFFile, _ pages: [TIFFPage], _ channelsPerFrame: Int?
  ) throws(ImagingError) -> TIFFLayout {
    if ome.isElsewhere || ome.fileNames.count > 1 {
      throw ImagingError(
        .unsupported,
        "\(file.path) is one of several files of an OME image; save the image as one file")
    }
    if ome.images > 1 {
      throw ImagingError(
        .ambiguous, "\(file.path) holds \(ome.images) images; save the one meant as a file alone")
    }
    let samples = pages[0].samples
    let counts = "\(ome.channels) channels × \(ome.slices) slices × \(ome.timePoints) time points"
    guard ome.channels.isMultiple(of: samples), Set(ome.order) == ["C", "Z", "T"],
      ome.order.count == 3,
      let planes = product([ome.channels / samples, ome.slices, ome.timePoints]),
      planes == pages.count
    else {
      throw ImagingError(
        .mismatch,
        "\(file.path): its OME metadata say \(counts), but it holds \(pages.count) pages of "
          + "\(samples) samples per pixel")
    }
    let sizes: [Character: Int] = [
      "C": ome.channels / samples, "Z": ome.slices, "T": ome.timePoints,
    ]
    var dimensions = ome.order.reversed().map { Dimension(letter: $0, size: sizes[$0] ?? 1) }
    dimensions = try split(dimensions, by: channelsPerFrame, file, pages[0])
    let places = try pageOfPlane(ome, planes: planes, file, pages)
    var layout = TIFFLayout(
      dimensions, of: pages[0], pageOfPlane: places, pixelSize: ome.pixelSize)
    layout.name(ome.channelNames)
    return layout
  }

  /// The page of every plane in the order of the metadata; nil when they are in order.
  private static func pageOfPlane(
    _ ome: OMEDescription, planes: Int, _ file: TIFFFile, _ pages: [TIFFPage]
  ) throws(ImagingError) -> [Int]? {
    if ome.blocks.isEmpty { return nil }
    let pageOfDirectory = Dictionary(
      uniqueKeysWithValues: pages.enumerated().map { ($1.directory, $0) })
    let samples = pages[0].samples
    let sizes: [Character: Int] = [
      "C": ome.channels / samples, "Z": ome.slices, "T": ome.timePoints,
    ]
    var places = [Int?](repeating: nil, count: planes)
    for block in ome.blocks {
      let first: [Character: Int] = [
        "C": block.channel / samples, "Z": block.slice, "T": block.timePoint,
      ]
      var plane = 0
      var stride = 1
      for letter in ome.order {
        let place = first[letter] ?? 0
        let size = sizes[letter] ?? 1
        guard (0..<size).contains(place) else {
          throw ImagingError(
            .mismatch, "\(file.path): its OME metadata place a page outside of the image")
        }
        plane += place * stride
        stride *= size
      }
      let directory = block.directory ?? 0
      let count = block.planes ?? (block.directory == nil ? planes : 1)
      for step in 0..<max(0, min(count, planes - plane)) {
        places[plane + step] = pageOfDirectory[directory &+ step]
      }
    }
    let found = places.compactMap { $0 }
    if found.count < planes {
      throw ImagingError(
        .mismatch,
        "\(file.path): its OME metadata say where \(found.count) of \(planes) planes are")
    }
    return found
  }
}
