import ArgumentParser
import Experiment
import Foundation

/// `usplit status`.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows how a training stands, also one of another process or machine.",
    discussion: """
      Reads the folder of the run and changes nothing in it. On a terminal curves of the loss and of \
      the validation's PSNR are drawn. A training that has ended is told what to do next.

      Example: usplit status run --watch
      """)

  @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"), completion: .directory)
  var folder: String

  @Flag(
    help:
      "Draw it anew every two seconds until the training ends; elsewhere than on a terminal, once.")
  var watch = false

  @Flag(help: "Print JSON.")
  var json = false

  private static let pause = 2.0

  func validate() throws {
    if watch, json {
      throw ValidationError("--watch draws and --json does not; leave out one of them")
    }
  }

  func run() throws {
    let run = try RunDirectory(opening: URL(fileURLWithPath: folder, isDirectory: true))
    let screen = Screen()
    var metrics = MetricsReader(run.metrics)
    while true {
      let configuration = try Configuration(
        contentsOf: run.configuration, over: Configuration())
      try metrics.update()
      let status = RunStatus(configuration, metrics)
      if json { return try Results.json(status) }
      let text = StatusText(status: status, configuration: configuration, name: folder)
      guard let screen else { return try text.lines.forEach(Results.line) }
      let lines = text.lines + text.curves(width: screen.width)
      let isLast = !watch || status.state == .finished || status.state == .stopped
      try screen.show(lines, isLast: isLast)
      if isLast { return }
      Thread.sleep(forTimeInterval: Self.pause)
    }
  }
}
