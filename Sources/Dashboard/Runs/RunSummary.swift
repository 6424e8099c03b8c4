import Experiment
import Foundation

/// A run in the list of runs.
struct RunSummary: Sendable, Encodable {
  /// Its folder, as clients name it.
  let path: String
  /// Its folder below the root.
  let name: String
  /// What it does.
  let state: RunStatus.State
  /// Why it ended.
  let reason: String?
  /// The steps so far.
  let step: Int
  /// All steps.
  let totalSteps: Int?
  /// The share that is done.
  let done: Double?
  /// The seconds that remain.
  let remaining: Double?
  /// The seconds of training so far.
  let seconds: Double?
  /// The seconds since it last wrote something.
  private(set) var silence: Double?
  /// The mean PSNR of the last validation, in dB.
  let meanPSNR: Double?
  /// The mean PSNR of the best validation, in dB.
  let bestPSNR: Double?
  /// The mean PSNR of the input itself, in dB.
  let trivialPSNR: Double?
  /// Names of the structures.
  let targets: [String]
  /// The network in words.
  let network: String
  /// The newest picture.
  let preview: String?
  /// When the metrics were last written, in seconds since 1970.
  let modified: Double
  /// By which the files are known again.
  let stamps: [FileStamp]

  /// The summary of a status.
  init(
    path: String, status: RunStatus, configuration: Configuration, preview: String?,
    stamps: [FileStamp]
  ) {
    self.path = path
    self.name = path.split(separator: "/").dropFirst().joined(separator: "/")
    self.state = status.state
    self.reason = status.reason
    self.step = status.step
    self.totalSteps = status.totalSteps
    self.done = status.done
    self.remaining = status.remaining
    self.seconds = status.seconds
    self.silence = status.silence
    self.meanPSNR = status.meanPSNR
    self.bestPSNR = status.bestPSNR
    let trivial = status.channels.compactMap(\.trivial)
    self.trivialPSNR =
      trivial.isEmpty || trivial.count != status.channels.count
      ? nil : trivial.reduce(0, +) / Double(trivial.count)
    self.targets = configuration.data.targets.map(\.name)
    self.network = configuration.network.summary
    self.preview = preview
    self.modified = stamps[0].modified
    self.stamps = stamps
  }

  /// Whether it stays as it is while its files do.
  var isSettled: Bool { state != .training && state != .starting }

  /// The same at another time.
  func later(_ now: Date) -> RunSummary {
    var later = self
    later.silence = max(now.timeIntervalSince1970 - modified, 0)
    return later
  }

  private enum CodingKeys: String, CodingKey {
    case path, name, state, reason, step, totalSteps, done, remaining, seconds, silence, meanPSNR
    case bestPSNR, trivialPSNR, targets, network, preview, modified
  }
}

extension NetworkConfiguration {
  /// The network in a few words, such as `hvae lean, patch 64, 64 filters`.
  var summary: String {
    "\(backbone.rawValue) \(context.rawValue), patch \(patch), \(filters) filters"
  }
}
