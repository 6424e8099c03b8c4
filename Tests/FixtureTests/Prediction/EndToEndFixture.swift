import Experiment
import Imaging
import TestSupport
import Testing
import Torch
import USplit

/// From raw frames to stitched predictions: split, clipping, statistics, context pyramids, tiles,
/// network, stitching, metrics; for every grid that the fixture has.
func checkEndToEnd(_ fixture: Fixture) throws {
  let authors = try AuthorsConfiguration(json: try #require(fixture.metadata["config"]))
  let data = try preparedData(fixture, authors)
  var configuration = Configuration()
  configuration.network = authors.network
  let model = try SplitModel(ModelDescription(configuration, data))
  try model.store.load(fixture.file, prefix: "state.")

  try expectEqual([Float(data.normalisation.clip[0])], fixture, "max_val")
  try expectEqual(
    [Float(data.normalisation.inputMean), Float(data.normalisation.inputStd)], fixture, "mean_std")
  try expectEqual(data.normalisation.targetMean.map { Float($0) }, fixture, "data_mean")
  try expectEqual(data.normalisation.targetStd.map { Float($0) }, fixture, "data_std")

  let grids = Set(
    fixture.file.entries.map(\.name).filter { $0.hasSuffix(".stitched") }
      .compactMap { Int($0.dropFirst().dropLast(".stitched".count)) })
  #expect(!grids.isEmpty, "\(fixture.name) holds no grid")
  for inner in grids.sorted() {
    try checkTiles(fixture, model, data, inner: inner)
    try checkStitched(fixture, model, data, inner: inner)
  }
}

/// The frames of the fixture with the authors' split, `val .2 test .2` in its metadata.
private func preparedData(
  _ fixture: Fixture, _ authors: AuthorsConfiguration
) throws -> PreparedData {
  let shape = try fixture.shape("raw")  // [N, H, W, C]
  let raw = try fixture.floats("raw")
  let text = try #require(fixture.metadata["config"])
  let channels = try [channelNumber(text, "channel_1"), channelNumber(text, "channel_2")]
  let stacks = channels.map { channel in
    ImageStack(
      frames: shape[0], channels: 1, height: shape[1], width: shape[2],
      pixels: stride(from: channel, to: raw.count, by: shape[3]).map { raw[$0] })
  }
  let images = try TrainingImages(targets: stacks, names: ["first", "second"])

  var configuration = authors.data
  let words = try #require(fixture.metadata["split"]).split { " ,".contains($0) }.map(String.init)
  func fraction(_ word: String) throws -> Double {
    let place = try #require(words.firstIndex(of: word))
    return try #require(Double("0" + words[place + 1]) ?? Double(words[place + 1]))
  }
  configuration.split.validation = try fraction("val")
  configuration.split.test = try fraction("test")
  configuration.split.rule = words.contains("not") ? .dealt : .startingTest
  return try PreparedData(
    images, configuration, contexts: authors.network.contexts, patch: authors.network.patch)
}

private func channelNumber(_ json: String, _ key: String) throws -> Int {
  let rest = try #require(json.range(of: "\"\(key)\":")).upperBound
  let digits = json[rest...].drop { $0 == " " }.prefix { $0.isNumber }
  return try #require(Int(digits))
}

/// Predictions of single tiles in the authors' order, their losses, and the planes made of them.
private func checkTiles(
  _ fixture: Fixture, _ model: SplitModel, _ data: PreparedData, inner: Int
) throws {
  let regions = data.split.test
  let patch = model.description.network.patch
  let channels = data.names.count
  let grid = try TileGrid(
    frames: regions.count, height: model.description.height, width: model.description.width,
    patch: patch, inner: inner, coverage: .wholeCells)
  try expectEqual([Float(grid.count)], fixture, "g\(inner).count")
  let loss = SplitLoss(model.description.configuration.loss)
  var losses: [Float] = []
  var firstTiles: [Float] = []
  for first in stride(from: 0, to: grid.count, by: 8) {
    let tiles = (first..<min(first + 8, grid.count)).map { grid[$0] }
    var batch = Batch(
      count: tiles.count, images: model.description.network.contexts + 1, channels: channels,
      patch: patch)
    for (place, tile) in tiles.enumerated() {
      try data.copyPatch(
        frame: regions[tile.frame].frame, row: tile.row, column: tile.column, to: place, of: &batch)
    }
    try withoutGradients { () throws in
      let prediction = model(
        try batch.inputTensor(on: .cpu), Pass(mode: .evaluation, latents: .mean))
      let terms = loss(
        prediction.distribution, latents: prediction.latents,
        target: try batch.targetTensor(on: .cpu), stage: .likelihood, divergenceWeight: 0)
      losses.append(Float(try terms.reconstruction.item()))
      if first == 0 { firstTiles = try prediction.distribution.mean.floats() }
    }
  }
  if fixture.has("g\(inner).rec_loss_batches") {
    try expectEqual(losses, fixture, "g\(inner).rec_loss_batches")
  }
  if fixture.has("g\(inner).tile_predictions_first8") {
    try expectEqual(firstTiles, fixture, "g\(inner).tile_predictions_first8")
  }
}

/// Whole frames as the library splits them, and their scores.
private func checkStitched(
  _ fixture: Fixture, _ model: SplitModel, _ data: PreparedData, inner: Int
) throws {
  var options = SplitOptions(inner: inner)
  options.coverage = .wholeCells
  let splitter = Splitter(model, options)
  let channels = data.names.count
  let (height, width) = (model.description.height, model.description.width)
  let cell = (height: height / inner * inner, width: width / inner * inner)
  var stitched: [[Plane]] = []
  var inUnits: [[Plane]] = []
  for region in data.split.test {
    stitched.append(try splitter.normalised(data.frame(region.frame).input))
    inUnits.append(try splitter(data.frame(region.frame).input))
  }
  try expectEqual(interleaved(stitched), fixture, "g\(inner).stitched")
  let targets = try data.split.test.map { try data.frame($0.frame).targets }
  if fixture.has("g\(inner).target_clipped") {
    let frames = try fixture.shape("g\(inner).target_clipped")[0]
    try expectEqual(
      interleaved(Array(targets.prefix(frames))), fixture, "g\(inner).target_clipped")
  }
  if fixture.has("g\(inner).unnormalised") {
    let part = (height: height, width: width)
    // Where nothing is predicted the authors' planes hold the mean of the normalised zeros.
    try expectEqual(interleaved(inUnits.map { crop($0, part) }), fixture, "g\(inner).unnormalised")
  }

  typealias Metric = (Plane, Plane) -> Double?
  let metrics: [(String, Metric)] = [
    ("psnr", { ImageMetrics.psnr(target: $0, prediction: $1) }),
    ("range_inv_psnr", { ImageMetrics.rangeInvariantPSNR(target: $0, prediction: $1) }),
    ("ssim", { ImageMetrics.ssim(target: $0, prediction: $1) }),
  ]
  for (name, metric) in metrics where fixture.has("g\(inner).\(name)") {
    var found: [Float] = []
    for channel in 0..<channels {
      let mean = Float(data.normalisation.targetMean[channel])
      let deviation = Float(data.normalisation.targetStd[channel])
      for (target, prediction) in zip(targets, stitched) {
        var truth = crop([target[channel]], cell)[0]
        truth.values = truth.values.map { ($0 - mean) / deviation }
        found.append(Float(try #require(metric(truth, crop([prediction[channel]], cell)[0]))))
      }
    }
    try expectEqual(found, fixture, "g\(inner).\(name)")
  }
}

private func crop(_ planes: [Plane], _ size: (height: Int, width: Int)) -> [Plane] {
  planes.map { $0.cropped(row: 0, column: 0, height: size.height, width: size.width) }
}

/// Frames of planes as `[N, H, W, C]`.
private func interleaved(_ frames: [[Plane]]) -> [Float] {
  frames.flatMap { planes in
    planes[0].values.indices.flatMap { pixel in planes.map { $0.values[pixel] } }
  }
}
