/// Halves a plane of which only some rows are in memory.
struct StreamedHalving {
  private let source: ImageDescription.Level
  private let rows: AxisHalving
  private let columns: AxisHalving
  /// Rows of the result that are made at once.
  private let step: Int

  /// A halving of a plane of one size to another, which is half of it.
  ///
  /// - Parameter bandBytes: about how much memory the rows may take; those that make one row of the
  ///   result are taken in any case.
  init(
    _ source: ImageDescription.Level, _ target: ImageDescription.Level, bandBytes: Int
  ) {
    self.source = source
    self.rows = AxisHalving(source.height)
    self.columns = AxisHalving(source.width)
    precondition(
      rows.output == target.height && columns.output == target.width,
      "\(source) is not halved to \(target)")
    let rowBytes = max(1, source.width) * MemoryLayout<Float>.size
    // Of the source two rows for each one of the result, read and kept; and the result itself.
    self.step = max(1, (bandBytes / rowBytes - 2 * rows.taps) / 5)
  }

  /// Reads the plane, each row once, and writes the rows of the result, not clipped.
  ///
  /// - Parameters:
  ///   - read: gives rows of the plane
  ///   - write: takes rows of the result and their pixels
  /// - Returns: the range of the plane's pixels, to which the result is to be clipped
  /// - Throws: what the two throw.
  func run(
    read: (Range<Int>) throws(ImagingError) -> [Float],
    write: (Range<Int>, [Float]) throws(ImagingError) -> Void
  ) throws(ImagingError) -> ValueRange {
    var range = ValueRange()
    var band = PlaneRows(height: source.height, width: source.width)
    var line = [Float](repeating: 0, count: source.width)
    for first in stride(from: 0, to: rows.output, by: step) {
      let made = first..<min(first + step, rows.output)
      let needed = rows.inputs(of: made)
      // No row is left out, for the range is that of them all.
      let start = min(needed.lowerBound, band.rows.upperBound)
      try band.move(to: start..<needed.upperBound) { missing throws(ImagingError) in
        let values = try read(missing)
        precondition(
          values.count == missing.count * source.width,
          "\(values.count) pixels for \(missing.count) rows of \(source.width)")
        range.extend(by: values)
        return values
      }
      try write(made, halved(made, of: band, &line))
    }
    return range
  }

  private func halved(_ made: Range<Int>, of band: PlaneRows, _ line: inout [Float]) -> [Float] {
    // A single pixel is taken as it is, as everywhere.
    if rows.input == 1, columns.input == 1 { return band.values }
    return [Float](unsafeUninitializedCapacity: made.count * columns.output) { output, count in
      line.withUnsafeMutableBufferPointer { line in
        band.values.withUnsafeBufferPointer { input in
          guard let source = input.baseAddress, let line = line.baseAddress,
            let target = output.baseAddress
          else { return }
          for (place, row) in made.enumerated() {
            rows.combineRows(
              of: source, from: band.rows.lowerBound, width: band.width, output: row, into: line)
            columns.combineSamples(
              of: line, within: .unlimited, into: target + place * columns.output)
          }
        }
      }
      count = made.count * columns.output
    }
  }
}
