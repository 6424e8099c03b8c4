import Experiment
import Foundation
import Imaging
import TestSupport
import Testing
import USplit

@Suite("Prepared data")
struct PreparedDataTests {
  @Test("frames are split by the rule, each with targets and a pyramid of the input")
  func frames() throws {
    let data = try Tiny.data()
    #expect(data.frameCount == 4)
    #expect(data.split.validation.map(\.frame) == [0])
    #expect(data.split.test.map(\.frame) == [1])
    #expect(data.split.train.map(\.frame) == [2, 3])
    #expect(data.names == ["nuclei", "filaments"])
    for index in 0..<4 {
      let frame = try data.frame(index)
      #expect(frame.targets.count == 2 && frame.originals.count == 2)
      #expect(frame.input.scales.map(\.width) == [48, 24, 12])
      let mean = zip(frame.targets[0].values, frame.targets[1].values).map { ($0 + $1) / 2 }
      #expect(relativeError(frame.input.scales[0].values, mean) < 1e-6)
    }
  }

  @Test("statistics are those of the training part alone")
  func statistics() throws {
    let targets = try Tiny.targets()
    var changed = targets[0]
    for pixel in 0..<2 * changed.planeCount { changed.pixels[pixel] = 9999 }  // frames 0 and 1
    let configuration = Tiny.configuration().data
    func prepare(_ first: ImageStack) throws -> PreparedData {
      try PreparedData(
        TrainingImages(targets: [first, targets[1]], names: ["a", "b"]), configuration,
        contexts: 2, patch: 16)
    }
    let (plain, other) = (try prepare(targets[0]), try prepare(changed))
    #expect(plain.normalisation == other.normalisation)
    #expect(plain.inputScale == other.inputScale)
    #expect(try plain.frame(0).targets[0] != other.frame(0).targets[0])
  }

  @Test("normalised training targets have mean 0 and deviation 1, and come back in their units")
  func normalised() throws {
    let data = try Tiny.data()
    for channel in 0..<2 {
      let planes = try data.split.train.map {
        data.normalised(try data.frame($0.frame).targets[channel], channel: channel)
      }
      let values = planes.flatMap(\.values).map(Double.init)
      let mean = values.reduce(0, +) / Double(values.count)
      let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
      #expect(abs(mean) < 1e-4 && abs(square - 1) < 1e-3)
      let target = try data.frame(0).targets[channel]
      let back = data.inUnits(data.normalised(target, channel: channel), channel: channel)
      #expect(relativeError(back.values, target.values) < 1e-5)
    }
  }

  @Test("targets are mixed with the weights that are asked for")
  func weights() throws {
    let data = try Tiny.data(Tiny.configuration { $0.data.input.weights = [0.75, 0.25] })
    #expect(data.inputScale.weights == [0.75, 0.25])
    let frame = try data.frame(1)
    let mixture = zip(frame.targets[0].values, frame.targets[1].values).map {
      0.75 * $0 + 0.25 * $1
    }
    #expect(relativeError(frame.input.scales[0].values, mixture) < 1e-6)
  }

  @Test("an acquired input has statistics of its own and is not mixed")
  func acquired() throws {
    let targets = try Tiny.targets()
    var acquired = targets[0]
    for index in acquired.pixels.indices { acquired.pixels[index] = 3 * targets[1].pixels[index] }
    let data = try PreparedData(
      Tiny.images(acquired: acquired), Tiny.configuration { $0.data.clipQuantile = 1 }.data,
      contexts: 2, patch: 16)
    #expect(data.inputScale.weights.isEmpty)
    #expect(data.inputScale.meaning == .acquired)
    let isSame = try data.frame(2).input.scales[0] == acquired.plane(frame: 2, channel: 0)
    #expect(isSame)
    let training = acquired.pixels[(2 * acquired.planeCount)...].map(Double.init)
    let mean = training.reduce(0, +) / Double(training.count)
    #expect(abs(data.inputScale.offset - mean) < 1e-3 * mean)
    #expect(Float(data.inputScale.clip) == acquired.pixels[(2 * acquired.planeCount)...].max())
  }

  @Test("an acquired input that shows nothing is refused")
  func flat() throws {
    var flat = try Tiny.targets()[0]
    for index in flat.pixels.indices { flat.pixels[index] = 5 }
    let images = try Tiny.images(acquired: flat)
    let error = #expect(throws: ImagingError.self) {
      try PreparedData(images, Tiny.configuration().data, contexts: 2, patch: 16)
    }
    #expect(error?.description.contains("is this the right channel?") == true)
  }

  @Test("images are prepared for a model as they were for its training")
  func forModel() throws {
    let model = try Tiny.model()
    let data = try Tiny.data()
    let again = try PreparedData(Tiny.images(), for: model.description)
    #expect(again.split == data.split && again.normalisation == data.normalisation)
    #expect(again.inputScale == data.inputScale)
    #expect(try again.frame(3).input.scales == data.frame(3).input.scales)
  }

  @Test("images that do not fit a model are refused with both numbers")
  func misfits() throws {
    let description = try Tiny.model().description
    let targets = try Tiny.targets()
    let three = try TrainingImages(targets: targets + [targets[0]], names: ["a", "b", "c"])
    let error = #expect(throws: ImagingError.self) { try PreparedData(three, for: description) }
    #expect(
      error?.description.contains("splits 2 targets (nuclei, filaments), but 3 were given") == true)
    let small = targets.map { Tiny.stack([$0.plane(frame: 0, channel: 0)]) }
    let few = try TrainingImages(targets: small, names: ["a", "b"])
    let second = #expect(throws: ImagingError.self) { try PreparedData(few, for: description) }
    #expect(second?.description.contains("48 × 48 pixels, at least 4 of them") == true)
    #expect(second?.description.contains("the images have 1 of 48 × 48") == true)
  }

  @Test("channels of different sizes are refused with both sizes")
  func sizes() throws {
    let first = try Tiny.targets()[0]
    let second = Tiny.stack([Plane(height: 4, width: 5)])
    let error = #expect(throws: ImagingError.self) {
      try TrainingImages(targets: [first, second], names: ["a", "b"])
    }
    #expect(error?.description.contains("1 × 4 × 5") == true)
    #expect(error?.description.contains("4 × 48 × 48") == true)
  }
}
