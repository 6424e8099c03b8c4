import Testing
import USplit

@Suite("Validation patches")
struct ValidationPatchesTests {
  private func counts(_ data: PreparedData, batch: Int, limit: Int = 0) throws -> [Int] {
    try batches(ValidationPatches(data, patch: 16, limit: limit), of: batch).map(\.count)
  }

  private func batches(_ patches: ValidationPatches, of size: Int = 9) throws -> [Batch] {
    var batches: [Batch] = []
    try patches.forEachBatch(of: size) { batches.append($0) }
    return batches
  }

  @Test("patches stand side by side in the validation part, the last batch may be smaller")
  func sideBySide() throws {
    let data = try Tiny.data()  // one frame of 48 × 48 validates
    #expect(try counts(data, batch: 4) == [4, 4, 1])
    #expect(try counts(data, batch: 9) == [9])
    let positions = try Positions(frames: 4, height: 40, width: 32, patch: 16) {
      $0.split.validation = 0.25
    }
    let patches = ValidationPatches(positions.data, patch: 16, limit: 0)
    let batch = try #require(try batches(patches, of: 100).first)
    let frame = positions.data.split.validation[0].frame
    let origins = (0..<batch.count).map { positions.pixels(batch, place: $0)[0] }
    let expected = [(0, 0), (0, 16), (16, 0), (16, 16)]
      .map { Positions.Pixel(frame: frame, row: $0.0, column: $0.1) }
    #expect(origins == expected)
  }

  @Test("a limit takes evenly chosen patches")
  func limited() throws {
    let data = try Tiny.data()
    #expect(try counts(data, batch: 2, limit: 4) == [2, 2])
    #expect(try counts(data, batch: 16, limit: 100) == [9])
    let every = try batches(ValidationPatches(data, patch: 16, limit: 0), of: 9)
    let third = try batches(ValidationPatches(data, patch: 16, limit: 3), of: 9)
    let all = try #require(every.first)
    let some = try #require(third.first)
    let area = 3 * 256
    let expected = [0, 3, 6].flatMap { (place: Int) in
      Array(all.inputs[place * area..<(place + 1) * area])
    }
    #expect(some.inputs == expected)
  }

  @Test("a frame smaller than a patch is one patch")
  func small() throws {
    let positions = try Positions(frames: 3, height: 20, width: 10, patch: 16) {
      $0.split.validation = 0.4
    }
    #expect(try counts(positions.data, batch: 4) == [1])
  }

  @Test("nothing validates when no frame does")
  func none() throws {
    let data = try Tiny.data(Tiny.configuration { $0.data.split.validation = 0 })
    let patches = ValidationPatches(data, patch: 16, limit: 0)
    #expect(patches.isEmpty)
    #expect(try batches(patches).isEmpty)
  }
}
