import Foundation
import Imaging

extension ImageShelf {
  /// The most channels whose values are told at once.
  private static let mostChannels = 256

  /// The values of a pixel.
  @Sendable func pixel(_ query: ImageQuery, _: Request) throws -> Response {
    let (x, y) = (try query.count("x"), try query.count("y"))
    return try withChannels(query) { path, channels in
      let size = channels[0].size
      guard x < size.width, y < size.height else {
        throw RequestError(
          404, "There is no pixel \(x), \(y); \(path) has \(size.width) × \(size.height).")
      }
      let region = PlaneRegion(row: y, column: x, height: 1, width: 1)
      return try .json(["values": try channels.map { try $0.values(region)[0] }])
    }
  }

  /// The values along a line.
  @Sendable func profile(_ query: ImageQuery, _: Request) throws -> Response {
    let start = LineProfile.Point(x: try query.number("x0"), y: try query.number("y0"))
    let end = LineProfile.Point(x: try query.number("x1"), y: try query.number("y1"))
    return try withChannels(query) { _, channels in
      try .json(try LineProfile(from: start, to: end, of: channels))
    }
  }

  /// How well an image agrees with another.
  @Sendable func score(_ query: ImageQuery) async throws -> Response {
    let (comparison, names) = try await work.run { [self] in
      let plane = try query.plane()
      func pixels(_ image: String, channel: String) throws -> (ViewedPixels, String) {
        let path = try query.text(image)
        var index = plane
        index.channel = try query.count(channel, or: 0)
        let series = try query.count(image + "Series", or: 0)
        return try with(path, series: series) { file, image in
          try image.require(index)
          return (ViewedPixels(source: file.images[series], plane: index, level: 0), path)
        }
      }
      let (prediction, name) = try pixels("prediction", channel: "channel")
      let (target, other) = try pixels("target", channel: "targetChannel")
      guard prediction.size == target.size else {
        throw RequestError(
          409,
          "\(name) has \(prediction.size.width) × \(prediction.size.height) pixels, \(other) has "
            + "\(target.size.width) × \(target.size.height); images of one size can be compared.")
      }
      return (ImageComparison(prediction: prediction, target: target), [name, other])
    }
    do {
      return try .json(
        try await comparison.score(
          band: { try await self.work.run($0) }, similarity: { try await self.work.run($0) }))
    } catch let error as ImagingError {
      let places = [comparison.prediction.source.place, comparison.target.source.place]
      let sentence = zip(places, names).reduce(error.description) { sentence, place in
        sentence.replacingOccurrences(of: place.0, with: place.1)
      }
      throw RequestError(422, sentence)
    }
  }

  /// Does something with all channels of the frame of a request, at full size.
  private func withChannels(
    _ query: ImageQuery, _ body: (String, [ViewedPixels]) throws -> Response
  ) throws -> Response {
    let (path, series) = (try query.text("path"), try query.count("series", or: 0))
    let plane = try query.plane()
    return try with(path, series: series) { file, image in
      try image.require(plane)
      let channels = image.channels.indices.prefix(Self.mostChannels).map { channel in
        ViewedPixels(
          source: file.images[series],
          plane: PlaneIndex(time: plane.time, channel: channel, slice: plane.slice), level: 0)
      }
      return try body(path, channels)
    }
  }
}
