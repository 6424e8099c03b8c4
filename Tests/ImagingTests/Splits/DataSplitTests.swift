import Foundation
import Imaging
import Testing

@Suite("Data splits")
struct DataSplitTests {
  func split(
    _ rule: SplitRule, frames: Int, height: Int = 64, width: Int = 64, validation: Double = 0.1,
    test: Double = 0.1, patch: Int = 64
  ) throws -> DataSplit {
    try DataSplit.make(
      rule: rule, frames: frames, height: height, width: width, validation: validation,
      test: test, patch: patch)
  }

  @Test("leading: validation, then test, then training")
  func leading() throws {
    let split = try split(.leading, frames: 30, validation: 0.1, test: 0.2)
    #expect(split.validation.map(\.frame) == [0, 1, 2])
    #expect(split.test.map(\.frame) == Array(3..<9))
    #expect(split.train.map(\.frame) == Array(9..<30))
    #expect(split.train.allSatisfy { $0.row == 0 && $0.height == 64 && $0.width == 64 })
  }

  @Test("leading: a small fraction still gets a frame, none gets none")
  func leadingSmall() throws {
    let split = try split(.leading, frames: 4, validation: 0.01, test: 0)
    #expect(split.validation.map(\.frame) == [0] && split.test.isEmpty)
  }

  @Test("automatic takes whole frames where it can, strips otherwise")
  func automatic() throws {
    #expect(try split(.automatic, frames: 3).rule == .leading)
    #expect(
      try split(.automatic, frames: 3, height: 640, validation: 0.1, test: 0.1).rule == .regions)
    #expect(
      try split(.automatic, frames: 10, height: 640, validation: 0.1, test: 0.1).rule == .leading)
    #expect(
      try split(.automatic, frames: 2, height: 640, validation: 0.1, test: 0.1).rule == .regions)
    #expect(
      try split(.automatic, frames: 1, height: 128, validation: 0.5, test: 0).rule == .regions)
    #expect(try split(.automatic, frames: 1, validation: 0, test: 0).rule == .leading)
  }

  @Test("regions cut the longer side")
  func regions() throws {
    let tall = try split(.regions, frames: 2, height: 640, width: 100)
    #expect(
      tall.validation
        == (0..<2).map {
          FrameRegion(frame: $0, row: 0, column: 0, height: 64, width: 100)
        })
    #expect(tall.test[1] == FrameRegion(frame: 1, row: 64, column: 0, height: 64, width: 100))
    #expect(tall.train[0] == FrameRegion(frame: 0, row: 128, column: 0, height: 512, width: 100))
    let wide = try split(.regions, frames: 1, height: 100, width: 640, test: 0)
    #expect(
      wide.train == [FrameRegion(frame: 0, row: 0, column: 64, height: 100, width: 576)])
    #expect(wide.test.isEmpty)
  }

  @Test("parts are disjoint and complete", arguments: SplitRule.allCases, [10, 20, 61])
  func complete(rule: SplitRule, frames: Int) throws {
    let split = try split(
      rule, frames: frames, height: 50, width: 30, validation: 0.15, test: 0.25, patch: 4)
    var counts = [Int](repeating: 0, count: frames * 50 * 30)
    for region in split.train + split.validation + split.test {
      for row in region.row..<region.row + region.height {
        for column in region.column..<region.column + region.width {
          counts[(region.frame * 50 + row) * 30 + column] += 1
        }
      }
    }
    #expect(counts.allSatisfy { $0 == 1 })
    #expect(!split.train.isEmpty && !split.validation.isEmpty && !split.test.isEmpty)
    #expect(split.rule != .automatic)
  }

  @Test(
    "too few frames are refused with the counts",
    arguments: [
      SplitRule.leading, .startingTest, .dealt,
    ])
  func tooFew(rule: SplitRule) {
    let error = #expect(throws: ImagingError.self) { try split(rule, frames: 2) }
    #expect(error?.kind == .tooSmall)
    #expect(error?.description.contains("2 frames") == true)
    #expect(error?.description.contains("regions") == true)
  }

  @Test("a strip smaller than a patch is refused with what is needed")
  func smallStrip() {
    let error = #expect(throws: ImagingError.self) {
      try split(.regions, frames: 1, height: 512, width: 512)
    }
    #expect(error?.kind == .tooSmall)
    #expect(error?.description.contains("51 of 512 rows") == true)
    #expect(error?.description.contains("0.125") == true)
  }

  @Test("frames that cannot hold the strips are refused")
  func smallFrames() {
    #expect(throws: ImagingError.self) { try split(.regions, frames: 1, height: 63, width: 900) }
    #expect(throws: ImagingError.self) {
      try split(.regions, frames: 1, height: 128, width: 64, validation: 0.5, test: 0.1)
    }
  }

  @Test(
    "impossible fractions are refused",
    arguments: [
      (-0.1, 0.1), (0.1, -0.1), (0.5, 0.5), (1, 0), (.nan, 0.1), (0.1, .infinity),
    ])
  func fractions(validation: Double, test: Double) {
    for rule in SplitRule.allCases {
      #expect(throws: ImagingError.self) {
        try split(rule, frames: 50, validation: validation, test: test)
      }
    }
  }

  @Test("no frames are refused")
  func noFrames() {
    #expect(throws: ImagingError.self) { try split(.automatic, frames: 0) }
  }

  @Test("written to JSON and read back")
  func coding() throws {
    let split = try split(.dealt, frames: 20)
    let data = try JSONEncoder().encode(split)
    #expect(try JSONDecoder().decode(DataSplit.self, from: data) == split)
  }
}
