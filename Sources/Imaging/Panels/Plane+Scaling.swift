extension Plane {
  /// The plane with its longer side brought between two sizes by a whole factor: larger by
  /// repeating pixels, smaller by averaging boxes of them.
  func scaled(longerSideFrom least: Int, to most: Int) -> Plane {
    let longer = max(height, width)
    if longer > most { return averaged(by: (longer + most - 1) / most) }
    let factor = min((least + longer - 1) / longer, most / longer)
    return factor > 1 ? repeated(by: factor) : self
  }

  /// Every pixel as a square of `factor` × `factor` pixels.
  func repeated(by factor: Int) -> Plane {
    let (rows, columns) = (height * factor, width * factor)
    var result = Plane(height: rows, width: columns)
    result.values.withUnsafeMutableBufferPointer { target in
      values.withUnsafeBufferPointer { source in
        for y in 0..<rows {
          let row = y / factor * width
          for x in 0..<columns { target[y * columns + x] = source[row + x / factor] }
        }
      }
    }
    return result
  }

  /// The means of boxes of `factor` × `factor` pixels; boxes at the right and bottom edges may
  /// be smaller.
  func averaged(by factor: Int) -> Plane {
    let rows = (height + factor - 1) / factor
    let columns = (width + factor - 1) / factor
    var result = Plane(height: rows, width: columns)
    result.values.withUnsafeMutableBufferPointer { target in
      values.withUnsafeBufferPointer { source in
        for y in 0..<height {
          let row = y / factor * columns
          for x in 0..<width { target[row + x / factor] += source[y * width + x] }
        }
        for y in 0..<rows {
          let tall = min(factor, height - y * factor)
          for x in 0..<columns {
            target[y * columns + x] /= Float(tall * min(factor, width - x * factor))
          }
        }
      }
    }
    return result
  }
}
