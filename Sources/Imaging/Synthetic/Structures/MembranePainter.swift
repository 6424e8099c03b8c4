import Foundation

/// Paints the membrane of cells: the edge where it is seen side on, ruffles along it, thin threads
/// that stick out, and the faint faces above and below the cell.
struct MembranePainter: CellPainter {
  private let parameters: SyntheticCells.Parameters
  private let textures: CellTextures
  private let allowance: Allowance
  /// Brightness per pixel of length that gives the wanted brightness under the microscope.
  private let density: Double

  init(_ specimen: Specimen) {
    parameters = specimen.parameters
    textures = specimen.textures
    allowance = specimen.allowance(of: .membrane)
    density = parameters.membranePhotons * (2 * Double.pi).squareRoot() * parameters.psfSigma
  }

  /// Adds the membrane of one cell to the plane.
  func paint(
    _ cell: SyntheticCell, brightness: Double, on plane: inout Plane,
    _ generator: inout SeededGenerator
  ) {
    let condensation = cell.isCondensed ? 1.6 : 1
    paintFaces(
      of: cell, photons: Float(0.16 * parameters.membranePhotons * brightness * condensation),
      on: &plane)
    let line = density * brightness * condensation
    traceEdge(of: cell, from: 0, span: 2 * .pi, depth: 1, line: line, on: &plane, &generator)
    guard !cell.isCondensed else { return }
    for _ in 0..<Int(generator.uniform(3...9)) {
      let start = Float(generator.uniform(0...(2 * .pi)))
      traceEdge(
        of: cell, from: start, span: Float(generator.uniform(0.15...0.7)),
        depth: Float(generator.uniform(0.88...0.98)),
        line: line * generator.uniform(0.3...0.9), on: &plane, &generator)
    }
    for _ in 0..<Int(generator.uniform(2...16)) {
      traceThread(of: cell, line: 0.35 * line, on: &plane, &generator)
    }
  }

  /// Draws a line along the edge, or parallel to it inside, whose brightness and place waver.
  private func traceEdge(
    of cell: SyntheticCell, from start: Float, span: Float, depth: Float, line: Double,
    on plane: inout Plane, _ generator: inout SeededGenerator
  ) {
    let isWhole = depth == 1
    let step = 0.7 / max(4, cell.body.reach)
    let keep = exp(-0.7 / Float(14))
    let kick = (1 - keep * keep).squareRoot()
    var brightness = generator.bell()
    var waver: Float = 0
    var angle = start
    var last: (x: Float, y: Float)?
    while angle < start + span {
      let along = (angle - start) / span
      brightness = keep * brightness + kick * generator.bell()
      waver = keep * waver + kick * generator.bell()
      // Both fade towards the ends, so that the edge closes and ruffles taper off.
      let taper = smoothStep(8 * along) * smoothStep(8 - 8 * along)
      let radius = cell.body.radius(angle: angle) * depth + 0.9 * waver * taper
      let x = cell.body.centre.x + radius * cos(angle)
      let y = cell.body.centre.y + radius * sin(angle)
      if let last {
        let length = hypot(x - last.x, y - last.y)
        let level = exp(0.35 * brightness * taper) * (isWhole ? 1 : taper)
        plane.splat(x: x, y: y, Float(line) * level * length * allowance(x: x, y: y))
      }
      last = (x, y)
      angle += step
    }
  }

  /// Draws a thread that sticks out of the edge.
  private func traceThread(
    of cell: SyntheticCell, line: Double, on plane: inout Plane,
    _ generator: inout SeededGenerator
  ) {
    let direction = Float(generator.uniform(0...(2 * .pi)))
    let radius = cell.body.radius(angle: direction)
    var walk = WormlikeWalk(
      x: cell.body.centre.x + radius * cos(direction),
      y: cell.body.centre.y + radius * sin(direction),
      angle: direction + Float(0.35 * generator.normal()), persistence: 120, memory: 10, &generator)
    let steps = Int(0.2 * cell.radius * generator.logNormal(deviation: 0.5) / 0.7)
    for i in 0..<steps {
      walk.advance(steering: 0, &generator)
      let taper = 1 - 0.7 * Float(i) / Float(steps)
      plane.splat(
        x: walk.x, y: walk.y,
        Float(line) * taper * WormlikeWalk.step * allowance(x: walk.x, y: walk.y))
    }
  }

  /// Fills the cell with the light of its upper and lower face.
  private func paintFaces(of cell: SyntheticCell, photons: Float, on plane: inout Plane) {
    let last = textures.coarse.values.count - 1
    forEachPixel(in: cell.body, height: plane.height, width: plane.width) { x, y, i in
      guard cell.body.fraction(x: x, y: y) < 1 else { return }
      let nucleus = cell.nucleus.fraction(x: x, y: y)
      let mound = 0.6 + 0.8 * exp(-0.9 * max(0, nucleus - 0.8))
      let folds =
        0.16 * textures.fine.values[last - i] + 0.2 * textures.medium.values[last - i]
        + 0.15 * textures.coarse.values[i]
      plane.values[i] += photons * mound * exp(folds) * allowance[i]
    }
  }
}
