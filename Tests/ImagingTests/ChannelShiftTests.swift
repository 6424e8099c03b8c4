import Imaging
import Testing

@Suite("The shift between two channels")
struct ChannelShiftTests {
  /// Nuclei, and filaments around them that leave them out.
  private func channels(frames: Int = 2) throws -> [(first: Plane, second: Plane)] {
    var parameters = SyntheticCells.Parameters()
    parameters.cellDiameter = 60
    parameters.nucleusDiameter = 24
    let stack = try SyntheticCells(parameters).stack(
      frames: frames, height: 160, width: 176, seed: 4)
    return (0..<frames).map {
      (stack.plane(frame: $0, channel: 0), stack.plane(frame: $0, channel: 1))
    }
  }

  /// The part of a plane that begins some pixels from its border.
  private func part(_ plane: Plane, row: Int, column: Int) -> Plane {
    plane.cropped(row: row, column: column, height: 128, width: 128)
  }

  @Test("one that was moved is found", arguments: [(0, 0), (3, 0), (-2, 5), (-6, -7), (0, 2)])
  func found(rows: Int, columns: Int) throws {
    let pairs = try channels().map { planes in
      // Twice the same structure, one of them moved, with another structure upon it.
      let mixed = Plane(
        height: planes.first.height, width: planes.first.width,
        values: zip(planes.first.values, planes.second.values).map { 0.7 * $0 + 0.3 * $1 })
      return (
        first: part(planes.first, row: 16, column: 16),
        second: part(mixed, row: 16 - rows, column: 16 - columns)
      )
    }
    let shift = try #require(ChannelShift(pairs))
    #expect(shift.rows == -rows && shift.columns == -columns)
    #expect(shift.correlation >= shift.unmoved)
    #expect(shift.isClear == (rows * rows + columns * columns > 2))
  }

  @Test("channels that fit are left alone")
  func fitting() throws {
    #expect(try #require(ChannelShift(channels())).isClear == false)
  }

  @Test("nothing is told of images that are too small or show nothing")
  func nothing() throws {
    let empty = Plane(height: 200, width: 200)
    #expect(ChannelShift([(empty, empty)]) == nil)
    let small = Plane(height: 90, width: 64, values: (0..<90 * 64).map { Float($0 % 7) })
    #expect(ChannelShift([(small, small)]) == nil)
    #expect(ChannelShift([]) == nil)
  }
}
