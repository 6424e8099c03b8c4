import Foundation
import Imaging
import TestSupport
import Testing

@Suite("usplit synthesize")
struct SynthesizeCommandTests {
  private func draw(_ arguments: [String]) throws -> [ImageStack] {
    let folder = try TemporaryFolder()
    let paths = try accepted(["synthesize"] + arguments + ["-o", "out"], in: folder.url).lines
    return try paths.map { try folder.url.image($0) }
  }

  @Test("cells are drawn with all parameters, one file for each structure")
  func cells() throws {
    let images = try draw([
      "cells", "--frames", "2", "--seed", "5", "--height", "40", "--width", "56",
      "--cell-diameter", "60", "--nucleus-diameter", "20", "--confluence", "1.5",
      "--size-variation", "0.1", "--brightness-variation", "0.2", "--chromatin-contrast", "0.3",
      "--filaments-per-cell", "30", "--persistence-length", "50", "--psf-sigma", "2", "--psf-tail",
      "0.1", "--haze-fraction", "0.2", "--haze-sigma", "5", "--nucleus-photons", "200",
      "--filament-photons", "30", "--background-photons", "5", "--illumination-falloff", "0.1",
      "--exposure-range", "3", "--read-noise", "2", "--gain", "3", "--camera-offset", "50",
    ])
    var parameters = SyntheticCells.Parameters()
    parameters.cellDiameter = 60
    parameters.nucleusDiameter = 20
    parameters.confluence = 1.5
    parameters.sizeVariation = 0.1
    parameters.brightnessVariation = 0.2
    parameters.chromatinContrast = 0.3
    parameters.filamentsPerCell = 30
    parameters.persistenceLength = 50
    parameters.psfSigma = 2
    parameters.psfTail = 0.1
    parameters.hazeFraction = 0.2
    parameters.hazeSigma = 5
    parameters.nucleusPhotons = 200
    parameters.filamentPhotons = 30
    parameters.backgroundPhotons = 5
    parameters.illuminationFalloff = 0.1
    parameters.exposureRange = 3
    parameters.readNoise = 2
    parameters.gain = 3
    parameters.cameraOffset = 50
    let expected = try SyntheticCells(parameters).stack(frames: 2, height: 40, width: 56, seed: 5)
    #expect(images.map(\.type) == [.uint16, .uint16])
    check(images, expected)
  }

  @Test("cells are square with one size, and free of noise when asked")
  func noise() throws {
    var parameters = SyntheticCells.Parameters()
    parameters.isNoisy = false
    let expected = try SyntheticCells(parameters).stack(frames: 1, height: 48, width: 48, seed: 0)
    check(try draw(["cells", "--frames", "1", "--size", "48", "--no-noise"]), expected)
  }

  @Test("any structures are drawn with all their parameters")
  func structures() throws {
    let images = try draw([
      "cells", "--frames", "1", "--seed", "2", "--size", "40", "--structure", "vesicles",
      "--structure", "mitochondria", "--structure", "membrane", "--overlap", "0.5",
      "--correlation", "0.3", "--vesicles-per-cell", "60", "--vesicle-diameter", "3",
      "--vesicle-variation", "0.5", "--vesicle-photons", "150", "--mitochondria-per-cell", "40",
      "--mitochondrion-diameter", "4", "--mitochondrion-length", "30", "--mitochondrion-photons",
      "90", "--membrane-photons", "70",
    ])
    var parameters = SyntheticCells.Parameters()
    parameters.structures = [.vesicles, .mitochondria, .membrane]
    parameters.overlap = 0.5
    parameters.correlation = 0.3
    parameters.vesiclesPerCell = 60
    parameters.vesicleDiameter = 3
    parameters.vesicleVariation = 0.5
    parameters.vesiclePhotons = 150
    parameters.mitochondriaPerCell = 40
    parameters.mitochondrionDiameter = 4
    parameters.mitochondrionLength = 30
    parameters.mitochondrionPhotons = 90
    parameters.membranePhotons = 70
    #expect(images.map(\.channelNames) == [["vesicles"], ["mitochondria"], ["membrane"]])
    check(
      images, try SyntheticCells(parameters).stack(frames: 1, height: 40, width: 40, seed: 2))
  }

  @Test("critters are drawn with all parameters, one file for each channel")
  func critters() throws {
    let images = try draw([
      "critters", "--frames", "2", "--seed", "5", "--size", "128", "--curves", "3", "--amplitude",
      "6", "--thickness", "9", "--maximum-rotation", "0.2", "--vertical-spread", "0.8",
      "--horizontal-spread", "0.2", "--vertical-spacing", "8", "--connection-length", "40",
      "--connection-frequency", "0.02", "--random-phase", "--band", "0.04-0.05", "--band",
      "0.1-0.12", "--band", "0.2-0.22", "--band", "0.5-0.5",
    ])
    var critters = SinusoidalCritters(
      connection: .init(length: 40, frequency: 0.02, initialPhase: nil))
    critters.frameSize = 128
    critters.curveCount = 3
    critters.amplitude = 6
    critters.thickness = 9
    critters.maximumRotation = 0.2
    critters.verticalSpread = 0.8
    critters.horizontalSpread = 0.2
    critters.verticalSpacing = 8
    critters.bands = [.init(0.04, 0.05), .init(0.1, 0.12), .init(0.2, 0.22), .init(0.5, 0.5)]
    #expect(images.map(\.type) == [.float32, .float32])
    check(images, try critters.stack(frames: 2, seed: 5))
  }

  @Test("critters of two and of three waves have the authors' settings unless told otherwise")
  func critterKinds() throws {
    let size = ["critters", "--frames", "1", "--size", "128"]
    func expected(_ connection: SinusoidalCritters.Connection?) throws -> ImageStack {
      var critters = SinusoidalCritters(connection: connection)
      critters.frameSize = 128
      return try critters.stack(frames: 1, seed: 0)
    }
    check(try draw(size), try expected(nil))
    check(
      try draw(size + ["--connection-length", "0.2", "--initial-phase", "1"]),
      try expected(.init(length: 0.2, initialPhase: 1)))
    check(try draw(size + ["--connection-length", "third"]), try expected(.init(length: nil)))
  }

  /// Compares the files with the channels of a stack.
  private func check(_ images: [ImageStack], _ expected: ImageStack) {
    #expect(images.count == expected.channels)
    for (channel, image) in images.enumerated() {
      #expect(image.frames == expected.frames)
      for frame in 0..<image.frames {
        #expect(
          image.plane(frame: frame, channel: 0) == expected.plane(frame: frame, channel: channel))
      }
    }
  }

  @Test("impossible drawings are refused, and files are not replaced unless forced")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let cells = ["synthesize", "cells", "--size", "32"]
    try refused(
      cells + ["--frames", "1000000000", "-o", "a"], saying: ["memory"], in: folder.url)
    try refused(
      cells + ["--frames", "9000000000000000000", "-o", "a"], saying: ["memory"], in: folder.url)
    try refused(
      cells + ["--psf-sigma=-1", "-o", "a"], saying: ["psfSigma", "-1"], in: folder.url)
    try refused(
      ["synthesize", "critters", "--size", "4", "-o", "a"], saying: ["frameSize", "4"],
      in: folder.url)
    try refused(
      ["synthesize", "critters", "--vertical-spacing", "60", "-o", "a"], saying: ["do not fit"],
      in: folder.url)
    try refused(
      cells + ["--structure", "nuclei", "-o", "a"], saying: ["structures", "two or more"],
      in: folder.url)
    try refused(cells + ["--overlap", "1.5", "-o", "a"], saying: ["overlap"], in: folder.url)
    try accepted(cells + ["--frames", "1", "-o", "a"], in: folder.url)
    try refused(
      cells + ["--frames", "1", "-o", "a"], saying: ["nuclei.tif", "--force"], in: folder.url)
    try accepted(cells + ["--frames", "2", "-o", "a", "--force", "--quiet"], in: folder.url)
    #expect(try folder.url.image("a/nuclei.tif").frames == 2)
    try refused(
      cells + ["--frames", "1", "-o", "a/nuclei.tif/b"], saying: ["a/nuclei.tif"], in: folder.url)
  }
}
