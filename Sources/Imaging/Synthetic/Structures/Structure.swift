extension SyntheticCells {
  /// What a channel shows of the cells.
  public enum Structure: String, Codable, Sendable, CaseIterable {
    /// Chromatin of the nuclei.
    case nuclei
    /// Networks of filaments that grow from the centrosome, cross, and run in bundles.
    case filaments
    /// Endosomes and lysosomes: spots and small rings around the nucleus.
    case vesicles
    /// Tubes around the nucleus, in pieces and in networks.
    case mitochondria
    /// The cells' outlines with their folds and threads.
    case membrane

    /// The streams of random numbers that are this structure's alone.
    var streams: UInt64 {
      switch self {
      case .nuclei: 1
      case .filaments: 2
      case .vesicles: 3
      case .mitochondria: 4
      case .membrane: 5
      }
    }

    /// What draws the structure into the cells of a specimen.
    func painter(_ specimen: Specimen) -> any CellPainter {
      switch self {
      case .nuclei: NucleusPainter(specimen)
      case .filaments: FilamentPainter(specimen)
      case .vesicles: VesiclePainter(specimen)
      case .mitochondria: MitochondrionPainter(specimen)
      case .membrane: MembranePainter(specimen)
      }
    }
  }
}

/// Draws one structure.
protocol CellPainter {
  init(_ specimen: Specimen)

  /// Adds the photons of the structure of one cell to the plane.
  /// - Parameter brightness: of this cell's structure, 1 for one of typical brightness
  func paint(
    _ cell: SyntheticCell, brightness: Double, on plane: inout Plane,
    _ generator: inout SeededGenerator)
}
