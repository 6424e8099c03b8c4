import Imaging
import USplit

/// What images are split with, the same for all of them.
struct SplitSetup {
  /// What is known of the model.
  let model: ModelDescription
  /// The model's file as it was named.
  let modelPath: String
  /// Of the model's file.
  let checksum: String
  let options: SplitOptions
  let meaning: InputMeaning
  let memory: PixelMemory

  /// The split of one image.
  ///
  /// - Throws: `ImagingError` where the frames do not make an image.
  func job(
    _ image: any ImageSource, channel: Int, frames: [Int]
  ) throws(ImagingError) -> SplitJob {
    try SplitJob(image, channel: channel, frames: frames, meaning: meaning, options, memory: memory)
  }

  /// What is known of the result of a split, with how it came to be.
  func result(of job: SplitJob, type: PixelType) -> ImageDescription {
    job.result(
      targets: model.channels, type: type,
      provenance: [
        .init("usplit_version", USplit.version),
        .init("usplit_model", "\(modelPath) (\(checksum))"),
        .init("usplit_input", meaning.rawValue),
        .init("usplit_settings", settings(of: job)),
      ])
  }

  private var tiles: String {
    switch options.padding {
    case .none: "tiles none"
    case .inner(let kept): "tiles inner, \(Words.count(kept, "pixel")) kept"
    case .outer(let margin): "tiles outer, \(Words.count(margin, "pixel")) more"
    }
  }

  /// What else the pixels depend on, on one line.
  private func settings(of job: SplitJob) -> String {
    var parts = [
      "channel \(job.channel)", "frames \(Words.ranges(job.frames))", tiles,
    ]
    if options.samplesPosterior {
      parts.append("latents drawn \(Words.count(options.samples, "time")), seed \(options.seed)")
    }
    if options.turns > 1 { parts.append("patches predicted in \(options.turns) turns") }
    if options.withDeviation {
      let scales = model.calibration?.scales(of: options)
      parts.append("deviations \(scales == nil ? "not calibrated" : "calibrated")")
    }
    if options.keepsSamples { parts.append("samples kept") }
    return parts.joined(separator: "; ")
  }
}
