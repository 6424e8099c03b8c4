import Imaging
import Testing
import USplit

@Suite("Random patches")
struct PatchSamplerTests {
  @Test("a batch is the same whoever asks for it, whenever")
  func repeatable() throws {
    let data = try Tiny.data()
    func sampler(seed: UInt64 = 1) -> PatchSampler {
      PatchSampler(data, patch: 16, batch: 3, seed: seed, turns: true)
    }
    let first = try sampler()(7)
    _ = try sampler()(0)
    #expect(try sampler()(7).inputs == first.inputs)
    #expect(try sampler()(7).targets == first.targets)
    #expect(try sampler()(8).inputs != first.inputs)
    #expect(try sampler(seed: 2)(7).inputs != first.inputs)
  }

  @Test("parts of a batch are the same as the whole, however it is divided")
  func parts() throws {
    let data = try Tiny.data()
    func sampler(_ own: Range<Int>?, batch: Int = 6) -> PatchSampler {
      PatchSampler(data, patch: 16, batch: batch, own: own, seed: 3, turns: true)
    }
    let whole = try sampler(nil)(4)
    let (inputs, targets) = (3 * 256, 2 * 256)
    for places in [0..<6, 0..<3, 3..<6, 5..<6, 2..<2] {
      let part = try sampler(places)(4)
      #expect(part.count == places.count)
      #expect(
        part.inputs
          == Array(whole.inputs[places.lowerBound * inputs..<places.upperBound * inputs]))
      #expect(
        part.targets
          == Array(whole.targets[places.lowerBound * targets..<places.upperBound * targets]))
    }
    // Patches are counted over all batches, so those of larger batches are the same.
    #expect(try sampler(0..<6, batch: 12)(2).inputs == whole.inputs)
  }

  @Test("a batch has the patch, its context images and all targets")
  func shape() throws {
    let batch = try PatchSampler(Tiny.data(), patch: 16, batch: 3, seed: 1, turns: false)(0)
    #expect([batch.count, batch.images, batch.channels, batch.patch] == [3, 3, 2, 16])
    #expect(try batch.inputTensor(on: .cpu).shape == [3, 3, 16, 16])
    #expect(try batch.targetTensor(on: .cpu).shape == [3, 2, 16, 16])
  }

  @Test("every place where a patch fits is reached, the last one too, and no other")
  func places() throws {
    let positions = try Positions(frames: 3, height: 20, width: 18, patch: 16)
    let sampler = PatchSampler(positions.data, patch: 16, batch: 8, seed: 1, turns: false)
    var found: Set<Positions.Pixel> = []
    for index in 0..<100 {
      let batch = try sampler(index)
      for place in 0..<8 { found.insert(positions.pixels(batch, place: place)[0]) }
    }
    #expect(Set(found.map(\.frame)) == [0, 1, 2])
    #expect(Set(found.map(\.row)) == Set(0...4))
    #expect(Set(found.map(\.column)) == Set(0...2))
    #expect(found.count == 3 * 5 * 3)
  }

  @Test("patches keep inside the regions that train")
  func regions() throws {
    let positions = try Positions(frames: 3, height: 64, width: 16, patch: 16) {
      $0.split.rule = .regions
      $0.split.validation = 0.25
      $0.split.test = 0.25
    }
    let regions = positions.data.split.train
    let sampler = PatchSampler(positions.data, patch: 16, batch: 8, seed: 1, turns: false)
    for index in 0..<20 {
      let batch = try sampler(index)
      for place in 0..<8 {
        let pixels = positions.pixels(batch, place: place)
        let region = try #require(regions.first { $0.frame == pixels[0].frame })
        #expect(pixels.allSatisfy { (region.row..<region.row + region.height).contains($0.row) })
      }
    }
  }

  @Test("a frame smaller than a patch stands in its middle")
  func smallFrames() throws {
    let positions = try Positions(frames: 3, height: 20, width: 11, patch: 16)
    let batch = try PatchSampler(positions.data, patch: 16, batch: 1, seed: 1, turns: false)(0)
    let pixels = positions.pixels(batch, place: 0)
    #expect(pixels[..<16].map(\.column) == [2, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9, 8, 7])
  }

  @Test("patches are turned by the eight symmetries of the square, inputs and targets alike")
  func turns() throws {
    let positions = try Positions(frames: 2, height: 16, width: 16, patch: 16)
    let sampler = PatchSampler(positions.data, patch: 16, batch: 8, seed: 1, turns: true)
    let scale = positions.data.inputScale
    var seen: Set<[Positions.Pixel]> = []
    for index in 0..<20 {
      let batch = try sampler(index)
      for place in 0..<8 {
        let pixels = positions.pixels(batch, place: place)
        #expect(Set(pixels).count == 256)
        seen.insert([pixels[0], pixels[1]].map { .init(frame: 0, row: $0.row, column: $0.column) })
        for index in [0, 1, 100, 255] {
          let pixel = pixels[index]
          let mean = Double(pixel.frame + pixel.row + pixel.column) / 3
          let input = Double(batch.inputs[place * 2 * 256 + index]) / scale.factor + scale.offset
          #expect(abs(input - mean) < 1e-3)
        }
      }
    }
    func pixel(_ row: Int, _ column: Int) -> Positions.Pixel {
      .init(frame: 0, row: row, column: column)
    }
    #expect(
      seen == [
        [pixel(0, 0), pixel(0, 1)], [pixel(0, 0), pixel(1, 0)],
        [pixel(0, 15), pixel(0, 14)], [pixel(0, 15), pixel(1, 15)],
        [pixel(15, 0), pixel(15, 1)], [pixel(15, 0), pixel(14, 0)],
        [pixel(15, 15), pixel(15, 14)], [pixel(15, 15), pixel(14, 15)],
      ])
  }

  @Test("processes that share a batch have its patches between them")
  func shared() throws {
    let data = try Tiny.data()
    func sampler(_ own: Range<Int>?) -> PatchSampler {
      PatchSampler(data, patch: 16, batch: 6, own: own, seed: 3, turns: true)
    }
    for index in [0, 5] {
      let whole = try sampler(nil)(index)
      let parts = try [0..<2, 2..<5, 5..<6].map { try sampler($0)(index) }
      #expect(parts.map(\.count) == [2, 3, 1])
      #expect(parts.flatMap(\.inputs) == whole.inputs)
      #expect(parts.flatMap(\.targets) == whole.targets)
    }
  }
}
