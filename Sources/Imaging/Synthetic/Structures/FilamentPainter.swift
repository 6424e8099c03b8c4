import Foundation

/// Paints a cell's filaments: most grow from the centrosome, some lie in bundles along the cell or
/// follow its edge; all bend like rods of a given persistence length.
struct FilamentPainter: CellPainter {
  private let specimen: Specimen
  private let parameters: SyntheticCells.Parameters
  private let allowance: Allowance
  /// Brightness per pixel of length that gives the wanted brightness under the microscope.
  private let density: Double

  init(_ specimen: Specimen) {
    self.specimen = specimen
    parameters = specimen.parameters
    allowance = specimen.allowance(of: .filaments)
    density = parameters.filamentPhotons * (2 * Double.pi).squareRoot() * parameters.psfSigma
  }

  /// Adds the filaments of one cell, and its unbound protein, to the plane.
  func paint(
    _ cell: SyntheticCell, brightness: Double, on plane: inout Plane,
    _ generator: inout SeededGenerator
  ) {
    let brightness = density * brightness * (cell.isCondensed ? 1.5 : 1)
    let thickness = cell.isCondensed ? 6 : generator.uniform(0.7...1.4)
    specimen.fillCytoplasm(
      of: cell, brightness: Float(0.15 * brightness * thickness), allowance: allowance, on: &plane)
    let size = cell.radius / (parameters.cellDiameter / 2)
    let count = Int((Double(parameters.filamentsPerCell) * size * size).rounded())
    let paths =
      radialPaths(cell, count: count, &generator)
      + bundledPaths(cell, count: count / 5, &generator)
    for path in paths { trace(path, in: cell, brightness: brightness, on: &plane, &generator) }
    for _ in 0..<count / 12 { traceEdge(of: cell, brightness: brightness, on: &plane, &generator) }
  }

  /// How a filament begins.
  private struct Path {
    var x: Float
    var y: Float
    var angle: Float
    var length: Float
    var stiffness: Float
    var brightness: Float
    var avoidsNucleus: Bool
  }

  private func radialPaths(
    _ cell: SyntheticCell, count: Int, _ generator: inout SeededGenerator
  ) -> [Path] {
    let side = cell.centrosomeAngle
    let distance = Double(cell.nucleus.radius(angle: Float(side))) + generator.uniform(0...6)
    let origin = (
      x: Double(cell.body.centre.x) + distance * cos(side),
      y: Double(cell.body.centre.y) + distance * sin(side)
    )
    return (0..<count).map { _ in
      var (x, y) = origin
      var angle = generator.uniform(0...(2 * .pi))
      let isFree = generator.uniform() < 0.62
      if isFree {
        let direction = generator.uniform(0...(2 * .pi))
        let reach =
          0.9 * generator.uniform().squareRoot()
          * Double(cell.body.radius(angle: Float(direction)))
        x = Double(cell.body.centre.x) + reach * cos(direction)
        y = Double(cell.body.centre.y) + reach * sin(direction)
        let flip = generator.uniform() < 0.3 ? Double.pi : 0
        angle = atan2(y - origin.y, x - origin.x) + 0.55 * generator.normal() + flip
      } else {
        let start = cell.radius * 0.35 * generator.uniform() * generator.uniform()
        x += start * cos(angle) + 0.04 * cell.radius * generator.normal()
        y += start * sin(angle) + 0.04 * cell.radius * generator.normal()
      }
      return Path(
        x: Float(x), y: Float(y), angle: Float(angle),
        length: Float(cell.radius * generator.uniform(isFree ? 0.3...1.2 : 0.5...2)),
        stiffness: 1, brightness: Float(generator.logNormal(deviation: 0.35)),
        avoidsNucleus: generator.uniform() < 0.8)
    }
  }

  private func bundledPaths(
    _ cell: SyntheticCell, count: Int, _ generator: inout SeededGenerator
  ) -> [Path] {
    var paths: [Path] = []
    while paths.count < count {
      let direction = generator.uniform(0...(2 * .pi))
      let reach =
        generator.uniform(0.55...0.95) * Double(cell.body.radius(angle: Float(direction)))
      let angle = cell.axis + 0.2 * generator.normal() + (generator.uniform() < 0.5 ? .pi : 0)
      let strength = 0.8 * generator.logNormal(deviation: 0.4)
      let length = cell.radius * generator.uniform(0.7...2)
      for _ in 0..<Int(generator.uniform(2...6)) {
        let aside = 3.2 * generator.normal()
        let along = 0.2 * cell.radius * generator.normal()
        paths.append(
          Path(
            x: cell.body.centre.x
              + Float(reach * cos(direction) + along * cos(angle) - aside * sin(angle)),
            y: cell.body.centre.y
              + Float(reach * sin(direction) + along * sin(angle) + aside * cos(angle)),
            angle: Float(angle + 0.05 * generator.normal()),
            length: Float(length * generator.uniform(0.7...1.1)), stiffness: 3,
            brightness: Float(strength), avoidsNucleus: false))
      }
    }
    return paths
  }

  /// Draws a filament step by step, along the cell's edge where it meets it.
  private func trace(
    _ path: Path, in cell: SyntheticCell, brightness: Double, on plane: inout Plane,
    _ generator: inout SeededGenerator
  ) {
    var walk = WormlikeWalk(
      x: path.x, y: path.y, angle: path.angle,
      persistence: Float(parameters.persistenceLength) * path.stiffness, memory: 10, &generator)
    var steering: Float = 0
    let steps = Int(path.length / WormlikeWalk.step)
    let weight = Float(brightness) * path.brightness * WormlikeWalk.step
    for i in 0..<steps {
      if i % 4 == 0 {
        let body = cell.body.fraction(x: walk.x, y: walk.y)
        if body > 1 { return }
        steering = body > 0.86 ? walk.turn(along: cell.body) * 0.05 : 0
        if path.avoidsNucleus {
          let nucleus = cell.nucleus.fraction(x: walk.x, y: walk.y)
          if nucleus < 1.12 && nucleus > 0.4 {
            steering = walk.turn(along: cell.nucleus, outwards: true) * 0.09
          }
        }
      }
      walk.advance(steering: steering, &generator)
      let along = Float(i) / Float(steps)
      let taper = (1 - 0.45 * along) * min(1, Float(steps - i) / 10) * min(1, Float(i + 2) / 8)
      plane.splat(x: walk.x, y: walk.y, weight * taper * allowance(x: walk.x, y: walk.y))
    }
  }

  /// Draws a filament that follows the cell's edge for a while.
  private func traceEdge(
    of cell: SyntheticCell, brightness: Double, on plane: inout Plane,
    _ generator: inout SeededGenerator
  ) {
    let span = Float(generator.uniform(0.25...1.3))
    let start = Float(generator.uniform(0...(2 * .pi)))
    let depth = Float(generator.uniform(0.86...0.985))
    let drift = Float(0.04 * generator.normal())
    let weight = Float(brightness * 0.9 * generator.logNormal(deviation: 0.4))
    let step: Float = 0.7
    var angle = start
    while angle < start + span {
      let along = (angle - start) / span
      let radius = cell.body.radius(angle: angle) * min(0.99, depth + drift * along)
      let taper = smoothStep(6 * along) * smoothStep(6 - 6 * along)
      let x = cell.body.centre.x + radius * cos(angle)
      let y = cell.body.centre.y + radius * sin(angle)
      plane.splat(x: x, y: y, weight * taper * step * allowance(x: x, y: y))
      angle += step / max(4, radius)
    }
  }
}
