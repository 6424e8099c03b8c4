import Foundation

/// One cell.
struct SyntheticCell {
  /// Size before neighbours and shape, in pixels.
  var radius: Double
  /// Direction of the long axis in radians.
  var axis: Double
  /// Border of the cell.
  var body: Outline
  /// Border of the nucleus.
  var nucleus: Outline
  /// Mean radius of the nucleus.
  var nucleusRadius: Double
  /// Whether the cell has rounded up and its chromatin is dense.
  var isCondensed: Bool
  /// Standard normal number behind the part of the brightness that all structures share.
  var sharedBrightness = 0.0
  /// Direction of the centrosome from the nucleus, in radians.
  var centrosomeAngle = 0.0
}

/// Spreads cells over a plate: in clumps and gaps, next to each other rather than on top.
struct CellLayout {
  private let parameters: SyntheticCells.Parameters
  private let height: Double
  private let width: Double

  init(_ parameters: SyntheticCells.Parameters, height: Int, width: Int) {
    self.parameters = parameters
    self.height = Double(height)
    self.width = Double(width)
  }

  private struct Seed {
    var x: Double
    var y: Double
    var radius: Double
    var nucleusRadius: Double
    var axis: Double
    var isCondensed: Bool
  }

  /// Squares of the plate and who sits in them, so that only near cells need comparing.
  private struct Plots {
    struct Place: Hashable {
      var column: Int
      var row: Int
    }

    let size: Double
    var members: [Place: [Int]] = [:]

    private func place(_ x: Double, _ y: Double) -> Place {
      Place(column: Int((x / size).rounded(.down)), row: Int((y / size).rounded(.down)))
    }

    mutating func add(_ index: Int, x: Double, y: Double) {
      members[place(x, y), default: []].append(index)
    }

    /// Who sits in the square of a place or in one of the eight around it.
    func around(x: Double, y: Double) -> [Int] {
      let centre = place(x, y)
      var found: [Int] = []
      for row in centre.row - 1...centre.row + 1 {
        for column in centre.column - 1...centre.column + 1 {
          found += members[Place(column: column, row: row)] ?? []
        }
      }
      return found
    }
  }

  /// Cells whose body may reach into the plane.
  func cells(_ generator: inout SeededGenerator) -> [SyntheticCell] {
    let (seeds, plots) = scatter(&generator)
    return seeds.indices.map { index in
      let neighbours = plots.around(x: seeds[index].x, y: seeds[index].y)
        .filter { $0 != index }.map { seeds[$0] }
      return grow(seeds[index], among: neighbours, &generator)
    }
  }

  private func scatter(_ generator: inout SeededGenerator) -> ([Seed], Plots) {
    let radius = parameters.cellDiameter / 2
    let border = 1.3 * radius
    let area = (width + 2 * border) * (height + 2 * border)
    let wanted = max(1, Int((parameters.confluence * area / (.pi * radius * radius)).rounded()))
    let waves = (0..<5).map { _ in
      let angle = generator.uniform(0...(2 * .pi))
      let frequency = generator.uniform(0.2...0.9) / parameters.cellDiameter
      return (
        cos(angle) * frequency, sin(angle) * frequency, generator.uniform(0...(2 * .pi))
      )
    }
    var seeds: [Seed] = []
    var plots = Plots(size: 1.5 * parameters.cellDiameter)
    for _ in 0..<wanted * 25 where seeds.count < wanted {
      let x = generator.uniform(-border...width + border)
      let y = generator.uniform(-border...height + border)
      var field = 0.0
      for (kx, ky, phase) in waves { field += cos(2 * .pi * (kx * x + ky * y) + phase) }
      if generator.uniform() > 0.85 + 0.4 * field { continue }
      var seed = Seed(
        x: x, y: y, radius: radius * generator.logNormal(deviation: parameters.sizeVariation),
        nucleusRadius: parameters.nucleusDiameter / 2
          * generator.logNormal(deviation: parameters.sizeVariation * 0.8),
        axis: 0.9 * field + 0.5 * generator.normal(), isCondensed: generator.uniform() < 0.04)
      if seed.isCondensed {
        seed.radius *= 0.55
        seed.nucleusRadius *= 0.62
      }
      seed.nucleusRadius = min(seed.nucleusRadius, 0.8 * seed.radius)
      let mayTouch = generator.uniform() < 0.2
      let isFree = plots.around(x: x, y: y).allSatisfy { index in
        let other = seeds[index]
        let distance = hypot(seed.x - other.x, seed.y - other.y)
        let nuclei = seed.nucleusRadius + other.nucleusRadius
        return distance
          > (mayTouch ? nuclei : max(1.15 * nuclei, 0.48 * (seed.radius + other.radius)))
      }
      if !isFree { continue }
      plots.add(seeds.count, x: x, y: y)
      seeds.append(seed)
    }
    return (seeds, plots)
  }

  /// A cell that spreads until it meets its neighbours.
  private func grow(
    _ seed: Seed, among neighbours: [Seed], _ generator: inout SeededGenerator
  ) -> SyntheticCell {
    let nucleus = nucleusOutline(seed, &generator)
    let aspect = seed.isCondensed ? 1.08 : 1.05 + 1.5 * generator.uniform()
    let bumps = seed.isCondensed ? 0.02 : 0.07
    var body = wavyEllipse(
      x: seed.x, y: seed.y, radius: seed.radius, aspect: aspect, axis: seed.axis,
      orders: 2...7, deviation: bumps, decay: 0.7, &generator)
    if !seed.isCondensed {
      for _ in 0..<Int(generator.uniform(1...5)) {
        let angle = generator.uniform(0...(2 * .pi))
        let height = seed.radius * generator.uniform(0.15...1.1)
        body.addLobe(height: height, angle: angle, sharpness: generator.uniform(8...45))
      }
    }
    for neighbour in neighbours {
      let (dx, dy) = (neighbour.x - seed.x, neighbour.y - seed.y)
      let distance = hypot(dx, dy)
      let share = seed.radius / (seed.radius + neighbour.radius)
      let limit = distance * share * generator.uniform(1...1.45)
      body.limit(to: limit, angle: atan2(dy, dx))
    }
    for i in body.radii.indices {
      body.radii[i] = max(body.radii[i], 1.12 * nucleus.radii[i] + 1)
    }
    body.smooth(times: 3)
    return SyntheticCell(
      radius: seed.radius, axis: seed.axis, body: body, nucleus: nucleus,
      nucleusRadius: seed.nucleusRadius, isCondensed: seed.isCondensed)
  }

  private func nucleusOutline(_ seed: Seed, _ generator: inout SeededGenerator) -> Outline {
    let aspect = 1 + 0.55 * generator.uniform()
    var outline = wavyEllipse(
      x: seed.x, y: seed.y, radius: seed.nucleusRadius, aspect: aspect,
      axis: seed.axis + 0.3 * generator.normal(), orders: 2...6, deviation: 0.035, decay: 1.4,
      &generator)
    if generator.uniform() < 0.25 {
      outline.addLobe(
        height: -generator.uniform(0.08...0.22) * seed.nucleusRadius,
        angle: generator.uniform(0...(2 * .pi)), sharpness: generator.uniform(4...14))
    }
    return outline
  }

  /// An ellipse whose radius is modulated by a few waves, the faster the lower.
  private func wavyEllipse(
    x: Double, y: Double, radius: Double, aspect: Double, axis: Double,
    orders: ClosedRange<Int>, deviation: Double, decay: Double,
    _ generator: inout SeededGenerator
  ) -> Outline {
    let long = radius * aspect.squareRoot()
    let short = radius / aspect.squareRoot()
    let waves = orders.map { order in
      (
        Double(order), 3 * deviation * generator.normal() / pow(Double(order), decay),
        generator.uniform(0...(2 * .pi))
      )
    }
    return Outline(x: x, y: y) { angle in
      let (c, s) = (cos(angle - axis), sin(angle - axis))
      var factor = 1.0
      for (order, height, phase) in waves { factor += height * cos(order * angle + phase) }
      return long * short / hypot(short * c, long * s) * max(0.4, factor)
    }
  }
}
