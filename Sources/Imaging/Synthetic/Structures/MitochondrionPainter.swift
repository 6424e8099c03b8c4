import Foundation

/// Paints mitochondria: bent tubes of varying width around the nucleus, broken into pieces in some
/// cells and branched into networks in others.
struct MitochondrionPainter: CellPainter {
  private let specimen: Specimen
  private let parameters: SyntheticCells.Parameters
  private let allowance: Allowance

  init(_ specimen: Specimen) {
    self.specimen = specimen
    parameters = specimen.parameters
    allowance = specimen.allowance(of: .mitochondria)
  }

  /// A tube before it is drawn.
  private struct Tube {
    var x: Float
    var y: Float
    var angle: Float
    var length: Float
    var radius: Float
    var brightness: Float
    /// How many branchings lie between it and the first tube.
    var order: Int
    var passesNucleus: Bool
  }

  /// Adds the mitochondria of one cell, and a little dye in its cytoplasm, to the plane.
  func paint(
    _ cell: SyntheticCell, brightness: Double, on plane: inout Plane,
    _ generator: inout SeededGenerator
  ) {
    let photons = parameters.mitochondrionPhotons * brightness
    specimen.fillCytoplasm(
      of: cell, brightness: Float(0.05 * photons), allowance: allowance, on: &plane)
    let size = cell.radius / (parameters.cellDiameter / 2)
    // Short tubes do not branch much, long ones form networks; cells differ in which they have,
    // less in how much of them.
    let elongation = cell.isCondensed ? 0.3 : generator.logNormal(deviation: 0.45)
    let branching = 0.25 * min(2, elongation) / parameters.mitochondrionLength
    let count = Double(parameters.mitochondriaPerCell) * size * size
    var missing = Float(count * parameters.mitochondrionLength)
    for _ in 0..<Int(8 * count) where missing > 0 {
      guard let first = findTube(in: cell, elongation: elongation, &generator) else {
        missing -= Float(parameters.mitochondrionLength)
        continue
      }
      var waiting = [first]
      while missing > 0, let tube = waiting.popLast() {
        missing -= tube.length
        waiting += trace(
          tube, in: cell, photons: photons, branching: branching, on: &plane, &generator)
      }
    }
  }

  /// A tube that begins where mitochondria may be; nil when a few tries find no place.
  private func findTube(
    in cell: SyntheticCell, elongation: Double, _ generator: inout SeededGenerator
  ) -> Tube? {
    for _ in 0..<5 {
      let direction = Float(generator.uniform(0...(2 * .pi)))
      let inner = cell.nucleus.radius(angle: direction)
      let room = cell.body.radius(angle: direction) - inner
      let distance = inner + 2 - Float(0.38 * log(1 - generator.uniform())) * room
      let x = cell.body.centre.x + distance * cos(direction)
      let y = cell.body.centre.y + distance * sin(direction)
      guard cell.body.fraction(x: x, y: y) < 0.88 else { continue }
      guard generator.uniform() < Double(allowance(x: x, y: y)) else { continue }
      // Tubes run along microtubules: outwards, the more so the farther from the nucleus.
      let deviation = generator.uniform() < 0.35 ? 1.5 : 0.5
      let flip: Float = generator.uniform() < 0.5 ? .pi : 0
      let length =
        parameters.mitochondrionLength * elongation * generator.logNormal(deviation: 0.5)
      return Tube(
        x: x, y: y, angle: direction + Float(deviation * generator.normal()) + flip,
        length: Float(length),
        radius: Float(
          parameters.mitochondrionDiameter / 2 * generator.logNormal(deviation: 0.15)),
        brightness: Float(generator.logNormal(deviation: 0.3)), order: 0,
        passesNucleus: generator.uniform() < 0.08)
    }
    return nil
  }

  /// Draws a tube step by step and returns the branches that begin on it.
  private func trace(
    _ tube: Tube, in cell: SyntheticCell, photons: Double, branching: Double,
    on plane: inout Plane, _ generator: inout SeededGenerator
  ) -> [Tube] {
    let step = WormlikeWalk.step
    var walk = WormlikeWalk(
      x: tube.x, y: tube.y, angle: tube.angle, persistence: 32, memory: 6, &generator)
    // The light per length that gives the wanted brightness in the middle of a blurred tube.
    let spread = parameters.psfSigma * parameters.psfSigma + Double(tube.radius * tube.radius) / 4
    let light = Float(photons * (2 * .pi * spread).squareRoot()) * tube.brightness
    let steps = max(1, Int(tube.length / step))
    var branches: [Tube] = []
    var swelling: Float = 0
    var steering: Float = 0
    for i in 0..<steps {
      if i % 3 == 0 {
        let body = cell.body.fraction(x: walk.x, y: walk.y)
        if body > 0.97 { return branches }
        steering = body > 0.82 ? walk.turn(along: cell.body) * 0.12 : 0
        let nucleus = cell.nucleus.fraction(x: walk.x, y: walk.y)
        if nucleus < 1.15 && !tube.passesNucleus {
          if nucleus < 0.93 { return branches }
          steering = walk.turn(along: cell.nucleus, outwards: true) * 0.25
        }
      }
      walk.advance(steering: steering, &generator)
      swelling = 0.93 * swelling + 0.37 * generator.bell()
      let width = tube.radius * exp(0.17 * swelling)
      let fromEnd = Float(min(i + (tube.order > 0 ? steps : 0), steps - 1 - i)) * step + 0.5
      let cap = fromEnd < width ? (1 - (1 - fromEnd / width) * (1 - fromEnd / width)) : 1
      let beads = exp(0.12 * swelling) * step * allowance(x: walk.x, y: walk.y)
      stamp(walk, radius: width * cap.squareRoot(), light * beads * width / tube.radius, on: &plane)
      if tube.order < 3 && generator.uniform() < branching * Double(step) {
        let side: Float = generator.uniform() < 0.5 ? 1 : -1
        branches.append(
          Tube(
            x: walk.x, y: walk.y, angle: walk.angle + side * Float(generator.uniform(0.5...1.2)),
            length: tube.length * Float(generator.uniform(0.3...0.9)), radius: 0.95 * tube.radius,
            brightness: tube.brightness, order: tube.order + 1, passesNucleus: tube.passesNucleus))
      }
    }
    return branches
  }

  /// Adds a slice across a tube: light in proportion to the thickness of a filled cylinder.
  private func stamp(_ walk: WormlikeWalk, radius: Float, _ light: Float, on plane: inout Plane) {
    let reach = Int(radius / 0.6)
    let offsets = (-reach...reach).map { Float($0) * 0.6 }
    let weights = offsets.map { max(0.05, 1 - $0 * $0 / max(0.1, radius * radius)).squareRoot() }
    let total = weights.reduce(0, +)
    let (across, along) = (-sin(walk.angle), cos(walk.angle))
    for (offset, weight) in zip(offsets, weights) {
      plane.splat(
        x: walk.x + offset * across, y: walk.y + offset * along, light * weight / total)
    }
  }
}
