import Experiment

extension PaperExperiment {
  /// Patch size with Lean-LC (the paper, table 3).
  static func table3(_ scale: Scale, task: SplitTask) -> PaperExperiment {
    let vanilla = [24.3, 25.1, 25.2, 25.4]
    let lean = [24.7, 25.9, 27.0, 27.8]
    let leanLarge = [24.8, 25.9, 27.0, 27.9]
    let columns: [(String, ContextVariant, Int, [Double])] = [
      ("Vanilla, patch 64", .vanilla, 64, vanilla), ("Lean-LC, patch 64", .lean, 64, lean),
      ("Lean-LC, patch 128", .lean, 128, leanLarge),
    ]
    return PaperExperiment(
      id: "table3", title: "Table 3: levels, and larger patches with context",
      about: "HVAE on one task. With context from coarser images, larger patches add little.",
      layout: .table(line: ["Levels"], metrics: [.psnr]),
      rows: columns.flatMap { column, context, patch, figures in
        zip(1...4, figures).map { levels, psnr in
          Row(
            line: ["\(levels)"], column: column, task: task,
            system: .ladder(
              .hvae, context, levels: levels, contexts: context == .vanilla ? 0 : levels,
              patch: patch),
            recipe: .microscopy(scale), tiles: .inner(24), paper: PaperFigures(psnr: psnr))
        }
      })
  }

  /// Padding matters less with more context (the paper, table S.1).
  static func tableS1(_ scale: Scale, tasks: [SplitTask]) -> PaperExperiment {
    // Act vs Nuc, Tub vs Nuc, Act vs Tub, Act vs Mit; without padding, with 24 pixels.
    let figures: [(ContextVariant, [(Double, Double)])] = [
      (.vanilla, [(31.4, 31.8), (29.4, 29.6), (25.0, 25.2), (31.4, 31.9)]),
      (.lean, [(33.7, 33.8), (31.8, 31.9), (27.5, 27.7), (32.4, 32.7)]),
      (.deep, [(33.9, 33.9), (32.5, 32.5), (28.6, 28.6), (34.3, 34.4)]),
    ]
    return PaperExperiment(
      id: "tableS1", title: "Table S.1: inner padding",
      about: "HVAE, whole patches (P0) against patches of which 24 pixels at each side are thrown "
        + "away (P24).",
      layout: .table(line: ["Task"], metrics: [.psnr]),
      rows: figures.flatMap { context, pairs in
        zip(tasks, pairs).flatMap { task, pair in
          [("P0", TileRule.none, pair.0), ("P24", .inner(24), pair.1)].map { name, tiles, psnr in
            Row(
              line: [task.name], column: "\(context.title), \(name)", task: task,
              system: .ladder(.hvae, context), recipe: .microscopy(scale), tiles: tiles,
              paper: PaperFigures(psnr: psnr))
          }
        }
      })
  }

  /// Depth of the U-Net (the paper, table S.2).
  static func tableS2(_ scale: Scale, task: SplitTask) -> PaperExperiment {
    let figures: [(Int, Double?)] = [
      (1, 29.8), (2, 31.3), (3, nil), (4, 33.2), (5, 33.2), (6, 33.0),
    ]
    return PaperExperiment(
      id: "tableS2", title: "Table S.2: depth of the U-Net",
      about: "U-Nets of one to six blocks. The paper does not print 3 blocks, nor the patch; the "
        + "patch is 256 here, the smaller one of table 1.",
      layout: .table(line: ["Blocks"], metrics: [.psnr]),
      rows: figures.map { depth, psnr in
        Row(
          line: ["\(depth)"], column: "U-Net", task: task, system: .unet(patch: 256, depth: depth),
          recipe: .microscopy(scale), tiles: .inner(24),
          paper: psnr.map { PaperFigures(psnr: $0) })
      })
  }

  /// Inner against outer padding (the paper, figure 4 c).
  ///
  /// Outer padding can harm ladders whose topmost map is so small in training that most weights of
  /// its kernels meet padding only, and are never learned. Small scales have patches of 32 pixels and
  /// 5 levels for that, and the recipe of ``Recipe/padding(_:)``.
  static func figure4(_ scale: Scale, tasks: [SplitTask]) -> PaperExperiment {
    let recipe = Recipe.padding(scale)
    let levels = scale == .paper ? nil : 5
    // The more is thrown away, the more patches there are: keeping 4 of 32 pixels takes minutes.
    let inner = scale == .paper ? [8, 16, 24, 28] : [8, 16, 24]
    let amounts: [(tiles: TileRule, name: String, pixels: Int)] =
      [(.none, "inner", 0)] + inner.map { (.inner($0), "inner", $0) }
      + [(.none, "outer", 0)] + [32, 64, 96, 128].map { (.outer($0), "outer", $0) }
    return PaperExperiment(
      id: "figure4", title: "Figure 4: PSNR against padding",
      about:
        "Vanilla networks. Inner padding throws borders of patches away; outer padding enlarges "
        + "the patches, which shows a network more than it was trained with. Padding in pixels of "
        + "a patch of 64; outer padding in steps that leave a patch that the levels can halve, "
        + "since others are filled up with zeros first."
        + (scale == .paper
          ? ""
          : " Trained with AdamW, and without the condition that predictions add up to the "
            + "input, as the paper's networks: with Muon or with the condition outer padding lost "
            + "nothing in trials."),
      layout: .curves(
        x: "padding at each side, pixels of a patch of 64", categories: [], metric: .psnrChange),
      rows: tasks.flatMap { task in
        [Backbone.hae, .hvae].flatMap { backbone in
          amounts.map { amount in
            Row(
              line: [
                "\(task.name), \(backbone.rawValue.uppercased()), \(amount.name)",
                "\(amount.pixels)",
              ], column: "", task: task,
              system: .ladder(backbone, .vanilla, levels: levels), recipe: recipe,
              tiles: amount.tiles)
          }
        }
      })
  }
}
