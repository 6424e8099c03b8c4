import Experiment

extension PaperExperiment {
  /// Every system on every microscopy task (the paper, table 1).
  static func table1(_ scale: Scale, tasks: [SplitTask]) -> PaperExperiment {
    PaperExperiment(
      id: "table1", title: "Table 1: every system on microscopy",
      about: "Four tasks of two data sets. The paper's figures are means over test frames and both "
        + "channels; its memory is that of a graphics processor in training, ours an estimate from "
        + "what a training step keeps.",
      layout: .table(line: ["Family", "System", "Patch"], metrics: [.psnr, .ssim, .memory]),
      rows: Self.table1Lines.flatMap { line in
        zip(tasks, line.figures).map { task, figures in
          Row(
            line: line.labels, column: task.name, task: task, system: line.system,
            recipe: .microscopy(scale), tiles: line.tiles,
            paper: PaperFigures(psnr: figures.psnr, ssim: figures.ssim, memory: line.memory))
        }
      })
  }

  /// A line of table 1: its system and the paper's figures for the four tasks.
  struct Table1Line {
    let system: System
    let memory: Double?
    let figures: [(psnr: Double, ssim: Double)]

    init(_ system: System, memory: Double?, _ figures: [(psnr: Double, ssim: Double)]) {
      self.system = system
      self.memory = memory
      self.figures = figures
    }

    var labels: [String] {
      guard case .network(let shape) = system.method else {
        return [system.name, "", ""]
      }
      return system.family.isEmpty
        ? [system.name, "", "\(shape.patch)"] : [system.family, system.name, "\(shape.patch)"]
    }

    /// 24 pixels are thrown away at each side, but nothing for Deep-LC (section 5).
    var tiles: TileRule {
      guard case .network(let shape) = system.method, shape.context == .deep else {
        return .inner(24)
      }
      return .none
    }
  }

  /// Act vs Nuc, Tub vs Nuc, Act vs Tub, Act vs Mit.
  static let table1Lines: [Table1Line] = [
    Table1Line(.doubleDIP, memory: nil, [(22.8, 0.30), (21.2, 0.20), (20.9, 0.30), (25.3, 0.56)]),
    Table1Line(.braveNet, memory: 2.8, [(31.7, 0.73), (30.3, 0.61), (25.9, 0.62), (33.0, 0.92)]),
    Table1Line(
      .contextAware, memory: 4.7, [(31.5, 0.74), (29.0, 0.61), (25.1, 0.61), (31.1, 0.91)]),
    Table1Line(
      .unet(patch: 256), memory: 9.4, [(33.2, 0.79), (31.4, 0.71), (28.1, 0.69), (34.2, 0.95)]),
    Table1Line(
      .unet(patch: 512), memory: 28.7, [(33.3, 0.79), (31.1, 0.72), (27.9, 0.69), (34.1, 0.94)]),
    Table1Line(
      .unet(.regular), memory: 12.5, [(33.5, 0.79), (32.0, 0.71), (27.6, 0.68), (32.7, 0.93)]),
    Table1Line(
      .ladder(.hae, .vanilla), memory: 2.3,
      [(31.7, 0.74), (29.5, 0.64), (25.4, 0.63), (31.9, 0.92)]),
    Table1Line(
      .ladder(.hae, .lean), memory: 3.9, [(33.6, 0.78), (31.9, 0.70), (27.7, 0.67), (32.9, 0.94)]),
    Table1Line(
      .ladder(.hae, .regular), memory: 6.0,
      [(33.5, 0.79), (31.6, 0.71), (27.9, 0.68), (33.4, 0.94)]),
    Table1Line(
      .ladder(.hae, .deep), memory: 6.9, [(33.7, 0.80), (31.8, 0.72), (28.3, 0.69), (32.8, 0.94)]),
    Table1Line(
      .vanillaXL(.hae), memory: 31.2, [(33.2, 0.79), (30.2, 0.68), (27.6, 0.67), (34.2, 0.95)]),
    Table1Line(
      .ladder(.hvae, .vanilla), memory: 2.8,
      [(31.8, 0.75), (29.6, 0.64), (25.2, 0.61), (31.9, 0.93)]),
    Table1Line(
      .ladder(.hvae, .lean), memory: 4.4, [(33.8, 0.79), (31.9, 0.71), (27.7, 0.68), (32.7, 0.94)]),
    Table1Line(
      .ladder(.hvae, .regular), memory: 11.1,
      [(33.9, 0.80), (32.1, 0.72), (27.8, 0.68), (34.1, 0.95)]),
    Table1Line(
      .ladder(.hvae, .deep), memory: 12.8,
      [(33.9, 0.81), (32.5, 0.73), (28.6, 0.70), (34.3, 0.95)]),
    Table1Line(
      .vanillaXL(.hvae), memory: nil, [(33.4, 0.78), (32.9, 0.69), (27.6, 0.67), (34.3, 0.95)]),
  ]
}
