import Experiment
import Testing
import Torch
import USplit

@Suite("Settings that follow from the images and the time")
struct RecipeFitTests {
  private let all = RecipeFit.Openings(patch: true, contexts: true, filters: true, flips: true)

  private func network(
    height: Int, width: Int, _ openings: RecipeFit.Openings? = nil
  ) -> NetworkConfiguration {
    var fit = RecipeFit(.preset(.fast), openings ?? all)
    fit.fit(height: height, width: width)
    let isChanged = fit.configuration != .preset(.fast)
    #expect(fit.choices.isEmpty == !isChanged)
    return fit.configuration.network
  }

  @Test("context reaches over the frame and no further")
  func contexts() {
    #expect(network(height: 2000, width: 2000).contexts == 4)
    #expect(network(height: 640, width: 640).contexts == 4)
    #expect(network(height: 500, width: 384).contexts == 3)
    #expect(network(height: 100, width: 128).contexts == 1)
  }

  @Test("patches fit into the frame")
  func patches() {
    #expect(network(height: 2000, width: 64).patch == 64)
    #expect(network(height: 2000, width: 63).patch == 32)
    #expect(network(height: 20, width: 20).patch == 16)
  }

  @Test("what somebody has said stays")
  func closed() throws {
    let closed = RecipeFit.Openings(patch: false, contexts: false, filters: false, flips: false)
    #expect(network(height: 40, width: 40, closed) == Configuration.preset(.fast).network)
    var fit = RecipeFit(.preset(.fast), closed)
    try fit.fit(time: 1e6, device: .cpu)
    try fit.fit(pixels: 1000, time: 0, device: .cpu)
    #expect(fit.configuration == .preset(.fast))
  }

  @Test("few pixels that are seen often are flipped and turned")
  func flips() throws {
    func flips(pixels: Int, time: Double = 0) throws -> Bool {
      var configuration = Configuration.preset(.fast)
      configuration.network.patch = 16
      configuration.network.latentChannels = [16]
      configuration.network.contexts = 1
      configuration.training.batch = 2
      configuration.training.epochs = 10
      configuration.training.stepsPerEpoch = 100
      var fit = RecipeFit(configuration, all)
      try fit.fit(pixels: pixels, time: time, device: .cpu)
      #expect(fit.choices.isEmpty != fit.configuration.training.flips)
      return fit.configuration.training.flips
    }
    // 512 000 views of pixels in all.
    #expect(try flips(pixels: 24_000))
    #expect(try !flips(pixels: 27_000))
    #expect(try flips(pixels: 24_000, time: 1e6))
    #expect(try !flips(pixels: 24_000, time: 1e-9))
    #expect(try !flips(pixels: 0))
  }

  @Test("what does not fit into memory is not measured, and then nothing is chosen")
  func memory() throws {
    var configuration = Configuration.preset(.fast)
    configuration.network.patch = 8192
    configuration.training.batch = 256
    var fit = RecipeFit(configuration, all, memory: 1 << 30)
    try fit.fit(time: 1e6, device: .cpu)
    try fit.fit(pixels: 1000, time: 1e6, device: .cpu)
    #expect(fit.configuration == configuration)
    #expect(fit.choices.isEmpty)
  }

  @Test("more time makes a wider network, none is left to the preset")
  func widths() throws {
    func filters(_ time: Double) throws -> Int {
      var configuration = Configuration.preset(.fast)
      configuration.network.patch = 16
      configuration.network.latentChannels = [16, 16]
      configuration.network.contexts = 1
      configuration.training.batch = 2
      var fit = RecipeFit(configuration, all)
      try fit.fit(time: time, device: .cpu)
      #expect(
        fit.configuration.network.latentChannels
          == [Int](
            repeating: fit.configuration.network.filters, count: 2))
      return fit.configuration.network.filters
    }
    #expect(try filters(0) == 16)
    #expect(try filters(0.01) == 16)
    #expect(try filters(1e7) == 64)
  }
}
