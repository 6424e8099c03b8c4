import Experiment
import Imaging
import USplit

/// Structures to tell apart: what the rows of a table are trained and tested on.
public struct SplitTask: Sendable, Equatable {
  /// Where the images come from.
  public enum Source: Sendable, Equatable {
    /// Images that somebody published, found in a folder.
    case published(PublishedImages, channels: [String])
    /// The paper's critters (section 4), drawn.
    case critters(CritterSet)
    /// Cells, drawn.
    case cells(CellSet)
    /// The user's own files.
    case files([ChannelSource])
  }

  /// Names it in files and on the command line, such as `act-nuc`.
  public let id: String
  /// Names it in tables, such as `Act vs Nuc`.
  public let name: String
  /// Where the images come from.
  public let source: Source

  /// A task of the given name and source.
  public init(id: String, name: String, source: Source) {
    self.id = id
    self.name = name
    self.source = source
  }
}

/// The critters of a task: the curves of the paper's section 4 and how many frames of them.
public struct CritterSet: Sendable, Equatable {
  /// The curves.
  public var curves: SinusoidalCritters
  /// Frames to draw.
  public var frames: Int
  /// Seed of the drawing.
  public var seed: UInt64 = 0

  /// Frames of the given curves.
  public init(_ curves: SinusoidalCritters, frames: Int) {
    self.curves = curves
    self.frames = frames
  }
}

/// The drawn cells of a task.
public struct CellSet: Sendable, Equatable {
  /// Rows and columns of a frame.
  public var size: Int
  /// Frames to draw.
  public var frames: Int
  /// What is drawn of the cells, a channel each.
  public var structures: [SyntheticCells.Structure]
  /// Seed of the drawing.
  public var seed: UInt64 = 0

  /// Frames of `size` by `size` pixels.
  public init(
    size: Int, frames: Int, structures: [SyntheticCells.Structure] = [.nuclei, .filaments]
  ) {
    self.size = size
    self.frames = frames
    self.structures = structures
  }
}

extension SplitTask {
  /// Names of the structures.
  var channels: [String] {
    switch source {
    case .published(_, let channels): channels
    case .files(let sources): sources.map(\.name)
    case .critters: ["critter1", "critter2"]
    case .cells(let set): set.structures.map(\.rawValue)
    }
  }
}
