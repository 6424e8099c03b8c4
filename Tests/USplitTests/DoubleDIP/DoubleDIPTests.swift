import Imaging
import Testing
import Torch
import USplit

@Suite("Separating an image without training")
struct DoubleDIPTests {
  /// The smallest networks, for a few iterations.
  static func settings(_ change: (inout DoubleDIPSettings) -> Void = { _ in }) -> DoubleDIPSettings
  {
    var settings = DoubleDIPSettings()
    settings.iterations = 3
    settings.learningRate = 5e-3
    settings.channels = [4, 4]
    settings.skipChannels = [0, 2]
    settings.kernel = 3
    change(&settings)
    return settings
  }

  /// Nuclei and filaments added up.
  private static func image(height: Int = 24, width: Int = 24) throws -> Plane {
    let cells = try Tiny.cells.get()
    return mixed(
      [cells.plane(frame: 0, channel: 0), cells.plane(frame: 0, channel: 1)], weights: [1, 1]
    )
    .cropped(row: 6, column: 6, height: height, width: width)
  }

  private static func meanDifference(_ layers: [Plane], _ image: Plane) -> Double {
    var total = 0.0
    for index in image.values.indices {
      total += Double(abs(layers.reduce(0) { $0 + $1.values[index] } - image.values[index]))
    }
    return total / Double(image.values.count)
  }

  @Test("the sum of the layers approaches the image, and the layers are not negative")
  func approaches() throws {
    let image = try Self.image()
    var progress: [DoubleDIPProgress] = []
    let settings = Self.settings { $0.iterations = 60 }
    let layers = try DoubleDIP(settings).separate(image) { progress.append($0) }
    #expect(progress.count == 60)
    #expect(progress.map(\.iteration) == Array(1...60))
    #expect(progress.last?.done == 1)
    let least = try #require(progress.map(\.error).min())
    #expect(least < 0.5 * progress[0].error)
    #expect(progress[0].loss > progress[0].error)
    #expect(layers.flatMap(\.values).allSatisfy { $0 >= 0 })
    let low = quantile(image.values, 0)
    let range = quantile(image.values, 0.999) - low
    #expect(abs(Self.meanDifference(layers, image) / range - least) < 1e-3)
  }

  @Test("layers come in the units of the image, whatever these are")
  func units() throws {
    let image = try Self.image()
    let other = Plane(
      height: image.height, width: image.width, values: image.values.map { $0 * 16 + 256 })
    let layers = try DoubleDIP(Self.settings()).separate(image)
    let others = try DoubleDIP(Self.settings()).separate(other)
    for (layer, other) in zip(layers, others) {
      for (first, second) in zip(layer.values, other.values) {
        #expect(abs(first * 16 + 128 - second) < 0.05 * 16)
      }
    }
  }

  @Test("a seed gives the same layers, another seed others")
  func determinism() throws {
    let image = try Self.image()
    func layers(_ seed: UInt64) throws -> [Plane] {
      try DoubleDIP(Self.settings { $0.seed = seed }).separate(image)
    }
    let first = try layers(4)
    #expect(try layers(4) == first)
    #expect(try layers(5) != first)
  }

  @Test("images of any size are separated", arguments: [(2, 2), (3, 40), (17, 24), (33, 1 << 4)])
  func sizes(height: Int, width: Int) throws {
    let image = try Self.image(height: height, width: width)
    let layers = try DoubleDIP(Self.settings()).separate(image)
    #expect(layers.count == 2)
    #expect(layers.allSatisfy { $0.height == height && $0.width == width })
    #expect(layers.flatMap(\.values).allSatisfy { $0.isFinite })
  }

  @Test("there are as many layers as asked for, the brightest first")
  func layerCount() throws {
    let layers = try DoubleDIP(Self.settings()).separate(Self.image(), layers: 3)
    let sums = layers.map { $0.values.reduce(0) { $0 + Double($1) } }
    #expect(sums.count == 3)
    #expect(sums == sums.sorted(by: >))
  }

  @Test("each setting has an effect")
  func options() throws {
    let image = try Self.image(height: 16, width: 16)
    let base = Self.settings { $0.iterations = 8 }
    let plain = try DoubleDIP(base).separate(image)
    let changes: [(inout DoubleDIPSettings) -> Void] = [
      { $0.exclusionWeight = 0 }, { $0.turns = false }, { $0.inputNoise = 0.01 },
      { $0.inputAmplitude = 1 }, { $0.skipChannels = [0, 0] }, { $0.inputChannels = 2 },
      { $0.learningRate = 1e-3 }, { $0.iterations = 20 },
    ]
    for (number, change) in changes.enumerated() {
      var settings = base
      change(&settings)
      let layers = try DoubleDIP(settings).separate(image)
      #expect(layers != plain, "change \(number)")
    }
  }

  @Test("somebody or the time ends a separation with the layers so far")
  func stopping() throws {
    let image = try Self.image(height: 16, width: 16)
    var count = 0
    let long = Self.settings { $0.iterations = 1_000_000 }
    let stopped = try DoubleDIP(long).separate(
      image, progress: { _ in count += 1 }, shouldStop: { count == 2 })
    #expect(count == 2 && stopped.count == 2)
    var last = 0.0
    let short = Self.settings {
      $0.iterations = 1_000_000
      $0.timeLimit = 0.05
    }
    #expect(try DoubleDIP(short).separate(image, progress: { last = $0.done }).count == 2)
    #expect(last == 1)
  }

  @Test("images that show nothing are refused")
  func badImages() throws {
    var image = Plane(height: 8, width: 8, repeating: 3)
    func kind() -> DoubleDIPError.Kind? {
      #expect(throws: DoubleDIPError.self) { try DoubleDIP(Self.settings()).separate(image) }?.kind
    }
    #expect(kind() == .image)
    image[2, 2] = .nan
    #expect(kind() == .image)
    image = Plane(height: 1, width: 3, values: [1, 2, 3])
    #expect(kind() == .image)
    image = Plane(height: 0, width: 0)
    #expect(kind() == .image)
  }

  @Test("an image too large for the memory is refused with the need, before anything is computed")
  func memory() throws {
    let image = try Self.image()
    let small = try DoubleDIP(Self.settings()).memory(for: image)
    let larger = try DoubleDIP(Self.settings()).memory(for: Self.image(height: 40, width: 40))
    #expect(larger > small)
    #expect(try DoubleDIP(Self.settings()).memory(for: image, layers: 4) > small)
    let error = #expect(throws: DoubleDIPError.self) {
      try DoubleDIP(Self.settings(), memoryLimit: small - 1).separate(image)
    }
    #expect(error?.kind == .memory)
    #expect(error?.description.contains("24 × 24") == true)
    #expect(error?.description.contains("crop") == true)
    _ = try DoubleDIP(Self.settings(), memoryLimit: small).separate(image)
  }

  @Test("a loss that is no number is an error, not a result")
  func divergence() throws {
    var image = Plane(height: 64, width: 64, values: (0..<4096).map { Float($0 % 7) / 100 })
    (image[0, 0], image[9, 9]) = (3e38, 3e38)  // infinite, divided by the range
    let error = #expect(throws: DoubleDIPError.self) {
      _ = try DoubleDIP(Self.settings()).separate(image)
    }
    #expect(error?.kind == .diverged)
    #expect(error?.description.contains("learning rate") == true)
  }

  @Test("settings that make no sense are refused")
  func badSettings() throws {
    let changes: [(inout DoubleDIPSettings) -> Void] = [
      { $0.iterations = 0 }, { $0.learningRate = 0 }, { $0.learningRate = .nan },
      { $0.channels = [] }, { $0.channels = [4, 0] }, { $0.skipChannels = [1] }, { $0.kernel = 4 },
      { $0.inputChannels = 0 }, { $0.inputAmplitude = 0 }, { $0.inputNoise = -1 },
      { $0.exclusionWeight = .infinity }, { $0.crop = 4 }, { $0.timeLimit = -1 },
    ]
    for (number, change) in changes.enumerated() {
      let error = #expect(throws: DoubleDIPError.self) { try DoubleDIP(Self.settings(change)) }
      #expect(error?.kind == .settings, "change \(number)")
    }
    for layers in [1, 9] {
      let error = #expect(throws: DoubleDIPError.self) {
        try DoubleDIP(Self.settings()).separate(Self.image(), layers: layers)
      }
      #expect(error?.kind == .settings)
    }
    for preset in DoubleDIPPreset.allCases { try DoubleDIPSettings(preset).validate() }
  }
}
