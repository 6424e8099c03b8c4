import Imaging
import Testing
import USplit

@Suite("Measuring a separation without training")
struct DoubleDIPEvaluationTests {
  private func evaluation(
    crops: Int = 2, _ change: (inout DoubleDIPSettings) -> Void = { _ in }
  ) -> DoubleDIPEvaluation {
    let settings = DoubleDIPTests.settings {
      $0.crop = 16
      change(&$0)
    }
    return DoubleDIPEvaluation(settings, cropsPerFrame: crops, device: .cpu)
  }

  @Test("each frame of the part is measured in as many crops as asked for, with the trivial answer")
  func crops() throws {
    let data = try Tiny.data()
    var regions: [FrameRegion] = []
    var shares: [Double] = []
    let report = try evaluation().evaluate(
      data, part: .train,
      panel: { crop, image in
        regions.append(crop)
        #expect(image.width > 100)
      }, progress: { shares.append($0) })
    #expect(report.frames.map(\.frame) == [2, 2, 3, 3])
    #expect(report.channels == ["nuclei", "filaments"])
    #expect(regions.map(\.frame) == [2, 2, 3, 3])
    #expect(Set(regions).count == 4)
    #expect(regions.allSatisfy { $0.height == 16 && $0.width == 16 })
    #expect(regions.allSatisfy { $0.row + 16 <= 48 && $0.column + 16 <= 48 })
    #expect(shares == shares.sorted() && shares.last == 1)
    for (scores, crop) in zip(report.frames, regions) {
      let frame = try data.frame(crop.frame)
      func part(_ plane: Plane) -> Plane {
        plane.cropped(row: crop.row, column: crop.column, height: 16, width: 16)
      }
      let expected = ImageMetrics.rangeInvariantPSNR(
        target: data.normalised(part(frame.targets[1]), channel: 1),
        prediction: data.normalisedInput(part(frame.input.scales[0])))
      #expect(scores.trivial?[1].rangeInvariantPSNR == expected)
    }
  }

  @Test("the same seed measures the same, and crops stay within the part's regions")
  func regions() throws {
    let data = try Tiny.data(
      Tiny.configuration {
        $0.data.split.rule = .regions
        $0.data.split.validation = 0.334
        $0.data.split.test = 0.334
      })
    var places: [FrameRegion] = []
    let first = try evaluation(crops: 1) { $0.crop = 20 }.evaluate(
      data, part: .test, panel: { crop, _ in places.append(crop) })
    #expect(try evaluation(crops: 1) { $0.crop = 20 }.evaluate(data, part: .test) == first)
    for (place, region) in zip(places, data.split.regions(of: .test)) {
      #expect(place.height == 16 && place.width == 20)
      #expect(place.row == region.row)
    }
  }

  @Test("a time for all is divided among the crops")
  func time() throws {
    let report = try evaluation { $0.iterations = 1_000_000 }.evaluate(
      Tiny.data(), part: .test, secondsInAll: 0.1)
    #expect(report.frames.count == 2)
    #expect(throws: DoubleDIPError.self) {
      try evaluation().evaluate(Tiny.data(), part: .test, secondsInAll: 0)
    }
  }

  @Test("a part without frames is refused")
  func empty() throws {
    let data = try Tiny.data(Tiny.configuration { $0.data.split.test = 0 })
    #expect(throws: ImagingError.self) { try evaluation().evaluate(data, part: .test) }
  }

  @Test("the order of the layers is the one that scores best in all")
  func order() {
    #expect(DoubleDIPEvaluation.bestOrder([[3, 1], [2, 1]]) == [0, 1])
    #expect(DoubleDIPEvaluation.bestOrder([[3, 2], [3, 1]]) == [1, 0])
    #expect(DoubleDIPEvaluation.bestOrder([[0, 9, 0], [0, 0, 9], [9, 0, 0]]) == [1, 2, 0])
  }
}
