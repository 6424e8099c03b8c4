import Foundation

/// Distance of two points of a curve, in pixels.
private let granularity = 0.1

extension SinusoidalCritters {
  /// One channel, `[H, W]`.
  ///
  /// Where curves meet their brightness adds up.
  func paint(_ curves: [Curve]) -> Plane {
    var canvas = [Double](repeating: 0, count: frameSize * frameSize)
    for curve in curves { stroke(pixels(of: curve), on: &canvas) }
    return Plane(height: frameSize, width: frameSize, values: canvas.map(Float.init))
  }

  /// Adds a brush around every pixel of a curve, brightest in its middle.
  ///
  /// The brush is one pixel short to the right and below, and leaves out row and column 0, as in
  /// the authors' program.
  private func stroke(_ pixels: [(x: Int, y: Int)], on canvas: inout [Double]) {
    let size = frameSize
    let reach = (thickness - 1) / 2
    canvas.withUnsafeMutableBufferPointer { canvas in
      for pixel in pixels { canvas[pixel.y * size + pixel.x] += 1 }
      for dx in -reach..<reach {
        for dy in -reach..<reach where dx != 0 || dy != 0 {
          let value = 1 / (0.5 * Double(dy * dy + dx * dx)).squareRoot()
          for pixel in pixels {
            let x = pixel.x + dx
            let y = pixel.y + dy
            if x > 0 && x < size && y > 0 && y < size { canvas[y * size + x] += value }
          }
        }
      }
    }
  }

  /// The distinct pixels of the frame that a curve passes through.
  private func pixels(of curve: Curve) -> [(x: Int, y: Int)] {
    var (x, y) = connection == nil ? directCurve(curve) : connectedCurve(curve)
    for i in y.indices { y[i] *= amplitude }
    if curve.isFlipped, let least = x.min(), let most = x.max() {
      for i in x.indices { x[i] = least + (most - least) - (x[i] - least) }
    }
    if let least = y.min() {
      for i in y.indices { y[i] = y[i] - least + curve.verticalShift }
    }
    if curve.rotation != 0 { rotate(&x, &y, by: curve.rotation) }

    var seen = [Bool](repeating: false, count: frameSize * frameSize)
    var pixels: [(x: Int, y: Int)] = []
    let limit = Double(frameSize)
    for i in x.indices {
      let shifted = x[i] + curve.horizontalShift
      guard shifted > -1 && shifted < limit && y[i] > -1 && y[i] < limit else { continue }
      let column = Int(shifted)
      let row = Int(y[i])
      if seen[row * frameSize + column] { continue }
      seen[row * frameSize + column] = true
      pixels.append((column, row))
    }
    return pixels
  }

  /// Two waves that meet with the same value and slope; x and y of its points.
  private func directCurve(_ curve: Curve) -> (x: [Double], y: [Double]) {
    let (low, high) = (curve.frequencies[0], curve.frequencies[1])
    let half = Double((frameSize + abs(Int(curve.horizontalShift))) / 2)
    let left = samples(from: 0, length: half)
    guard let end = left.last else { return ([], []) }
    let shift = (joiningAngle(low, high, at: end) - high * end) / high
    let right = samples(from: end + shift, length: half)
    let offset = sin(low * end) - sin(high * (right.first ?? 0))
    return (
      left.dropLast() + right.map { $0 - shift },
      left.dropLast().map { sin(low * $0) } + right.map { sin(high * $0) + offset }
    )
  }

  /// Two waves with a slow one between; x and y of its points.
  private func connectedCurve(_ curve: Curve) -> (x: [Double], y: [Double]) {
    var y: [Double] = []
    var previous: (frequency: Double, x: Double, y: Double)?
    let total = Double(frameSize) + abs(curve.horizontalShift)
    for (frequency, length) in zip(curve.frequencies, pieceLengths(total)) {
      var start = curve.initialPhase / frequency
      if let previous {
        start = joiningAngle(previous.frequency, frequency, at: previous.x) / frequency
      }
      let x = samples(from: start, length: length)
      guard let first = x.first, let last = x.last else { continue }
      let offset = previous.map { $0.y - sin(frequency * first) } ?? 0
      y += x.dropLast().map { sin(frequency * $0) + offset }
      previous = (frequency, last, sin(frequency * last) + offset)
    }
    return (y.indices.map { Double($0) * granularity }, y)
  }

  /// Lengths of the first wave, the connection and the last wave, in pixels.
  private func pieceLengths(_ total: Double) -> [Double] {
    guard let length = connection?.length else {
      return [Double](repeating: (total / 3).rounded(.down), count: 3)
    }
    let middle = (length < 1 ? length * total : length).rounded(.down)
    let edge = ((total - middle) / 2).rounded(.down)
    return [edge, middle, edge]
  }

  /// The phase at which the second wave has the slope that the first has at x, as nearly as it can.
  ///
  /// NumPy's arc cosine differs in the last bit on processors with AVX-512. A wave's number of
  /// points can hinge on it: measured, 2 of 360 images with a connection and none of 360 without.
  private func joiningAngle(_ first: Double, _ second: Double, at x: Double) -> Double {
    acos(min(1, max(-1, first * cos(first * x) / second)))
  }

  /// Points from a start on, with the rounding of NumPy's `arange`, on which whole pixels depend.
  private func samples(from start: Double, length: Double) -> [Double] {
    let count = max(0, Int(((start + length - start) / granularity).rounded(.up)))
    let step = start + granularity - start
    return (0..<count).map { start + Double($0) * step }
  }

  /// Turns a curve about the middle of its columns and moves it back to column 0.
  private func rotate(_ x: inout [Double], _ y: inout [Double], by angle: Double) {
    guard let least = x.min(), let most = x.max() else { return }
    let middle = (most - least) / 2
    for i in x.indices {
      let column = x[i] - middle
      x[i] = cos(angle) * column - sin(angle) * y[i] + middle
      y[i] = sin(angle) * column + cos(angle) * y[i]
    }
    let left = x.min() ?? 0
    for i in x.indices { x[i] -= left }
  }
}
