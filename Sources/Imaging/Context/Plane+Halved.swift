extension Plane {
  /// The plane at half the size, `[H / 2, W / 2]`, smoothed first so that nothing aliases.
  ///
  /// Gaussian of standard deviation `(factor - 1) / 2` per axis with `factor = H / (H / 2)`, cut off
  /// at four standard deviations, borders mirrored without repeating the edge pixel; then linear
  /// interpolation at the centres of the larger pixels; then clipping to the range of the input.
  /// That is `skimage.transform.resize` with default arguments, which the authors' context images
  /// are made with. Both sides must be at least 2; pixels must be finite.
  public func halved() -> Plane {
    precondition(
      height >= 2 && width >= 2,
      "a plane of \(height) × \(width) cannot be halved, both sides must be at least 2")
    return halvedWherePossible()
  }

  /// Like `halved()`, but a side of one pixel is kept.
  func halvedWherePossible() -> Plane {
    guard height > 1 || width > 1, height > 0, width > 0 else { return self }
    let rows = AxisHalving(height)
    let columns = AxisHalving(width)
    let range = ValueRange(values)
    let width = width
    let result = [Float](unsafeUninitializedCapacity: rows.output * columns.output) {
      output, count in
      let line = UnsafeMutablePointer<Float>.allocate(capacity: width)
      defer { line.deallocate() }
      line.initialize(repeating: 0, count: width)
      values.withUnsafeBufferPointer { input in
        guard let source = input.baseAddress, let target = output.baseAddress else { return }
        for j in 0..<rows.output {
          rows.combineRows(of: source, from: 0, width: width, output: j, into: line)
          columns.combineSamples(of: line, within: range, into: target + j * columns.output)
        }
      }
      count = rows.output * columns.output
    }
    return Plane(height: rows.output, width: columns.output, values: result)
  }
}

extension AxisHalving {
  /// The input rows that make some output rows.
  func inputs(of outputs: Range<Int>) -> Range<Int> {
    let used = indices[outputs.lowerBound * taps..<outputs.upperBound * taps]
    guard let least = used.min(), let greatest = used.max() else { return 0..<0 }
    return least..<greatest + 1
  }

  /// Writes the weighted sum of the rows that make output row `output` into `line`, `[W]`.
  ///
  /// - Parameters:
  ///   - source: rows of the input
  ///   - first: number of the first of them
  func combineRows(
    of source: UnsafePointer<Float>, from first: Int, width: Int, output: Int,
    into line: UnsafeMutablePointer<Float>
  ) {
    for x in 0..<width { line[x] = 0 }
    for tap in output * taps..<(output + 1) * taps {
      let weight = weights[tap]
      let row = source + (indices[tap] - first) * width
      for x in 0..<width { line[x] += weight * row[x] }
    }
  }

  /// Writes all output samples of one line, clipped to `range`.
  func combineSamples(
    of line: UnsafePointer<Float>, within range: ValueRange,
    into target: UnsafeMutablePointer<Float>
  ) {
    indices.withUnsafeBufferPointer { indices in
      weights.withUnsafeBufferPointer { weights in
        var tap = 0
        for j in 0..<output {
          var sum: Float = 0
          for _ in 0..<taps {
            sum += weights[tap] * line[indices[tap]]
            tap += 1
          }
          target[j] = range.clipped(sum)
        }
      }
    }
  }
}
