import Experiment
import Imaging

extension PaperExperiment {
  /// What the experiments are made for.
  public struct Choices: Sendable {
    /// At which size rows are trained.
    public var scale: Scale
    /// Images of the user's own, in place of those of `real`; empty for none.
    public var files: [ChannelSource] = []
    /// Whether drawn cells stand in for the paper's microscopy.
    public var usesStandIns = false
    /// Seconds of each training in place of the recipe's; nil for those of the recipe.
    public var seconds: Double?

    /// The paper's images at the given scale.
    public init(scale: Scale) { self.scale = scale }
  }

  /// All experiments, in the order of the paper.
  public static func all(_ choices: Choices) -> [PaperExperiment] {
    let scale = choices.scale
    let paper: [SplitTask] = [.actNuc, .tubNuc, .actTub, .actMit]
    let tasks = choices.usesStandIns ? paper.map { $0.withDrawnCells(scale) } : paper
    let (actNuc, actTub) = (tasks[0], tasks[2])
    let others: [SplitTask] =
      choices.files.isEmpty
      ? [.gfpDNA, .erActin, .nucleiActin]
      : [SplitTask(id: "files", name: "own images", source: .files(choices.files))]
    // Where time is short, the paper's task on other images, and one that needs no download.
    let padded: [SplitTask] = scale == .paper ? [actNuc] : [.drawnSpots(scale), .nucleiActin]
    let experiments = [
      table1(scale, tasks: tasks), table2(scale), table3(scale, task: actTub),
      tableS1(scale, tasks: tasks), tableS2(scale, task: actNuc),
      figure4(scale, tasks: padded), figure6a(scale, task: actTub),
      figure6b(scale, task: actTub), runtime(scale, task: .drawnCells(scale)),
      memory(scale, task: .drawnCells(scale)), real(scale, tasks: others),
    ]
    guard let seconds = choices.seconds else { return experiments }
    return experiments.map { experiment in
      experiment.with(
        rows: experiment.rows.map { row in
          var row = row
          row.recipe.seconds = seconds
          return row
        })
    }
  }
}

extension PaperExperiment {
  /// The same experiment with the rows whose name passes.
  public func only(_ passes: (String) -> Bool) -> PaperExperiment {
    with(rows: rows.filter { passes($0.id) })
  }

  /// Whether drawn cells stand in for images of the paper in one of its rows.
  public var usesStandIns: Bool { rows.contains { $0.task.id.hasPrefix(SplitTask.standIn) } }

  private func with(rows: [Row]) -> PaperExperiment {
    PaperExperiment(id: id, title: title, about: about, layout: layout, rows: rows)
  }
}

extension SplitTask {
  /// Drawn nuclei and filaments.
  static func drawnCells(_ scale: Scale) -> SplitTask {
    SplitTask(
      id: "cells", name: "drawn nuclei vs filaments",
      source: .cells(cells(scale, [.nuclei, .filaments])))
  }

  /// Drawn nuclei and vesicles, which look different wherever they are.
  static func drawnSpots(_ scale: Scale) -> SplitTask {
    SplitTask(
      id: "spots", name: "drawn nuclei vs vesicles",
      source: .cells(cells(scale, [.nuclei, .vesicles])))
  }

  private static func cells(
    _ scale: Scale, _ structures: [SyntheticCells.Structure]
  ) -> CellSet {
    switch scale {
    case .smoke: CellSet(size: 96, frames: 5, structures: structures)
    case .small: CellSet(size: 384, frames: 20, structures: structures)
    case .paper: CellSet(size: 1024, frames: 62, structures: structures)
    }
  }

  fileprivate static let standIn = "stand-in-"

  /// The same task with drawn cells in place of its images, which says nothing about the paper's.
  func withDrawnCells(_ scale: Scale) -> SplitTask {
    SplitTask(
      id: Self.standIn + id, name: name + " (drawn stand-in)",
      source: SplitTask.drawnCells(scale).source)
  }
}

extension Recipe {
  /// The recipe of the comparison of paddings: where time is short, that of the preset `fast` without
  /// what makes networks indifferent to patches of another size.
  static func padding(_ scale: Scale) -> Recipe {
    var recipe = Recipe.microscopy(scale)
    guard scale != .paper else { return recipe }
    recipe.changes = """
      {"network": {"sumToInput": false},
       "training": {"optimiser": {"kind": "adamW", "learningRate": 2e-3, "weightDecay": 0}}}
      """
    if scale == .small {
      recipe.patch = 32
      recipe.batch = 16
      recipe.seconds = 150
    }
    return recipe
  }
}
