import Experiment
import Imaging
import TestSupport
import Testing
import USplit

@Suite("Patches that are flipped and turned")
struct TurnedPatchTests {
  private static let height = 52
  private static let width = 38

  /// A frame turned by a symmetry, as a reader of the turned file would see it.
  private func turned(_ plane: Plane, by number: Int) -> Plane {
    let exchanges = number & 4 != 0
    let height = exchanges ? plane.width : plane.height
    let width = exchanges ? plane.height : plane.width
    var result = Plane(height: height, width: width)
    for y in 0..<height {
      for x in 0..<width {
        let row = number & 1 == 0 ? y : height - 1 - y
        let column = number & 2 == 0 ? x : width - 1 - x
        result[y, x] = exchanges ? plane[column, row] : plane[row, column]
      }
    }
    return result
  }

  /// Where the patch at a place of a frame begins in the turned frame.
  private func turned(row: Int, column: Int, side: Int, by number: Int) -> (row: Int, column: Int) {
    let exchanges = number & 4 != 0
    let (first, second) = exchanges ? (column, row) : (row, column)
    let height = exchanges ? Self.width : Self.height
    let width = exchanges ? Self.height : Self.width
    return (
      number & 1 == 0 ? first : height - first - side,
      number & 2 == 0 ? second : width - second - side
    )
  }

  private func data(
    turnedBy number: Int, padding: Experiment.Padding, memory: Int
  ) throws -> PreparedData {
    let cells = try Tiny.cells.get()
    func stack(_ channel: Int) -> ImageStack {
      Tiny.stack(
        (0..<2).map { frame in
          let plane = cells.plane(frame: frame, channel: channel)
          var larger = Plane(height: Self.height, width: Self.width)
          for y in 0..<Self.height {
            for x in 0..<Self.width { larger[y, x] = plane[y % 48, x] + Float(y * x) / 20 }
          }
          return turned(larger, by: number)
        })
    }
    var configuration = DataConfiguration()
    configuration.split.validation = 0
    configuration.split.test = 0
    configuration.padding = padding
    configuration.paddingValue = 3
    configuration.input.weights = [0.7, 0.3]
    return try PreparedData(
      TrainingImages(targets: [stack(0), stack(1)], names: ["a", "b"]), configuration,
      contexts: 3, patch: 16, memoryLimit: memory)
  }

  @Test(
    "a turned patch, its targets and all context levels are those of the turned frame",
    arguments: 1..<8, Experiment.Padding.allCases)
  func sameAsTurnedFrame(number: Int, padding: Experiment.Padding) throws {
    let side = 16
    for memory in [Int.max, 0] {
      let original = try data(turnedBy: 0, padding: padding, memory: memory)
      let mirror = try data(turnedBy: number, padding: padding, memory: memory)
      // Inside, at corners, beyond borders; all remainders by 8 of the centre.
      for (row, column) in [(3, 5), (4, 10), (17, 11), (36, 22), (0, 0), (30, -7), (-12, 40)] {
        var found = Batch(count: 2, images: 4, channels: 2, patch: side)
        var expected = found
        let symmetry = SquareSymmetry(number)
        try original.copyPatch(
          frame: 1, row: row, column: column, turn: symmetry, to: 1, of: &found)
        found.turn(1, by: symmetry)
        let place = turned(row: row, column: column, side: side, by: number)
        try mirror.copyPatch(frame: 1, row: place.row, column: place.column, to: 1, of: &expected)
        let area = side * side
        for level in 4..<8 {
          let part = level * area..<(level + 1) * area
          #expect(
            relativeError(Array(found.inputs[part]), Array(expected.inputs[part])) < 1e-5,
            "level \(level - 4) at \(row), \(column)")
        }
        #expect(relativeError(found.targets, expected.targets) < 1e-5)
      }
    }
  }

  @Test("the input of a turned patch is what its targets make")
  func mixture() throws {
    let data = try data(turnedBy: 0, padding: .reflect, memory: .max)
    let batch = try PatchSampler(data, patch: 16, batch: 24, seed: 2, turns: true)(0)
    #expect(mixingError(batch, data) < 1e-5)
  }
}

/// How far, at most, the inputs of a batch are from what their targets make, in normalised units.
func mixingError(_ batch: Batch, _ data: PreparedData) -> Double {
  let area = batch.patch * batch.patch
  var worst = 0.0
  for place in 0..<batch.count {
    for pixel in 0..<area {
      var sum = 0.0
      for channel in 0..<batch.channels {
        let value = Double(batch.targets[(place * batch.channels + channel) * area + pixel])
        sum +=
          data.inputScale.weights[channel]
          * (value * data.normalisation.targetStd[channel]
            + data.normalisation.targetMean[channel])
      }
      let expected = (sum - data.inputScale.offset) * data.inputScale.factor
      let found = Double(batch.inputs[place * batch.images * area + pixel])
      worst = max(worst, abs(found - expected))
    }
  }
  return worst
}
