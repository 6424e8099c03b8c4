import Foundation
import Imaging
import Testing

@Suite("Structures of synthetic cells")
struct SyntheticStructuresTests {
  typealias Structure = SyntheticCells.Structure

  /// Small cells without noise and with light in focus only, for measuring.
  private func measurable(_ structures: [Structure]) -> SyntheticCells.Parameters {
    var parameters = SyntheticCells.Parameters()
    parameters.structures = structures
    parameters.isNoisy = false
    parameters.cellDiameter = 90
    parameters.nucleusDiameter = 34
    parameters.hazeFraction = 0
    parameters.hazeSigma = 1
    parameters.psfTail = 0
    parameters.backgroundPhotons = 0
    parameters.illuminationFalloff = 0
    parameters.cameraOffset = 0
    return parameters
  }

  @Test("each structure has a channel of its name, in the order asked for")
  func channels() throws {
    var parameters = SyntheticCells.Parameters()
    parameters.structures = [.membrane, .vesicles, .nuclei]
    let stack = try SyntheticCells(parameters).stack(frames: 1, height: 40, width: 48, seed: 1)
    #expect(stack.channelNames == ["membrane", "vesicles", "nuclei"])
    #expect(stack.pixels.count == 3 * 40 * 48)
  }

  @Test("a structure is the same whichever others are drawn", arguments: [0.3, 1])
  func independence(overlap: Double) throws {
    func stack(_ structures: [Structure]) throws -> ImageStack {
      var parameters = SyntheticCells.Parameters()
      parameters.structures = structures
      parameters.overlap = overlap
      parameters.correlation = 0.5
      return try SyntheticCells(parameters).stack(frames: 1, height: 64, width: 64, seed: 4)
    }
    let all = try stack(Structure.allCases)
    for (channel, structure) in Structure.allCases.enumerated() {
      let other: Structure = structure == .nuclei ? .membrane : .nuclei
      let pair = try stack([other, structure])
      #expect(
        pair.plane(frame: 0, channel: 1) == all.plane(frame: 0, channel: channel), "\(structure)")
    }
  }

  @Test("every structure is seen, is of plausible brightness, and differs between frames and seeds")
  func brightness() throws {
    var parameters = SyntheticCells.Parameters()
    parameters.structures = Structure.allCases
    let cells = try SyntheticCells(parameters)
    let stack = try cells.stack(frames: 2, height: 192, width: 192, seed: 3)
    #expect(stack.pixels.allSatisfy { (0...65535).contains($0) && $0 == $0.rounded() })
    #expect(try cells.stack(frames: 2, height: 192, width: 192, seed: 3) == stack)
    let another = try cells.stack(frames: 1, height: 192, width: 192, seed: 4)
    for (channel, structure) in Structure.allCases.enumerated() {
      let plane = stack.plane(frame: 0, channel: channel)
      #expect(plane != stack.plane(frame: 1, channel: channel), "\(structure)")
      #expect(plane != another.plane(frame: 0, channel: channel), "\(structure)")
      let sorted = plane.values.sorted()
      let dark = sorted[sorted.count / 100]
      let bright = sorted[sorted.count * 995 / 1000]
      #expect((95...250).contains(dark), "\(structure): dark pixels have \(dark)")
      #expect((300...6000).contains(bright), "\(structure): bright pixels have \(bright)")
    }
  }

  @Test("the channels overlap the more, the higher the overlap")
  func overlap() throws {
    func measured(_ overlap: Double) throws -> [String: Double] {
      var parameters = measurable(Structure.allCases)
      parameters.overlap = overlap
      let stack = try SyntheticCells(parameters).stack(frames: 4, height: 160, width: 160, seed: 7)
      var coefficients: [String: Double] = [:]
      for (i, first) in Structure.allCases.enumerated() {
        for (j, second) in Structure.allCases.enumerated().dropFirst(i + 1) {
          let pairs = (0..<4).map { frame in
            overlapCoefficient(
              stack.plane(frame: frame, channel: i), stack.plane(frame: frame, channel: j))
          }
          coefficients["\(first) and \(second)"] = pairs.reduce(0, +) / 4
        }
      }
      return coefficients
    }
    let steps = try [0, 0.25, 0.5, 0.75, 1].map(measured)
    for (pair, least) in steps[0] {
      let coefficients = steps.compactMap { $0[pair] }
      #expect(
        zip(coefficients, coefficients.dropFirst()).allSatisfy { $0 < $1 },
        "\(pair): \(coefficients)")
      #expect(least < 0.5 * (coefficients.last ?? 0), "\(pair): \(coefficients)")
    }
  }

  @Test("nuclei do not change with the overlap")
  func nuclei() throws {
    var parameters = measurable([.nuclei, .vesicles])
    let free = try SyntheticCells(parameters).stack(frames: 1, height: 64, width: 64, seed: 7)
    parameters.overlap = 0
    let apart = try SyntheticCells(parameters).stack(frames: 1, height: 64, width: 64, seed: 7)
    #expect(free.plane(frame: 0, channel: 0) == apart.plane(frame: 0, channel: 0))
    #expect(free.plane(frame: 0, channel: 1) != apart.plane(frame: 0, channel: 1))
  }

  @Test(
    "the brightness of cells is correlated between structures as asked",
    arguments: [0, 0.3, 0.7, 1])
  func correlation(asked: Double) throws {
    var parameters = measurable([.filaments, .mitochondria, .membrane])
    parameters.correlation = asked
    parameters.brightnessVariation = 0.6
    parameters.cellDiameter = 16
    parameters.nucleusDiameter = 6
    let logarithms = try SyntheticCells(parameters)
      .brightness(height: 320, width: 320, seed: 2, frame: 0).map { $0.map { log($0) } }
    try #require(logarithms[0].count > 300)
    for (first, second) in [(0, 1), (0, 2), (1, 2)] {
      let found = correlation(logarithms[first], logarithms[second])
      #expect(abs(found - asked) < 0.12, "\(found) instead of \(asked)")
    }
    for values in logarithms {
      let squares = values.map { $0 * $0 }.reduce(0, +) / Double(values.count)
      #expect(abs(squares.squareRoot() - 0.6) < 0.06)
    }
  }

  @Test("the light of the channels follows the correlation")
  func correlatedLight() throws {
    func measured(_ asked: Double) throws -> Double {
      var parameters = measurable([.filaments, .membrane])
      parameters.correlation = asked
      parameters.brightnessVariation = 1
      parameters.sizeVariation = 0
      parameters.confluence = 0.3
      let frames = 60
      let stack = try SyntheticCells(parameters).stack(
        frames: frames, height: 64, width: 64, seed: 5)
      let light = (0..<2).map { channel in
        (0..<frames).map { frame in
          log(1 + Double(stack.plane(frame: frame, channel: channel).values.reduce(0, +)))
        }
      }
      let seen = (0..<frames).filter { light[0][$0] > 8 && light[1][$0] > 8 }
      return correlation(seen.map { light[0][$0] }, seen.map { light[1][$0] })
    }
    let (none, half, full) = (try measured(0), try measured(0.5), try measured(1))
    #expect(none < half && half < full, "\(none), \(half), \(full)")
  }

  @Test("vesicles and mitochondria keep out of the nuclei")
  func cytoplasm() throws {
    for structure in [Structure.vesicles, .mitochondria] {
      var parameters = measurable([.nuclei, structure])
      parameters.psfSigma = 0.5
      let stack = try SyntheticCells(parameters).stack(frames: 4, height: 128, width: 128, seed: 1)
      var inside = (light: 0.0, area: 0.0)
      var outside = inside
      for frame in 0..<4 {
        let nuclei = stack.plane(frame: frame, channel: 0).values
        for (nucleus, light) in zip(nuclei, stack.plane(frame: frame, channel: 1).values) {
          if nucleus > 200 {
            inside = (inside.light + Double(light), inside.area + 1)
          } else {
            outside = (outside.light + Double(light), outside.area + 1)
          }
        }
      }
      #expect(inside.light / inside.area < 0.8 * outside.light / outside.area, "\(structure)")
    }
  }

  @Test("more and larger structures give more light")
  func amounts() throws {
    func light(_ structure: Structure, _ change: (inout SyntheticCells.Parameters) -> Void) throws
      -> Float
    {
      var parameters = measurable([.nuclei, structure])
      change(&parameters)
      return try SyntheticCells(parameters).stack(frames: 2, height: 96, width: 96, seed: 1)
        .pixels.reduce(0, +)
    }
    #expect(try light(.vesicles) { $0.vesiclesPerCell = 20 } < light(.vesicles) { _ in })
    #expect(try light(.vesicles) { _ in } < light(.vesicles) { $0.vesicleDiameter = 5 })
    #expect(try light(.vesicles) { _ in } < light(.vesicles) { $0.vesiclePhotons = 500 })
    #expect(
      try light(.mitochondria) { $0.mitochondriaPerCell = 20 } < light(.mitochondria) { _ in })
    #expect(
      try light(.mitochondria) { _ in } < light(.mitochondria) { $0.mitochondrionDiameter = 5 })
    #expect(
      try light(.mitochondria) { _ in } < light(.mitochondria) { $0.mitochondrionPhotons = 500 })
    #expect(try light(.membrane) { _ in } < light(.membrane) { $0.membranePhotons = 300 })
  }

  @Test("structures that make no sense are refused by name")
  func refusals() {
    func refuses(_ words: [String], _ change: (inout SyntheticCells.Parameters) -> Void) {
      var parameters = SyntheticCells.Parameters()
      change(&parameters)
      let error = #expect(throws: ImagingError.self) { try SyntheticCells(parameters) }
      for word in words { #expect(error?.description.contains(word) == true, "\(word)") }
    }
    refuses(["structures", "none"]) { $0.structures = [] }
    refuses(["structures", "vesicles"]) { $0.structures = [.vesicles] }
    refuses(["structures", "once"]) { $0.structures = [.vesicles, .vesicles] }
    refuses(["overlap", "0.0 to 1.0", "1.5"]) { $0.overlap = 1.5 }
    refuses(["correlation", "-0.1"]) { $0.correlation = -0.1 }
    refuses(["correlation", "nan"]) { $0.correlation = .nan }
    refuses(["vesicleDiameter"]) { $0.vesicleDiameter = 0 }
    refuses(["vesiclesPerCell"]) { $0.vesiclesPerCell = -1 }
    refuses(["vesicleVariation"]) { $0.vesicleVariation = 2 }
    refuses(["vesiclePhotons"]) { $0.vesiclePhotons = -1 }
    refuses(["mitochondriaPerCell"]) { $0.mitochondriaPerCell = 10_000 }
    refuses(["mitochondrionDiameter"]) { $0.mitochondrionDiameter = .infinity }
    refuses(["mitochondrionLength"]) { $0.mitochondrionLength = 0 }
    refuses(["mitochondrionPhotons"]) { $0.mitochondrionPhotons = .nan }
    refuses(["membranePhotons"]) { $0.membranePhotons = -5 }
  }

  @Test("extreme structures still give images", arguments: [0, 1])
  func extremes(overlap: Double) throws {
    var parameters = SyntheticCells.Parameters()
    parameters.structures = Structure.allCases
    parameters.overlap = overlap
    parameters.cellDiameter = 16
    parameters.nucleusDiameter = 4
    parameters.sizeVariation = 0.5
    parameters.vesicleDiameter = 50
    parameters.vesicleVariation = 1
    parameters.mitochondrionDiameter = 50
    parameters.mitochondrionLength = 1000
    parameters.vesiclesPerCell = 3
    parameters.mitochondriaPerCell = 3
    let stack = try SyntheticCells(parameters).stack(frames: 1, height: 48, width: 48, seed: 1)
    #expect(stack.pixels.allSatisfy { (0...65535).contains($0) })
    parameters.vesicleDiameter = 0.1
    parameters.mitochondrionDiameter = 0.5
    parameters.mitochondrionLength = 1
    parameters.filamentsPerCell = 0
    let small = try SyntheticCells(parameters).stack(frames: 1, height: 48, width: 48, seed: 1)
    #expect(small.pixels.allSatisfy { (0...65535).contains($0) })
  }

  /// The overlap coefficient of Manders and others (1993): 1 for planes that differ by a factor.
  private func overlapCoefficient(_ a: Plane, _ b: Plane) -> Double {
    var (products, squaresA, squaresB) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a.values, b.values) {
      products += Double(x * y)
      squaresA += Double(x * x)
      squaresB += Double(y * y)
    }
    return products / (squaresA * squaresB).squareRoot()
  }

  private func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let (meanA, meanB) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
    let product = zip(a, b).map { ($0 - meanA) * ($1 - meanB) }.reduce(0, +)
    let squaresA = a.map { ($0 - meanA) * ($0 - meanA) }.reduce(0, +)
    let squaresB = b.map { ($0 - meanB) * ($0 - meanB) }.reduce(0, +)
    return product / (squaresA * squaresB).squareRoot()
  }
}
