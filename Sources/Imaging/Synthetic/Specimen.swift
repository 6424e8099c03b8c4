import Foundation

/// The cells of one frame, before any structure of them is drawn.
///
/// Every structure draws from a stream of its own, so none changes when another one joins.
struct Specimen {
  /// What the specimen and the microscope are like.
  let parameters: SyntheticCells.Parameters
  /// Smooth random fields over the plane.
  let textures: CellTextures
  /// The cells, with what they look like apart from their structures.
  let cells: [SyntheticCell]
  /// The lamp, which shines on all channels alike.
  let lamp: Optics.Illumination
  /// Who may be where; nil when everyone may be everywhere.
  let territories: Territories?
  /// Seed of all frames.
  private let seed: UInt64
  /// Index of the frame.
  private let frame: UInt64

  /// The cells of a frame on a plane of the given size.
  init(
    _ parameters: SyntheticCells.Parameters, height: Int, width: Int, seed: UInt64, frame: Int
  ) {
    self.parameters = parameters
    self.seed = seed
    self.frame = UInt64(frame)
    var places = Self.generator(seed: seed, frame: self.frame, kind: 0)
    textures = CellTextures(height: height, width: width, &places)
    var cells = CellLayout(parameters, height: height, width: width).cells(&places)
    lamp = Optics.Illumination(falloff: parameters.illuminationFalloff, &places)
    var traits = Self.generator(seed: seed, frame: self.frame, kind: 0, second: true)
    for i in cells.indices {
      cells[i].sharedBrightness = traits.normal()
      cells[i].centrosomeAngle = traits.uniform(0...(2 * .pi))
    }
    self.cells = cells
    territories =
      parameters.overlap < 1
      ? Territories(parameters, cells, height: height, width: width, &traits) : nil
  }

  /// Brightness of a structure in every cell: log-normal, and with the correlation between
  /// structures that the parameters ask for.
  func brightness(of structure: SyntheticCells.Structure) -> [Double] {
    var generator = self.generator(of: structure)
    return drawBrightness(&generator)
  }

  /// A structure of all cells in photons, `[H, W]`, as it would be seen without any blur.
  func paint(_ structure: SyntheticCells.Structure) -> Plane {
    var plane = Plane(height: textures.fine.height, width: textures.fine.width)
    var generator = self.generator(of: structure)
    let brightness = drawBrightness(&generator)
    let painter = structure.painter(self)
    for (cell, brightness) in zip(cells, brightness) {
      painter.paint(cell, brightness: brightness, on: &plane, &generator)
    }
    return plane
  }

  /// The factor of a structure's exposure in this frame.
  func exposure(of structure: SyntheticCells.Structure) -> Double {
    var generator = Self.generator(
      seed: seed, frame: frame, kind: Self.exposureKinds + structure.streams)
    return pow(parameters.exposureRange, generator.uniform(-0.5...0.5))
  }

  /// The random numbers of the camera that takes a structure.
  func camera(of structure: SyntheticCells.Structure) -> SeededGenerator {
    Self.generator(seed: seed, frame: frame, kind: structure.streams, second: true)
  }

  private func generator(of structure: SyntheticCells.Structure) -> SeededGenerator {
    Self.generator(seed: seed, frame: frame, kind: structure.streams)
  }

  private func drawBrightness(_ generator: inout SeededGenerator) -> [Double] {
    let shared = parameters.correlation.squareRoot()
    let own = (1 - parameters.correlation).squareRoot()
    return cells.map { cell in
      let factor = shared * cell.sharedBrightness + own * generator.normal()
      return exp(parameters.brightnessVariation * factor)
    }
  }

  /// What is added to a structure's streams for the kind that draws its exposures.
  private static let exposureKinds: UInt64 = 1 << 8

  /// One of the two streams that a kind has in every frame.
  private static func generator(
    seed: UInt64, frame: UInt64, kind: UInt64, second: Bool = false
  ) -> SeededGenerator {
    SeededGenerator(seed: seed, stream: kind << 40 + 2 * frame + (second ? 1 : 0))
  }
}

extension Specimen {
  /// Fills a cell with dye that is bound to no structure: most where the cell is thick.
  func fillCytoplasm(
    of cell: SyntheticCell, brightness: Float, allowance: Allowance, on plane: inout Plane
  ) {
    // The fields backwards, so that the cytoplasm does not repeat the chromatin.
    let last = textures.coarse.values.count - 1
    forEachPixel(in: cell.body, height: plane.height, width: plane.width) { x, y, i in
      let body = cell.body.fraction(x: x, y: y)
      guard body < 1 else { return }
      let nucleus = cell.nucleus.fraction(x: x, y: y)
      let hole = 0.5 + 0.5 * smoothStep((nucleus - 0.8) / 0.3)
      let mound = 0.35 + 1.3 * exp(-1.2 * max(0, nucleus - 0.9))
      let grain =
        1 + 0.12 * textures.coarse.values[last - i] + 0.1 * textures.medium.values[last - i]
      let edge = smoothStep((1 - body) * 6)
      plane.values[i] += brightness * hole * mound * edge * max(0, grain) * allowance[i]
    }
  }
}
