import Experiment

extension PaperExperiment {
  /// What systems cost: time to train and to split, memory (the paper, section 5 and table 1).
  static func runtime(_ scale: Scale, task: SplitTask) -> PaperExperiment {
    PaperExperiment(
      id: "runtime", title: "Runtime",
      about: "Seconds per training step of the recipe's batch, and per split megapixel with whole "
        + "patches and with inner padding of 24 of 64 pixels, which computes 16 times as many "
        + "patches. Times are of this machine and depend on what else it does.",
      layout: .table(line: ["Family", "System", "Patch"], metrics: [.stepTime, .splitTime]),
      rows: networkLines.flatMap { line in
        [("whole patches", TileRule.none), ("inner padding", .inner(24))].map { name, tiles in
          Row(
            line: line.labels, column: name, task: task, system: line.system,
            recipe: .brief(scale), tiles: tiles)
        }
      })
  }

  /// Memory of a training (the paper, table 1).
  static func memory(_ scale: Scale, task: SplitTask) -> PaperExperiment {
    PaperExperiment(
      id: "memory", title: "Training memory",
      about: "The program's estimate of what a training step keeps, weights, gradients and the "
        + "optimiser's state, for the recipe's batch, beside the paper's figures of a graphics "
        + "processor for batches of 32.",
      layout: .table(line: ["Family", "System", "Patch"], metrics: [.memory]),
      rows: networkLines.map { line in
        Row(
          line: line.labels, column: "training", task: task, system: line.system,
          recipe: .brief(scale), tiles: line.tiles,
          paper: line.memory.map { PaperFigures(memory: $0) })
      })
  }

  private static var networkLines: [Table1Line] {
    table1Lines.filter { $0.system.method != .doubleDIP }
  }
}

extension Recipe {
  /// As many steps as it takes to see what one costs.
  fileprivate static func brief(_ scale: Scale) -> Recipe {
    var recipe = Recipe.microscopy(scale)
    recipe.seconds = 0
    recipe.steps = 20
    return recipe
  }
}
