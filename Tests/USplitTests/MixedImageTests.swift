import Imaging
import Testing
import USplit

@Suite("Mixtures of images")
struct MixedImageTests {
  private func stack(slices: Int, first: Float) -> ImageStack {
    var stack = ImageStack(
      frames: 6, channels: 1, height: 2, width: 2,
      pixels: (0..<24).map { first + Float($0) }, type: .uint16,
      pixelSize: PixelSize(width: 1, height: 1, depth: 0.5, unit: "micrometer"))
    stack.slices = slices
    stack.timeStep = 4
    return stack
  }

  private func images(slices: [Int] = [2, 2]) throws -> TrainingImages {
    try TrainingImages(
      targets: slices.enumerated().map { stack(slices: $1, first: 100 * Float($0)) },
      names: ["a", "b"])
  }

  @Test("keep time points, slices, sizes and the time step, and are weighted sums")
  func whole() throws {
    let mixture = try MixedImage(
      images(), weights: [0.5, 2], provenance: [.init("usplit_weights", "0.5,2")])
    let image = mixture.description
    #expect(image.axesText == "TZYX" && image.times == 3 && image.slices == 2)
    #expect(image.timeStep == 4 && image.pixelSize?.depth == 0.5 && image.type == .float32)
    #expect(image.provenance.map(\.key) == ["usplit_weights"])
    let plane = try mixture.plane(PlaneIndex(time: 2, slice: 1))
    let expected = (20..<24).map { value -> Float in 0.5 * Float(value) + 2 * Float(100 + value) }
    #expect(plane.values == expected)
    let part = try mixture.plane(
      PlaneRegion(row: 1, column: 0, height: 1, width: 1), of: PlaneIndex())
    let one: [Float] = [0.5 * 2 + 2 * 102]
    #expect(part.values == one)
  }

  @Test("of chosen frames keep what is still known")
  func chosen() throws {
    let every = try MixedImage(images(), weights: [1, 0], frames: [1, 5]).description
    #expect(every.axesText == "TYX" && every.times == 2 && every.timeStep == 8)
    let one = try MixedImage(images(), weights: [1, 0], frames: [2, 3])
    #expect(one.description.axesText == "ZYX" && one.description.timeStep == nil)
    #expect(try one.plane(PlaneIndex(slice: 1)).values[0] == 12)
    #expect(throws: ImagingError.self) {
      try MixedImage(images(), weights: [1, 0], frames: [0, 3])
    }
  }

  @Test("of images whose frames are different things are refused")
  func different() throws {
    #expect {
      _ = try MixedImage(images(slices: [2, 3]), weights: [1, 0])
    } throws: { "\($0)".contains("--axes") }
  }
}
