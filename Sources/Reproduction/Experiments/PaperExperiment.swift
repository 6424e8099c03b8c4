import Experiment
import Imaging
import USplit

/// What the paper prints for a row.
public struct PaperFigures: Sendable, Equatable {
  /// Range-invariant PSNR in dB, mean over channels.
  public var psnr: Double?
  /// Structural similarity, mean over channels.
  public var ssim: Double?
  /// Memory of a graphics processor during training, in GiB.
  public var memory: Double?
}

/// One system, trained and measured on one task.
public struct Row: Sendable, Equatable {
  /// Its line in the table, one word for each of the line's headers; or its series and place in a
  /// figure.
  public let line: [String]
  /// Its column in the table.
  public let column: String
  /// What is told apart.
  public let task: SplitTask
  /// How.
  public let system: System
  /// At which size it is trained.
  public internal(set) var recipe: Recipe
  /// How images are tiled when it is measured.
  public let tiles: TileRule
  /// The paper's figures, where it prints them.
  public var paper: PaperFigures?

  /// Names the row on the command line and in files, such as `act-nuc/hvae-lean/inner-24`.
  public var id: String { "\(training)/\(tiles.id)" }
  /// Names what is trained; rows that differ in their measurement only share a training.
  public var training: String { "\(task.id)/\(system.id)" }
}

/// A tile padding of the paper, in pixels of its patches of 64.
public enum TileRule: Sendable, Equatable {
  /// Whole patches are kept.
  case none
  /// The given number of pixels at each side is thrown away.
  case inner(Int)
  /// Patches are enlarged by the given number of pixels at each side.
  case outer(Int)

  var id: String {
    switch self {
    case .none: "none"
    case .inner(let pixels): "inner-\(pixels)"
    case .outer(let pixels): "outer-\(pixels)"
    }
  }

  /// The same share of a patch of another side: pixels of a network's 64, scaled.
  ///
  /// - Parameters:
  ///   - recipe: knows the side that stands for 64 pixels
  ///   - patch: the side of the network's patches
  func padding(_ recipe: Recipe, patch: Int) -> TilePadding {
    switch self {
    case .none: return .none
    case .inner(let pixels):
      return .inner(keeping: max(patch % 2 == 0 ? 2 : 1, patch - 2 * recipe.scaled(pixels)))
    case .outer(let pixels): return .outer(recipe.scaled(pixels))
    }
  }
}

/// A table or a figure.
public struct PaperExperiment: Sendable {
  /// How its rows are shown.
  public enum Layout: Sendable, Equatable {
    /// Lines and columns; the headers of the lines.
    case table(line: [String], metrics: [ReportedMetric])
    /// Curves: a row's line holds the series, and the place on the axis.
    case curves(x: String, categories: [String], metric: ReportedMetric)
  }

  /// Names it on the command line, such as `table1`.
  public let id: String
  /// Its heading.
  public let title: String
  /// What it shows, in a sentence or two.
  public let about: String
  /// How its rows are shown.
  public let layout: Layout
  /// Its rows.
  public let rows: [Row]
}

/// A quantity of a row that a table or figure shows.
public enum ReportedMetric: Sendable {
  /// Range-invariant PSNR in dB.
  case psnr
  /// Structural similarity.
  case ssim
  /// What a training is estimated to take, in GiB.
  case memory
  /// Seconds per training step.
  case stepTime
  /// Seconds per split megapixel.
  case splitTime
  /// Change of PSNR against no padding, in percent.
  case psnrChange
}
