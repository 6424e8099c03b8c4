import Foundation

/// Parts of the cells that belong to one structure alone, the more so the lower the overlap.
///
/// The cytoplasm is divided among filaments, vesicles and mitochondria by smooth random fields,
/// with mitochondria and vesicles rather inside and filaments rather outside; nuclei and cell
/// edges keep the others away. With rising overlap every territory grows over its borders and
/// never shrinks. The division does not ask which structures are drawn, so that adding one leaves
/// the others as they are.
struct Territories {
  private let allowances: [SyntheticCells.Structure: Plane]

  /// Divides the cells of a plane.
  init(
    _ parameters: SyntheticCells.Parameters, _ cells: [SyntheticCell], height: Int, width: Int,
    _ generator: inout SeededGenerator
  ) {
    let sigma = max(4, 0.17 * parameters.cellDiameter)
    let rivals: [(structure: SyntheticCells.Structure, inwards: Float)] = [
      (.filaments, -1.5), (.vesicles, 0.8), (.mitochondria, 1.2),
    ]
    let places = Places(cells, height: height, width: width)
    let claims = rivals.map { rival in
      var claim = CellTextures.field(height, width, sigma: sigma, &generator)
      for i in claim.values.indices {
        claim.values[i] += rival.inwards * (1 - 2 * places.depth.values[i])
      }
      return claim
    }
    let apart = Float(1 - parameters.overlap)
    let growth = -1.3 * log(apart)
    let edgeWidth = apart * Float(2 * parameters.psfSigma + 1)

    // Beside nuclei, and for all but the membrane also beside edges.
    var membrane = places.nucleus
    var cytoplasm = places.edge
    for i in membrane.values.indices {
      membrane.values[i] = smoothStep((places.nucleus.values[i] - 1.25 * apart + 0.1) / 0.1)
      cytoplasm.values[i] =
        membrane.values[i] * smoothStep((places.edge.values[i] - edgeWidth) / 2 + 1)
    }
    var allowances: [SyntheticCells.Structure: Plane] = [.membrane: membrane]
    for (k, rival) in rivals.enumerated() {
      let first = claims[(k + 1) % rivals.count].values
      let second = claims[(k + 2) % rivals.count].values
      var plane = cytoplasm
      for i in plane.values.indices {
        let lead = claims[k].values[i] - max(first[i], second[i])
        plane.values[i] *= smoothStep((lead + growth) / 0.5)
      }
      allowances[rival.structure] = plane
    }
    self.allowances = allowances
  }

  /// Where a structure may be.
  func allowance(of structure: SyntheticCells.Structure) -> Allowance {
    Allowance(plane: allowances[structure])
  }

  /// Where pixels lie in the cells around them.
  private struct Places {
    /// Distance from the centre of the nearest nucleus as part of its radius.
    var nucleus: Plane
    /// Distance from the nearest cell edge in pixels.
    var edge: Plane
    /// 0 at the nucleus to 1 at the edge of the cell that the pixel lies deepest in.
    var depth: Plane

    init(_ cells: [SyntheticCell], height: Int, width: Int) {
      var nucleus = Plane(height: height, width: width, repeating: 1e6)
      var edge = nucleus
      var depth = Plane(height: height, width: width, repeating: 1)
      var deepest = nucleus
      for cell in cells {
        forEachPixel(in: cell.body, height: height, width: width) { x, y, i in
          let (dx, dy) = (x - cell.body.centre.x, y - cell.body.centre.y)
          let distance = (dx * dx + dy * dy).squareRoot()
          let angle = atan2(dy, dx)
          let inner = cell.nucleus.radius(angle: angle)
          let outer = cell.body.radius(angle: angle)
          nucleus.values[i] = min(nucleus.values[i], distance / inner)
          edge.values[i] = min(edge.values[i], abs(outer - distance))
          if distance / outer < deepest.values[i] {
            deepest.values[i] = distance / outer
            depth.values[i] = min(1, max(0, (distance - inner) / (outer - inner)))
          }
        }
      }
      self.nucleus = nucleus
      self.edge = edge
      self.depth = depth
    }
  }
}

/// How much of a structure may be at each place, from 0 to 1.
struct Allowance {
  /// `[H, W]`; nil: all of it everywhere.
  let plane: Plane?

  /// The part at a pixel.
  subscript(index: Int) -> Float { plane?.values[index] ?? 1 }

  /// The part at the pixel around a place; none beyond the plane.
  func callAsFunction(x: Float, y: Float) -> Float {
    guard let plane else { return 1 }
    let (column, row) = (x.rounded(), y.rounded())
    guard column >= 0, row >= 0, column < Float(plane.width), row < Float(plane.height) else {
      return 0
    }
    return plane.values[Int(row) * plane.width + Int(column)]
  }
}

extension Specimen {
  /// Where a structure may be in the cells.
  func allowance(of structure: SyntheticCells.Structure) -> Allowance {
    territories?.allowance(of: structure) ?? Allowance(plane: nil)
  }
}
