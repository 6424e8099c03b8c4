import Foundation

/// Paints a cell's filaments: most grow from the centrosome, some lie in bundles along the cell or
/// follow its edge; all bend like rods of a given persistence length.
struct FilamentPainter {
  private let parameters: SyntheticCells.Parameters
  private let textures: CellTextures
  /// Brightness per pixel of length that gives the wanted brightness under the microscope.
  private let density: Double

  init(_ parameters: SyntheticCells.Parameters, _ textures: CellTextures) {
    self.parameters = parameters
    self.textures = textures
    density = parameters.filamentPhotons * (2 * Double.pi).squareRoot() * parameters.psfSigma
  }

  /// Adds the filaments of one cell, and its unbound protein, to the plane.
  func paint(_ cell: SyntheticCell, on plane: inout Plane, _ generator: inout SeededGenerator) {
    let brightness =
      density * generator.logNormal(deviation: parameters.brightnessVariation)
      * (cell.isCondensed ? 1.5 : 1)
    paintUnbound(cell, brightness: Float(0.15 * brightness), on: &plane, &generator)
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
    let side = generator.uniform(0...(2 * .pi))
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

  /// Draws a filament step by step.
  ///
  /// Its curvature wanders (an Ornstein–Uhlenbeck process), which
  /// gives smooth bends and, over long distances, the wanted persistence length.
  private func trace(
    _ path: Path, in cell: SyntheticCell, brightness: Double, on plane: inout Plane,
    _ generator: inout SeededGenerator
  ) {
    let step: Float = 0.7
    let memory: Float = 10
    let persistence = Float(parameters.persistenceLength) * path.stiffness
    let deviation = 1 / (2 * memory * persistence).squareRoot()
    let keep = exp(-step / memory)
    let kick = deviation * (1 - keep * keep).squareRoot()
    var (x, y, angle) = (path.x, path.y, path.angle)
    var curvature = deviation * generator.bell()
    var steering: Float = 0
    let steps = Int(path.length / step)
    let weight = Float(brightness) * path.brightness * step
    for i in 0..<steps {
      if i % 4 == 0 {
        let body = cell.body.fraction(x: x, y: y)
        if body > 1 { return }
        steering = body > 0.86 ? turn(along: cell.body, x, y, angle) * 0.05 : 0
        if path.avoidsNucleus {
          let nucleus = cell.nucleus.fraction(x: x, y: y)
          if nucleus < 1.12 && nucleus > 0.4 {
            steering = turn(along: cell.nucleus, x, y, angle, outwards: true) * 0.09
          }
        }
      }
      curvature = keep * curvature + kick * generator.bell()
      angle += (curvature + steering) * step
      x += cos(angle) * step
      y += sin(angle) * step
      let along = Float(i) / Float(steps)
      let taper = (1 - 0.45 * along) * min(1, Float(steps - i) / 10) * min(1, Float(i + 2) / 8)
      plane.splat(x: x, y: y, weight * taper)
    }
  }

  /// The way to turn so as to run along an outline: 1 left, -1 right, 0 when already there.
  private func turn(
    along outline: Outline, _ x: Float, _ y: Float, _ angle: Float, outwards: Bool = false
  ) -> Float {
    let (dx, dy) = (x - outline.centre.x, y - outline.centre.y)
    let distance = max(1e-3, (dx * dx + dy * dy).squareRoot())
    let outward = (dx * cos(angle) + dy * sin(angle)) / distance
    if outwards ? outward > 0.05 : outward < -0.05 { return 0 }
    let cross = (dx * sin(angle) - dy * cos(angle)) / distance
    let sense: Float = cross >= 0 ? 1 : -1
    return outwards ? -sense : sense
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
      plane.splat(
        x: cell.body.centre.x + radius * cos(angle), y: cell.body.centre.y + radius * sin(angle),
        weight * taper * step)
      angle += step / max(4, radius)
    }
  }

  /// Fills the cell with protein that is in no filament: most where the cell is thick.
  private func paintUnbound(
    _ cell: SyntheticCell, brightness: Float, on plane: inout Plane,
    _ generator: inout SeededGenerator
  ) {
    // The fields backwards, so that the cytoplasm does not repeat the chromatin.
    let last = textures.coarse.values.count - 1
    let thickness = cell.isCondensed ? 6 : Float(generator.uniform(0.7...1.4))
    forEachPixel(in: cell.body, height: plane.height, width: plane.width) { x, y, i in
      let body = cell.body.fraction(x: x, y: y)
      guard body < 1 else { return }
      let nucleus = cell.nucleus.fraction(x: x, y: y)
      let hole = 0.5 + 0.5 * smoothStep((nucleus - 0.8) / 0.3)
      let mound = 0.35 + 1.3 * exp(-1.2 * max(0, nucleus - 0.9))
      let grain =
        1 + 0.12 * textures.coarse.values[last - i] + 0.1 * textures.medium.values[last - i]
      let edge = smoothStep((1 - body) * 6)
      plane.values[i] += brightness * thickness * hole * mound * edge * max(0, grain)
    }
  }
}

extension Plane {
  /// Adds a weight at a place between pixels, shared among the four nearest.
  fileprivate mutating func splat(x: Float, y: Float, _ weight: Float) {
    let (left, top) = (x.rounded(.down), y.rounded(.down))
    guard left >= 0 && top >= 0 && left < Float(width - 1) && top < Float(height - 1) else {
      return
    }
    let (dx, dy) = (x - left, y - top)
    let i = Int(top) * width + Int(left)
    values[i] += weight * (1 - dx) * (1 - dy)
    values[i + 1] += weight * dx * (1 - dy)
    values[i + width] += weight * (1 - dx) * dy
    values[i + width + 1] += weight * dx * dy
  }
}

extension SeededGenerator {
  /// A bell-shaped number with mean 0 and standard deviation 1, at the price of one draw.
  fileprivate mutating func bell() -> Float {
    let bits = next()
    let sum = Float(bits >> 43) + Float(bits >> 22 & 0x1F_FFFF) + Float(bits & 0x1F_FFFF)
    return (sum * 0x1p-21 - 1.5) * 2
  }
}
