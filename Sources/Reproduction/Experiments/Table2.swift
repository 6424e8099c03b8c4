import Experiment
import Imaging

extension PaperExperiment {
  /// Critters, which only context can tell apart (the paper, section 4 and table 2).
  static func table2(_ scale: Scale) -> PaperExperiment {
    PaperExperiment(
      id: "table2", title: "Table 2: critters, which only context tells apart",
      about: "Which structure a curve belongs to is the exclusive-or of its two ends, so a network "
        + "must see both. Without a connection the ends touch, with one they lie further apart.",
      layout: .table(line: ["Frame", "System"], metrics: [.psnr, .ssim]),
      rows: CritterScale.of(scale).frames.flatMap { frame in
        Self.table2Lines.filter { $0.frame == frame.paper }.flatMap { line in
          zip([0, 25], line.figures).map { length, figures in
            Row(
              line: ["\(frame.paper)", line.system.name], column: "connection of \(length) pixels",
              task: .critters(frame, length: length, scale), system: line.system,
              recipe: CritterScale.of(scale).recipe,
              tiles: .inner(16), paper: PaperFigures(psnr: figures.0, ssim: figures.1))
          }
        }
      })
  }

  /// A line of table 2: the paper's figures for connections of 0 and 25 pixels.
  struct Table2Line: Sendable {
    let frame: Int
    let system: System
    let figures: [(Double, Double)]
  }

  static let table2Lines = [
    Table2Line(
      frame: 128, system: .ladder(.hvae, .vanilla), figures: [(28.3, 0.90), (25.5, 0.85)]),
    Table2Line(frame: 128, system: .ladder(.hvae, .lean), figures: [(37.3, 0.97), (35.1, 0.96)]),
    Table2Line(
      frame: 128, system: .ladder(.hvae, .regular), figures: [(37.0, 0.98), (39.2, 0.98)]),
    Table2Line(
      frame: 256, system: .ladder(.hvae, .vanilla), figures: [(19.4, 0.75), (15.8, 0.43)]),
    Table2Line(frame: 256, system: .ladder(.hvae, .lean), figures: [(34.1, 0.97), (32.2, 0.97)]),
    Table2Line(
      frame: 256, system: .ladder(.hvae, .regular), figures: [(41.5, 0.99), (41.6, 0.98)]),
  ]
}
