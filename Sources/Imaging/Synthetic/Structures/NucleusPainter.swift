import Foundation

/// Paints nuclei: chromatin of uneven density, nucleoli as holes, a dense rim and dense spots.
struct NucleusPainter: CellPainter {
  private let parameters: SyntheticCells.Parameters
  private let textures: CellTextures

  init(_ specimen: Specimen) {
    parameters = specimen.parameters
    textures = specimen.textures
  }

  private struct Blob {
    var x: Float
    var y: Float
    var radius: Float
    var strength: Float
  }

  /// Adds one nucleus to the plane.
  func paint(
    _ cell: SyntheticCell, brightness: Double, on plane: inout Plane,
    _ generator: inout SeededGenerator
  ) {
    let photons = Float(parameters.nucleusPhotons * brightness * (cell.isCondensed ? 2 : 1))
    let size = Float(cell.nucleusRadius)
    let contrast = Float(parameters.chromatinContrast * generator.uniform(0.7...1.3))
    let rim = Float(generator.uniform(0...0.3)) * min(1, contrast / 0.2)
    let nucleoli = drawBlobs(
      cell, count: cell.isCondensed ? 0 : Int(generator.uniform(1...5.5)),
      within: 0.62, radius: 0.09...0.2, strength: 0.35...0.65, &generator)
    let spots = drawBlobs(
      cell, count: Int(generator.uniform(0...16)), within: 0.9, radius: 0.035...0.08,
      strength: 0.15...0.6, &generator)
    let flatness = Float(generator.uniform(0.62...0.8))

    let outline = cell.nucleus
    forEachPixel(in: outline, height: plane.height, width: plane.width) { x, y, i in
      let (dx, dy) = (x - outline.centre.x, y - outline.centre.y)
      let distance = (dx * dx + dy * dy).squareRoot()
      let radius = outline.radius(angle: atan2(dy, dx))
      guard distance < radius else { return }
      let fraction = distance / radius
      let depth = radius - distance
      let grain =
        0.5 * textures.fine.values[i] + 0.65 * textures.medium.values[i]
        + 0.55 * textures.coarse.values[i]
      var value = flatness + (1 - flatness) * (1 - fraction * fraction).squareRoot()
      value *= smoothStep(depth / (0.1 * size + 1))
      let rimDepth = (depth - 0.1 * size) / (0.07 * size + 0.5)
      var chromatin = exp(contrast * grain) + rim * exp(-rimDepth * rimDepth)
      let wobble = 1 + 0.16 * textures.medium.values[i]
      for hole in nucleoli {
        let gap = hypot(x - hole.x, y - hole.y) * wobble / hole.radius
        chromatin *= 1 - hole.strength * smoothStep(1.5 - gap)
        let shell = (gap - 1.35) / 0.3
        chromatin += 0.6 * rim * exp(-shell * shell)
      }
      for spot in spots {
        let gap = hypot(x - spot.x, y - spot.y) / spot.radius
        if gap < 3 { chromatin += spot.strength * contrast / 0.22 * exp(-0.5 * gap * gap) }
      }
      plane.values[i] += photons * value * chromatin
    }
  }

  private func drawBlobs(
    _ cell: SyntheticCell, count: Int, within: Double, radius: ClosedRange<Double>,
    strength: ClosedRange<Double>, _ generator: inout SeededGenerator
  ) -> [Blob] {
    (0..<count).map { _ in
      let angle = generator.uniform(0...(2 * .pi))
      let distance =
        within * generator.uniform().squareRoot()
        * Double(cell.nucleus.radius(angle: Float(angle)))
      return Blob(
        x: cell.nucleus.centre.x + Float(distance * cos(angle)),
        y: cell.nucleus.centre.y + Float(distance * sin(angle)),
        radius: Float(cell.nucleusRadius * generator.uniform(radius)),
        strength: Float(generator.uniform(strength)))
    }
  }
}
