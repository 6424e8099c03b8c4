import Foundation

/// Paints vesicles: spots about as small as the point-spread function, some large enough to show
/// as rings; many gather at the centrosome, the others thin out away from the nucleus.
struct VesiclePainter: CellPainter {
  private let specimen: Specimen
  private let parameters: SyntheticCells.Parameters
  private let allowance: Allowance

  init(_ specimen: Specimen) {
    self.specimen = specimen
    parameters = specimen.parameters
    allowance = specimen.allowance(of: .vesicles)
  }

  /// Adds the vesicles of one cell, and a little dye in its cytoplasm, to the plane.
  func paint(
    _ cell: SyntheticCell, brightness: Double, on plane: inout Plane,
    _ generator: inout SeededGenerator
  ) {
    let photons = parameters.vesiclePhotons * brightness
    specimen.fillCytoplasm(
      of: cell, brightness: Float(0.035 * photons), allowance: allowance, on: &plane)
    let size = cell.radius / (parameters.cellDiameter / 2)
    let number = generator.logNormal(deviation: 0.3) * Double(parameters.vesiclesPerCell)
    let gathered = generator.uniform(0.25...0.65)
    for _ in 0..<Int((number * size * size).rounded()) {
      let isGathered = generator.uniform() < gathered
      guard let place = findPlace(in: cell, isGathered: isGathered, &generator) else { continue }
      paintVesicle(at: place, photons: photons, on: &plane, &generator)
    }
  }

  /// A place in the cytoplasm where vesicles may be; nil when a few tries find none.
  private func findPlace(
    in cell: SyntheticCell, isGathered: Bool, _ generator: inout SeededGenerator
  ) -> (x: Float, y: Float)? {
    for _ in 0..<5 {
      let place = isGathered ? gatheredPlace(in: cell, &generator) : place(in: cell, &generator)
      // In projection, few lie above or below the nucleus.
      let isOutside = cell.nucleus.fraction(x: place.x, y: place.y) > 1.04
      guard isOutside || generator.uniform() < 0.06 else { continue }
      guard cell.body.fraction(x: place.x, y: place.y) < 0.96 else { continue }
      if generator.uniform() < Double(allowance(x: place.x, y: place.y)) { return place }
    }
    return nil
  }

  private func gatheredPlace(
    in cell: SyntheticCell, _ generator: inout SeededGenerator
  ) -> (x: Float, y: Float) {
    let angle = cell.centrosomeAngle
    let distance = Double(cell.nucleus.radius(angle: Float(angle))) + 0.13 * cell.radius
    let spread = 0.15 * cell.radius
    return (
      cell.body.centre.x + Float(distance * cos(angle) + spread * generator.normal()),
      cell.body.centre.y + Float(distance * sin(angle) + spread * generator.normal())
    )
  }

  private func place(
    in cell: SyntheticCell, _ generator: inout SeededGenerator
  ) -> (x: Float, y: Float) {
    let angle = Float(generator.uniform(0...(2 * .pi)))
    let inner = cell.nucleus.radius(angle: angle)
    let room = cell.body.radius(angle: angle) - inner
    let distance = inner - 2 - Float(0.4 * log(1 - generator.uniform())) * (room + 2)
    return (
      cell.body.centre.x + distance * cos(angle), cell.body.centre.y + distance * sin(angle)
    )
  }

  /// A ball of dye or, when large, often a shell of it, made of points on its disc.
  private func paintVesicle(
    at place: (x: Float, y: Float), photons: Double, on plane: inout Plane,
    _ generator: inout SeededGenerator
  ) {
    let variation = parameters.vesicleVariation
    let median = parameters.vesicleDiameter / 2
    let radius = median * min(4, generator.logNormal(deviation: variation))
    let isRing = generator.uniform() < 0.6 && radius > 1.5 * parameters.psfSigma
    // The light that gives the wanted brightness in the middle of a blurred ball.
    let spread = parameters.psfSigma * parameters.psfSigma + radius * radius / 5
    let strength = generator.logNormal(deviation: 1.4 * variation) * pow(radius / median, 0.5)
    let light = 2 * .pi * spread * photons * strength
    let count = Int((4 + 6 * radius * radius).rounded(.up))
    let points = (0..<count).map { k in
      let fraction = ((Double(k) + 0.5) / Double(count)).squareRoot()
      let depth = 1 - fraction * fraction
      let turn = 2.399963 * Double(k)  // the golden angle spreads points evenly
      return (
        x: Float(radius * fraction * cos(turn)), y: Float(radius * fraction * sin(turn)),
        weight: isRing ? 1 / (depth + 0.04).squareRoot() : depth.squareRoot()
      )
    }
    let total = points.reduce(0) { $0 + $1.weight }
    for point in points {
      plane.splat(
        x: place.x + point.x, y: place.y + point.y, Float(light * point.weight / total))
    }
  }
}
