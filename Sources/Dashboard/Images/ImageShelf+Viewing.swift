import Foundation
import Imaging

extension ImageShelf {
  /// The most channels whose levels are made before anyone asks for their pixels.
  private static let channelsAtOnce = 4

  /// What is known of an image.
  @Sendable func image(_ query: ImageQuery, _: Request) throws -> Response {
    let (path, series) = (try query.text("path"), try query.count("series", or: 0))
    return try with(path, series: series) { file, image in
      guard PlaneLevels.isNeeded(for: image) else {
        return try .json(
          ImageAnswer(series, of: file, path: path, levels: image.levels, making: .ready))
      }
      if levels.progress(of: file, series: series) == nil {
        let planes = image.channels.indices.prefix(Self.channelsAtOnce).map {
          ImagePlane(series: series, index: PlaneIndex(channel: $0))
        }
        _ = try? levels.planes(planes, of: file)  // what is wrong comes with the progress
      }
      let making = levels.progress(of: file, series: series) ?? .ready
      var sizes = PlaneLevels.sizes(of: image)
      if case .failed = making { sizes = image.levels }
      return try .json(
        ImageAnswer(series, of: file, path: path, levels: sizes, making: making))
    }
  }

  /// A tile of some channels of a plane.
  @Sendable func tile(_ query: ImageQuery, _ request: Request) throws -> Response {
    let (path, series) = (try query.text("path"), try query.count("series", or: 0))
    let (x, y) = (try query.count("x"), try query.count("y"))
    let level = try query.count("level", or: 0)
    let plane = try query.plane()
    let chosen = try query.counts("c", most: ImageTile.mostChannels)
    return try with(path, series: series) { file, image in
      let version = file.version.text
      if let asked = query.optionalText("v"), asked != version {
        throw RequestError(
          409, "\(path) has changed; ask for what is known of it, and go on with that")
      }
      let channels = chosen ?? Array(image.channels.indices.prefix(ImageTile.mostChannels))
      for channel in channels {
        try image.require(PlaneIndex(time: plane.time, channel: channel, slice: plane.slice))
      }
      let sizes = PlaneLevels.sizes(of: image)
      guard sizes.indices.contains(level),
        let region = ImageTile.region(x: x, y: y, of: sizes[level])
      else {
        throw RequestError(404, "there is no tile \(x), \(y) of level \(level) in \(path)")
      }
      let number = channels.map(String.init).joined(separator: ".")
      let tag = "\"\(version)-\(series)-\(level)-\(x)-\(y)-\(plane.time)-\(plane.slice)-\(number)\""
      let headers = [
        ("ETag", tag),
        (
          "Cache-Control",
          query.optionalText("v") == nil ? "no-cache" : "private, max-age=86400, immutable"
        ),
      ]
      if request.headers["if-none-match"] == tag {
        return Response(status: 304, type: "application/octet-stream", Data(), headers: headers)
      }
      let planes = channels.map { channel in
        ImagePlane(
          series: series,
          index: PlaneIndex(time: plane.time, channel: channel, slice: plane.slice))
      }
      guard let pixels = try pixels(planes, of: file, level: level) else {
        var response = try Response.json(
          ["error": "level \(level) of \(path) is being made; ask again"], status: 503)
        response.headers.append(("Retry-After", "1"))
        return response
      }
      let tile = try ImageTile(region, of: pixels)
      return Response(
        type: "application/octet-stream", tile.bytes,
        headers: headers + [
          ("X-USplit-Type", tile.type.rawValue), ("X-USplit-Width", "\(region.width)"),
          ("X-USplit-Height", "\(region.height)"),
        ])
    }
  }

  /// How the channels of a plane are shown at first.
  @Sendable func contrast(_ query: ImageQuery, _: Request) throws -> Response {
    let (path, series) = (try query.text("path"), try query.count("series", or: 0))
    let plane = try query.plane()
    return try with(path, series: series) { file, image in
      try image.require(plane)
      let channels = try image.channels.indices.map { channel in
        let index = PlaneIndex(time: plane.time, channel: channel, slice: plane.slice)
        return try contrast(of: ImagePlane(series: series, index: index), file)
      }
      return try .json(["channels": channels])
    }
  }

  private func contrast(of plane: ImagePlane, _ file: OpenImages) throws -> ChannelContrast {
    if let known = file.contrasts.withLock({ $0[plane] }) { return known }
    let source = file.images[plane.series]
    var viewed = source.description.levels.indices.map {
      ViewedPixels(source: source, plane: plane.index, level: $0)
    }
    if let made = levels.plane(plane, of: file) {
      viewed += made.description.levels.indices.map {
        ViewedPixels(source: made, plane: PlaneIndex(), level: $0)
      }
    }
    let contrast = try ChannelContrast(of: viewed)
    file.contrasts.withLock { $0[plane] = contrast }
    return contrast
  }

  /// A level of some planes of an image; nil while it is being made.
  private func pixels(
    _ planes: [ImagePlane], of file: OpenImages, level: Int
  ) throws(RequestError) -> [ViewedPixels]? {
    let source = file.images[planes[0].series]
    if level == 0 || !PlaneLevels.isNeeded(for: source.description) {
      return planes.map { ViewedPixels(source: source, plane: $0.index, level: level) }
    }
    return try levels.planes(planes, of: file)?.map {
      ViewedPixels(source: $0, plane: PlaneIndex(), level: level - 1)
    }
  }
}
