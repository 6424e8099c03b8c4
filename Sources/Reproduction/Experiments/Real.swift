import Experiment

extension PaperExperiment {
  /// Every system on images that are at hand, with the same time for each.
  static func real(_ scale: Scale, tasks: [SplitTask]) -> PaperExperiment {
    let systems: [System] = [
      .ladder(.hvae, .vanilla), .unet(patch: 64), .ladder(.hvae, .lean), .ladder(.hvae, .regular),
      .ladder(.hvae, .deep), .braveNet, .contextAware, .doubleDIP,
    ]
    return PaperExperiment(
      id: "real", title: "Every system on other images, with the same time for each",
      about: "No figures of the paper: what the systems make of these images in the same time on "
        + "the same machine.",
      layout: .table(line: ["System"], metrics: [.psnr, .ssim]),
      rows: systems.flatMap { system in
        tasks.map { task in
          Row(
            line: [system.family.isEmpty ? system.name : "\(system.family) \(system.name)"],
            column: task.name, task: task, system: system, recipe: .microscopy(scale),
            tiles: .inner(16))
        }
      })
  }
}
