import Imaging

/// Which tile is asked for.
struct TileRequest: Sendable {
  let path: String
  let series: Int
  /// The version of the image that the client knows; nil takes any.
  let version: String?
  let level: Int
  let x: Int
  let y: Int
  let time: Int
  let slice: Int
  /// The channels; nil takes all.
  private let channels: [Int]?

  /// Reads the parameters of a request.
  ///
  /// - Throws: ``RequestError`` 400 where one is missing or no number.
  init(_ query: ImageQuery) throws(RequestError) {
    path = try query.text("path")
    series = try query.count("series", or: 0)
    version = query.optionalText("v")
    level = try query.count("level", or: 0)
    x = try query.count("x")
    y = try query.count("y")
    let plane = try query.plane()
    (time, slice) = (plane.time, plane.slice)
    channels = try query.counts("c", most: ImageTile.mostChannels)
  }

  /// The planes of the channels that are asked for.
  ///
  /// - Throws: ``RequestError`` 404 where the image does not have one of them.
  func planes(of image: ImageDescription) throws(RequestError) -> [ImagePlane] {
    var planes: [ImagePlane] = []
    for channel in channels ?? Array(image.channels.indices.prefix(ImageTile.mostChannels)) {
      let plane = PlaneIndex(time: time, channel: channel, slice: slice)
      try image.require(plane)
      planes.append(ImagePlane(series: series, index: plane))
    }
    return planes
  }

  /// The rectangle of the tile in its level.
  ///
  /// - Throws: ``RequestError`` 404 where there is no such tile.
  func region(in levels: [ImageDescription.Level]) throws(RequestError) -> PlaneRegion {
    guard levels.indices.contains(level),
      let region = ImageTile.region(x: x, y: y, of: levels[level])
    else {
      throw RequestError(404, "There is no tile \(x), \(y) of level \(level) in \(path).")
    }
    return region
  }

  /// The tag of the tile in a version of the image.
  func tag(_ version: FileVersion) -> String {
    let place = [series, level, x, y, time, slice].map(String.init).joined(separator: "-")
    let numbers = channels?.map(String.init).joined(separator: ".") ?? "all"
    return "\"\(version.text)-\(place)-\(numbers)\""
  }
}
