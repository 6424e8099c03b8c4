import Experiment
import Imaging
import TestSupport
import Testing
import Torch
import USplit

@Suite("Splitting whole images")
struct SplitterTests {
  /// A model that predicts 1 and 2, normalised, whatever it sees.
  static func constantModel(
    _ configuration: Configuration = Tiny.configuration()
  ) throws -> SplitModel {
    let model = try Tiny.model(configuration)
    let name = "likelihood.parameter_net"
    let count = try #require(model.store[name + ".weight"]).elementCount
    try model.store.set(name + ".weight", to: [Float](repeating: 0, count: count))
    try model.store.set(name + ".bias", to: [1, 2, 0, 0])
    return model
  }

  private func image(_ height: Int, _ width: Int) throws -> Plane {
    let values = try Tiny.noise([height, width]).floats()
    return Plane(height: height, width: width, values: values.map { 100 + 10 * $0 })
  }

  @Test("every pixel is predicted, whatever is kept of a tile", arguments: 1...8)
  func everyPixel(half: Int) throws {
    let model = try Self.constantModel()
    for (height, width) in [(48, 48), (37, 51), (16, 33), (9, 11), (1, 1)] {
      let splitter = Splitter(model, SplitOptions(inner: 2 * half))
      let planes = try splitter(image(height, width))
      #expect(planes.count == 2)
      for (channel, plane) in planes.enumerated() {
        #expect(plane.height == height && plane.width == width)
        let normalisation = model.description.normalisation
        let value =
          Float(channel + 1) * Float(normalisation.targetStd[channel])
          + Float(normalisation.targetMean[channel])
        #expect(
          plane.values.allSatisfy { abs($0 - value) < 1e-4 * abs(value) },
          "\(height) × \(width), inner \(2 * half)")
      }
    }
  }

  @Test("the authors' way leaves the pixels beyond the last whole tile")
  func wholeCells() throws {
    var options = SplitOptions(inner: 8)
    options.coverage = .wholeCells
    let planes = try Splitter(Self.constantModel(), options).normalised(
      ContextPyramid(image(20, 17), contexts: 2))
    #expect(planes[1].values.filter { $0 == 2 }.count == 16 * 16)
    #expect(planes[1].values.filter { $0 == 0 }.count == 20 * 17 - 16 * 16)
  }

  @Test("what is kept must leave two equal borders")
  func oddRest() throws {
    let splitter = Splitter(try Self.constantModel(), SplitOptions(inner: 7))
    #expect(throws: ImagingError.self) { try splitter(image(20, 20)) }
  }

  @Test("tiles may be computed one by one or many at once", arguments: [1, 3, 100])
  func batches(batch: Int) throws {
    let model = try Tiny.model()
    let image = try image(30, 41)
    func split(_ batch: Int) throws -> [Float] {
      var options = SplitOptions(inner: 8)
      options.batch = batch
      return try Splitter(model, options)(image).flatMap(\.values)
    }
    #expect(relativeError(try split(batch), try split(8)) < 1e-5)
  }

  @Test("an image that is turned gives what is turned, where patches are predicted in all turns")
  func turns() throws {
    let model = try Tiny.model(
      Tiny.configuration {
        $0.network.contexts = 0; $0.network.context = .vanilla
      })
    let image = try image(32, 32)
    func mirrored(_ plane: Plane) -> Plane {
      // Columns become rows in reverse order.
      var result = plane
      for row in 0..<32 {
        for column in 0..<32 {
          result.values[(31 - column) * 32 + row] = plane.values[row * 32 + column]
        }
      }
      return result
    }
    var options = SplitOptions(inner: 16)
    #expect(
      relativeError(
        try Splitter(model, options)(mirrored(image))[0].values,
        mirrored(try Splitter(model, options)(image)[0]).values) > 1e-3)
    options.turns = 8
    #expect(
      relativeError(
        try Splitter(model, options)(mirrored(image))[0].values,
        mirrored(try Splitter(model, options)(image)[0]).values) < 1e-5)
  }

  @Test("draws depend on the seed and on the frame, and on nothing else")
  func seeds() throws {
    let model = try Tiny.model()
    let image = try image(24, 24)
    func split(seed: UInt64, frame: Int = 0, samples: Int = 1) throws -> [Float] {
      var options = SplitOptions(inner: 8)
      options.samplesPosterior = true
      options.samples = samples
      options.seed = seed
      return try Splitter(model, options)(image, frame: frame).flatMap(\.values)
    }
    let first = try split(seed: 1, samples: 3)
    let again = try split(seed: 1, samples: 3)
    #expect(first == again)
    let otherSeed = try split(seed: 2, samples: 3)
    #expect(first != otherSeed)
    let otherFrame = try split(seed: 1, frame: 1, samples: 3)
    #expect(first != otherFrame)
    let single = try split(seed: 1)
    #expect(first != single)
  }

  @Test("several draws are averaged")
  func averaged() throws {
    let model = try Tiny.model()
    let pyramid = ContextPyramid(try image(16, 16), contexts: 2)
    var options = SplitOptions(inner: 16)
    options.samplesPosterior = true
    options.samples = 2
    options.seed = 3
    let found = try Splitter(model, options).normalised(pyramid).flatMap(\.values)
    let scale = model.description.inputScale
    let input = Tensor(
      pyramid.windows(
        row: 0, column: 0, patch: 16, padding: .reflect, offset: Float(scale.offset),
        factor: Float(scale.factor)), shape: [1, 3, 16, 16])
    let generator = try Generator(seed: 3)
    let draws = (0..<2).map { _ in
      model(input, Pass(mode: .evaluation, latents: .sample(generator))).distribution.mean
    }
    #expect(relativeError(found, try ((draws[0] + draws[1]) / 2).floats()) < 1e-5)
  }

  @Test("an autoencoder has nothing to draw")
  func autoencoder() throws {
    let model = try Tiny.model(Tiny.configuration { $0.network.backbone = .hae })
    let image = try image(20, 20)
    var options = SplitOptions(inner: 8)
    let mean = try Splitter(model, options)(image).flatMap(\.values)
    options.samplesPosterior = true
    let drawn = try Splitter(model, options)(image).flatMap(\.values)
    #expect(mean == drawn)
  }

  @Test("the share that is done grows to 1")
  func progress() throws {
    var options = SplitOptions(inner: 8)
    options.batch = 2
    var shares: [Double] = []
    _ = try Splitter(Self.constantModel(), options)(image(24, 24)) { shares.append($0) }
    #expect(shares.count == 5 && shares == shares.sorted())
    #expect(shares.last == 1)
  }

  @Test("enlarged patches cover every pixel too", arguments: [0, 1, 4, 9])
  func outer(margin: Int) throws {
    let model = try Self.constantModel()
    for (height, width) in [(48, 48), (37, 51), (9, 11), (1, 1)] {
      let planes = try Splitter(model, SplitOptions(.outer(margin))).normalised(
        ContextPyramid(image(height, width), contexts: 2))
      for (channel, plane) in planes.enumerated() {
        #expect(
          plane.values.allSatisfy { $0 == Float(channel + 1) }, "\(height) × \(width), \(margin)")
      }
    }
  }

  @Test(
    "an enlarged patch is what the network gives for it, cut to the trained size",
    arguments: ContextVariant.allCases.filter { $0 != .unaligned })
  func outerPatch(variant: ContextVariant) throws {
    let configuration = Tiny.configuration {
      $0.network.context = variant
      $0.network.contexts = variant == .vanilla ? 0 : variant == .deep ? 1 : 2
      if variant == .deep { $0.network.latentChannels = [4, 4, 4] }
    }
    let model = try Tiny.model(configuration)
    let pyramid = ContextPyramid(
      try image(16, 16), contexts: configuration.network.contexts)
    let found = try Splitter(model, SplitOptions(.outer(4))).normalised(pyramid)
    let scale = model.description.inputScale
    let input = Tensor(
      pyramid.windows(
        row: -4, column: -4, patch: 24, padding: model.description.padding,
        offset: Float(scale.offset), factor: Float(scale.factor)),
      shape: [1, pyramid.scales.count, 24, 24])
    let whole = model(input, Pass(mode: .evaluation, latents: .mean)).distribution.mean
    let expected = try whole.centerCropped(to: Size(height: 16, width: 16)).floats()
    #expect(relativeError(found.flatMap(\.values), expected) < 1e-5)
    let trained = try Splitter(model, SplitOptions(.none)).normalised(pyramid)
    #expect(relativeError(trained.flatMap(\.values), expected) > 1e-4)
  }

  @Test("no padding is the patch size kept, and an outer padding of nothing too")
  func none() throws {
    let model = try Tiny.model()
    let image = try image(30, 20)
    let plain = try Splitter(model, SplitOptions(.none))(image)
    #expect(try Splitter(model, SplitOptions(inner: 16))(image) == plain)
    #expect(try Splitter(model, SplitOptions(.outer(0)))(image) == plain)
    let padded = try Splitter(model, SplitOptions(for: model.description.network))(image)
    #expect(try Splitter(model, SplitOptions(inner: 8))(image) == padded)
    #expect(padded != plain)
  }
}
