import Imaging
import TestSupport
import Testing

private struct TilingCase: Decodable {
  private enum CodingKeys: String, CodingKey {
    case frames = "N"
    case height = "H"
    case width = "W"
    case patch, grid, pad, count, rows, cols, mean, std, maxVal
  }

  var frames: Int
  var height: Int
  var width: Int
  var patch: Int
  var grid: Int
  var pad: Int?
  var count: Int?
  var rows: Int?
  var cols: Int?
  var mean: Float?
  var std: Float?
  var maxVal: Float?
}

/// Tiles with inner padding lie, are cut out and are put together as in the authors' program.
func checkTiling(_ fixture: Fixture) throws {
  let cases = try fixture.cases(TilingCase.self)
  try #require(!cases.isEmpty, "\(fixture) has no cases")
  for (name, values) in cases {
    let grid = try TileGrid(
      frames: values.frames, height: values.height, width: values.width, patch: values.patch,
      inner: values.grid, coverage: .wholeCells)
    let what = "\(fixture): case \(name)"
    #expect(values.count == nil || grid.count == values.count, "\(what), number of tiles")
    #expect(values.rows == nil || grid.rows == values.rows, "\(what), rows of tiles")
    #expect(values.cols == nil || grid.columns == values.cols, "\(what), columns of tiles")
    #expect(values.pad == nil || grid.margin == values.pad, "\(what), inner padding")
    #expect(
      try grid.flatMap { [$0.frame, $0.row, $0.column] }
        == fixture.integers("\(name).patch_origin_thw"), "\(what), places of the patches")
    #expect(
      try grid.flatMap {
        [
          $0.frame, $0.rows.lowerBound, $0.columns.lowerBound, $0.rows.upperBound,
          $0.columns.upperBound,
        ]
      } == fixture.integers("\(name).insert_t_h0_w0_h1_w1"), "\(what), places of the middles")
    try checkStitching(fixture, name, grid)
    try checkExamples(fixture, name, grid, values)
  }
}

private func checkStitching(_ fixture: Fixture, _ name: String, _ grid: TileGrid) throws {
  let blank = Plane(height: grid.height, width: grid.width)
  let area = grid.patch * grid.patch
  if fixture.has("\(name).stitched_patch_index") {
    var frames = [[Plane]](repeating: [blank], count: grid.frames)
    for (index, tile) in grid.enumerated() {
      let patch = [Float](repeating: Float(index), count: area)
      grid.stitch(patch, of: tile, into: &frames[tile.frame])
    }
    #expect(
      try frames.flatMap { $0[0].values } == fixture.floats("\(name).stitched_patch_index"),
      "\(fixture): case \(name), which patch fills which pixel")
  }
  if fixture.has("\(name).pred") {
    let predictions = try fixture.floats("\(name).pred")
    let channels = try fixture.shape("\(name).pred")[1]
    var frames = [[Plane]](
      repeating: [Plane](repeating: blank, count: channels), count: grid.frames)
    for (index, tile) in grid.enumerated() {
      grid.stitch(
        predictions, from: index * channels * area, of: tile, into: &frames[tile.frame])
    }
    let stitched = frames.flatMap { $0.flatMap(\.values) }
    let expected = try fixture.floats("\(name).stitched")
    try #require(stitched.count == expected.count)
    #expect(relativeError(stitched, expected) <= 1e-5, "\(fixture): case \(name), stitched image")
  }
}

/// The network's input for some of the tiles.
private func checkExamples(
  _ fixture: Fixture, _ name: String, _ grid: TileGrid, _ values: TilingCase
) throws {
  guard fixture.has("\(name).example_input") else { return }
  let limit = values.maxVal ?? .infinity
  let padding = try fixture.padding()
  let scales = try fixture.shape("\(name).example_input")[1]
  let pyramids = try fixture.frames("\(name).data").map { frame in
    let clipped = frame.map { plane in
      Plane(height: plane.height, width: plane.width, values: plane.values.map { min($0, limit) })
    }
    let weights = [Double](repeating: 1 / Double(frame.count), count: frame.count)
    return ContextPyramid(mixed(clipped, weights: weights), contexts: scales - 1)
  }
  var inputs: [Float] = []
  for index in try fixture.integers("\(name).example_idx") {
    let tile = grid[index]
    inputs += pyramids[tile.frame].windows(
      row: tile.row, column: tile.column, patch: grid.patch, padding: padding,
      offset: values.mean ?? 0, factor: 1 / (values.std ?? 1))
  }
  let expected = try fixture.floats("\(name).example_input")
  try #require(inputs.count == expected.count)
  #expect(relativeError(inputs, expected) <= 1e-5, "\(fixture): case \(name), input of tiles")
}
