import Imaging
import TestSupport
import Testing

private struct GridCase: Decodable {
  var shape: [Int]
  var patch: Int
  var grid: Int
  var count: Int
}

/// Validation patches lie where the authors' do.
func checkGridLeftTop(_ fixture: Fixture) throws {
  let cases = try fixture.cases(GridCase.self)
  try #require(!cases.isEmpty, "\(fixture) has no cases")
  for (name, values) in cases {
    let grid = PatchGrid(
      frames: values.shape[0], height: values.shape[1], width: values.shape[2],
      patch: values.patch, step: values.grid)
    #expect(grid.count == values.count, "\(fixture): case \(name), number of patches")
    #expect(
      try grid.flatMap { [$0.row, $0.column, $0.frame] } == fixture.integers("\(name).hwt"),
      "\(fixture): case \(name), places of the patches")
  }
}
