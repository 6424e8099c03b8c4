import Experiment
import Foundation

extension Trainer {
  /// An event of this moment.
  func makeEvent(_ kind: MetricEvent.Kind) -> MetricEvent {
    var event = MetricEvent(kind)
    event.step = state.step
    event.epoch = state.epoch
    event.seconds = seconds
    event.skippedSteps = state.skipped > 0 ? state.skipped : nil
    return event
  }

  /// Appends a line to the metrics, and its numbers to the event file.
  func write(_ event: MetricEvent) throws {
    guard let metrics else { return }
    try persist(bytes: 0, as: .reporting) { try metrics.write(event) }
    guard let tensorBoard else { return }
    try persist(bytes: 0, as: .reporting) { try tensorBoard.write(event) }
  }

  /// A new event file, which voids what others tell beyond the metrics that a resumed training kept.
  static func eventFile(
    of run: RunDirectory, names: [String], isResumed: Bool
  ) throws -> TensorBoardWriter {
    guard isResumed else { return try TensorBoardWriter(in: run.url, names: names) }
    var metrics = MetricsReader(run.metrics)
    try metrics.update()
    return try TensorBoardWriter(in: run.url, names: names, resuming: metrics.history)
  }

  /// Tells something in words.
  func note(_ text: String) throws {
    var event = makeEvent(.note)
    event.text = text
    try write(event)
    report(.note(text))
  }

  /// Tells who trains, and how long that will be.
  func tellStart() throws {
    var event = makeEvent(.start)
    let (total, overflow) = settings.epochs.multipliedReportingOverflow(by: stepsPerEpoch)
    event.totalSteps = overflow ? nil : total
    event.host = HostName.current
    event.command = command
    event.folder = command == nil ? nil : FileManager.default.currentDirectoryPath
    event.software = SoftwareVersions.text
    event.process = Int(ProcessInfo.processInfo.processIdentifier)
    try write(event)
  }

  /// Tells where the time went, if that was measured.
  func tellProfile() throws {
    guard let seconds = profile.seconds else { return }
    var event = makeEvent(.profile)
    event.profile = Dictionary(uniqueKeysWithValues: seconds.map { ($0.key.rawValue, $0.value) })
    try write(event)
  }
}
