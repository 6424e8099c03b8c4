import Foundation
import Imaging

extension ImageShelf {
  /// The most channels whose levels are made before anyone asks for their pixels.
  private static let channelsAtOnce = 4
  private static let tileType = "application/octet-stream"
  /// The most planes of a file that it is kept of how they are shown.
  private static let mostContrasts = 1024

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
    let asked = try TileRequest(query)
    return try with(asked.path, series: asked.series) { file, image in
      if let version = asked.version, version != file.version.text {
        throw RequestError(
          409, "\(asked.path) has changed; look at what is known of it now, and go on with that.")
      }
      let planes = try asked.planes(of: image)
      let region = try asked.region(in: PlaneLevels.sizes(of: image))
      let tag = asked.tag(file.version)
      let isKept = asked.version != nil
      var headers = [
        (name: "ETag", value: tag),
        ("Cache-Control", isKept ? "private, max-age=86400, immutable" : "no-cache"),
      ]
      if request.headers["if-none-match"] == tag {
        return Response(status: 304, type: Self.tileType, Data(), headers: headers)
      }
      guard let pixels = try pixels(planes, of: file, level: asked.level) else {
        let sentence = "Level \(asked.level) of \(asked.path) is being made; ask again."
        var response = try Response.json(["error": sentence], status: 503)
        response.headers.append(("Retry-After", "1"))
        return response
      }
      let tile = try ImageTile(region, of: pixels)
      headers += [
        ("X-USplit-Type", tile.type.rawValue), ("X-USplit-Width", "\(region.width)"),
        ("X-USplit-Height", "\(region.height)"),
      ]
      return Response(type: Self.tileType, tile.bytes, headers: headers)
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
    file.contrasts.withLock { contrasts in
      if contrasts.count >= Self.mostContrasts { contrasts = [:] }
      contrasts[plane] = contrast
    }
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
