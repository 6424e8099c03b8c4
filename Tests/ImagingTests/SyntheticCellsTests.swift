import Foundation
import Imaging
import Testing

@Suite("Synthetic cells")
struct SyntheticCellsTests {
  @Test("a frame is the same however many are made, and each is another")
  func frames() throws {
    let cells = try SyntheticCells()
    let three = try cells.stack(frames: 3, height: 64, width: 64, seed: 5)
    let one = try cells.stack(frames: 1, height: 64, width: 64, seed: 5)
    #expect(three.channelNames == ["nuclei", "filaments"])
    #expect(three.type == .uint16)
    for channel in 0..<2 {
      #expect(three.plane(frame: 0, channel: channel) == one.plane(frame: 0, channel: channel))
      #expect(three.plane(frame: 1, channel: channel) != three.plane(frame: 2, channel: channel))
    }
    #expect(try cells.stack(frames: 1, height: 64, width: 64, seed: 6) != one)
  }

  @Test("any size from 32 pixels on works", arguments: [(32, 32), (33, 71), (201, 32)])
  func sizes(height: Int, width: Int) throws {
    let stack = try SyntheticCells().stack(frames: 2, height: height, width: width, seed: 1)
    #expect(stack.height == height && stack.width == width)
    #expect(stack.pixels.allSatisfy { (0...65535).contains($0) && $0 == $0.rounded() })
    #expect(throws: ImagingError.self) {
      try SyntheticCells().stack(frames: 1, height: 31, width: width, seed: 1)
    }
    #expect(throws: ImagingError.self) {
      try SyntheticCells().stack(frames: 1, height: height, width: 20_000, seed: 1)
    }
  }

  @Test("both channels lie above the camera's offset and are of similar brightness")
  func brightness() throws {
    let stack = try SyntheticCells().stack(frames: 4, height: 192, width: 192, seed: 2)
    let deviations = (0..<2).map { channel in
      let values = (0..<4).flatMap { stack.plane(frame: $0, channel: channel).values }
      let mean = values.reduce(0, +) / Float(values.count)
      #expect((110...700).contains(mean), "channel \(channel)")
      return (values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Float(values.count))
        .squareRoot()
    }
    #expect((0.4...2.5).contains(deviations[0] / deviations[1]))
  }

  @Test("without noise the same cells are seen, noise adds what photon statistics say")
  func noise() throws {
    var parameters = SyntheticCells.Parameters()
    let noisy = try SyntheticCells(parameters).stack(frames: 1, height: 128, width: 128, seed: 3)
    parameters.isNoisy = false
    let clean = try SyntheticCells(parameters).stack(frames: 1, height: 128, width: 128, seed: 3)
    var measured = 0.0
    var expected = 0.0
    for (a, b) in zip(noisy.pixels, clean.pixels) {
      measured += Double((a - b) * (a - b))
      let photons = (Double(b) - parameters.cameraOffset) / parameters.gain
      let variance = photons + parameters.readNoise * parameters.readNoise
      expected += parameters.gain * parameters.gain * variance
    }
    #expect(abs(measured / expected - 1) < 0.05)
  }

  @Test("a sharper point-spread function gives sharper images")
  func sharpness() throws {
    func roughness(_ sigma: Double) throws -> Float {
      var parameters = SyntheticCells.Parameters()
      parameters.isNoisy = false
      parameters.hazeSigma = 40
      parameters.psfSigma = sigma
      let plane = try SyntheticCells(parameters).stack(
        frames: 1, height: 96, width: 96, seed: 3
      ).plane(frame: 0, channel: 0)
      return zip(plane.values, plane.values.dropFirst()).map { abs($0 - $1) }.reduce(0, +)
    }
    #expect(try roughness(1) > roughness(3))
  }

  @Test("exposures multiply a structure's light and background, each frame's by its own factor")
  func exposures() throws {
    var parameters = SyntheticCells.Parameters()
    parameters.isNoisy = false
    parameters.gain = 20
    parameters.cameraOffset = 0
    func stack() throws -> ImageStack {
      try SyntheticCells(parameters).stack(frames: 12, height: 32, width: 32, seed: 3)
    }
    let usual = try stack()
    parameters.exposureRange = 4
    let exposed = try stack()
    var factors: [Float] = []
    for channel in 0..<2 {
      for frame in 0..<12 {
        let before = usual.plane(frame: frame, channel: channel).values
        let after = exposed.plane(frame: frame, channel: channel).values
        let factor = after.reduce(0, +) / before.reduce(0, +)
        factors.append(factor)
        #expect(zip(before, after).allSatisfy { abs($0 * factor - $1) < 2 + 1e-3 * $1 })
      }
    }
    #expect(Set(factors).count == 24)
    #expect(factors.allSatisfy { (0.49...2.01).contains($0) })
    #expect((factors.min() ?? 1) < 0.7 && (factors.max() ?? 1) > 1.4)
  }

  @Test("parameters that make no sense are refused by name")
  func refusals() {
    func refuses(_ name: String, _ change: (inout SyntheticCells.Parameters) -> Void) {
      var parameters = SyntheticCells.Parameters()
      change(&parameters)
      let error = #expect(throws: ImagingError.self) { try SyntheticCells(parameters) }
      #expect(error?.description.contains(name) == true, "\(String(describing: error))")
    }
    refuses("cellDiameter") { $0.cellDiameter = 0 }
    refuses("nucleusDiameter") { $0.nucleusDiameter = 140 }
    refuses("confluence") { $0.confluence = -1 }
    refuses("psfSigma") { $0.psfSigma = .nan }
    refuses("filamentsPerCell") { $0.filamentsPerCell = -1 }
    refuses("gain") { $0.gain = 0 }
    refuses("hazeSigma") { $0.hazeSigma = 0 }
    refuses("persistenceLength") { $0.persistenceLength = 0 }
    refuses("illuminationFalloff") { $0.illuminationFalloff = 1 }
    refuses("exposureRange") { $0.exposureRange = 0.5 }
  }

  @Test("extreme parameters still give images")
  func extremes() throws {
    var parameters = SyntheticCells.Parameters()
    parameters.cellDiameter = 16
    parameters.nucleusDiameter = 4
    parameters.confluence = 2
    parameters.hazeFraction = 0
    parameters.psfTail = 0
    parameters.sizeVariation = 0.5
    parameters.nucleusPhotons = 1e6
    parameters.gain = 1000
    let stack = try SyntheticCells(parameters).stack(frames: 1, height: 64, width: 64, seed: 1)
    #expect(stack.pixels.max() == 65535)
    #expect(stack.pixels.allSatisfy { (0...65535).contains($0) })
  }

  @Test("parameters survive JSON")
  func coding() throws {
    var parameters = SyntheticCells.Parameters()
    parameters.psfSigma = 2
    let data = try JSONEncoder().encode(parameters)
    #expect(try JSONDecoder().decode(SyntheticCells.Parameters.self, from: data) == parameters)
  }
}
