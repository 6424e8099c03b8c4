import Experiment
import Foundation
import Imaging
import Safetensors
import TestSupport
import Testing

@Suite("usplit train --resume")
struct ResumeTrainingTests {
  private let workshop: Workshop
  /// A training of some seconds that writes its state all the time.
  private let training =
    Workshop.tiny + [
      "--epochs", "6", "--steps-per-epoch", "25", "--time", "0", "--batch", "4", "--set",
      "training.checkpointInterval=0.01", "--set", "training.averaging=0.9",
    ]

  init() throws { workshop = try Workshop.shared.get() }

  /// The weights of a model file, without what it says about itself.
  private func weights(_ url: URL) throws -> [Data] {
    let file = try SafetensorsFile(contentsOf: url)
    return try file.entries.sorted { $0.name < $1.name }.map { try file.data($0.name) }
  }

  @Test(
    "a training that is killed at random moments ends with the weights of one that is not",
    .timeLimit(.minutes(20)))
  func killed() throws {
    let folder = try TemporaryFolder()
    let began = ContinuousClock.now
    try accepted(["train"] + training + workshop.targets + ["-o", "whole"], in: folder.url)
    let length = (ContinuousClock.now - began) / .seconds(1)
    let kills = ProcessInfo.processInfo.environment["USPLIT_KILLS"].flatMap(Int.init) ?? 20
    let seed = UInt64.random(in: 0...(.max))
    var random = SeededGenerator(seed: seed)
    var resumed = 0
    var killed = 0
    // As many trainings as are needed to kill so often.
    var number = 0
    while killed < kills {
      number += 1
      let name = "run-\(number)"
      var arguments = ["train"] + training + workshop.targets + ["-o", name]
      while true {
        // Beginning takes a part of every session, so few kills would hit an early end of the range.
        let delay = Double.random(in: 0.05...max(0.6 * length, 0.2), using: &random)
        let outcome = try Usplit.run(arguments, in: folder.url) { process in
          guard killed < kills else { return }
          let end = ContinuousClock.now + .seconds(delay)
          while process.isRunning, .now < end { Thread.sleep(forTimeInterval: 0.002) }
          if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
        if outcome.status == 0 { break }
        try #require(outcome.status == -1, "\(outcome.errors)")
        killed += 1
        let run = folder.url.appendingPathComponent(name)
        let hasBegun = FileManager.default.fileExists(
          atPath: run.appendingPathComponent("config.json").path)
        if hasBegun { arguments = ["train", "--resume", name] } else { arguments += ["--force"] }
        if !hasBegun { try? FileManager.default.removeItem(at: run) }
        resumed += outcome.errors.contains("resumed at step") ? 1 : 0
      }
      let run = try RunDirectory(opening: folder.url.appendingPathComponent(name))
      let whole = try RunDirectory(opening: folder.url.appendingPathComponent("whole"))
      for file in [\RunDirectory.best, \.last] {
        #expect(
          try weights(run[keyPath: file]) == weights(whole[keyPath: file]),
          "seed \(seed), training \(number), after \(killed) kills")
      }
      let steps = try MetricEvent.read(contentsOf: run.metrics).filter { $0.event == .step }
      #expect(steps.compactMap(\.step) == Array(1...150))
      #expect(try run.states().count <= 2)
    }
    #expect(killed == kills && resumed > 0)
  }

  @Test("a finished run can be made longer, and only where and how long it runs can change")
  func longer() throws {
    let folder = try TemporaryFolder()
    let short = Workshop.tiny + ["--epochs", "1", "--steps-per-epoch", "2", "--time", "0"]
    try accepted(["train"] + short + workshop.targets + ["-o", "run"], in: folder.url)
    let again = try accepted(["train", "--resume", "run"], in: folder.url)
    #expect(again.errors.contains("ended (finished) after 2 steps"))
    let longer = try accepted(
      ["train", "--resume", "run", "--epochs", "2", "--threads", "1"], in: folder.url)
    #expect(longer.errors.contains("resumed at step 2"))
    #expect(longer.errors.contains("ended (finished) after 4 steps"))
    #expect(longer.lines == ["run/checkpoints/best.safetensors"])
    for options in [
      ["--patch", "32"], ["--set=training.seed=2"], ["--preset", "paper"], ["--force"],
      ["--target", "a=b.tif"], ["-o", "other"],
    ] {
      try refused(
        ["train", "--resume", "run"] + options, saying: ["--resume"], status: 64, in: folder.url)
    }
    try refused(["train"] + short + workshop.targets, saying: ["-o"], status: 64, in: folder.url)
    try refused(["train", "--resume", "other"], saying: ["other"], in: folder.url)
  }

  @Test("two trainings do not share a folder")
  func locked() throws {
    let folder = try TemporaryFolder()
    let metrics = folder.url.appendingPathComponent("run/metrics.jsonl")
    let outcome = try Usplit.run(
      ["train"] + Workshop.tiny + workshop.targets
        + ["--steps-per-epoch", "1000000", "--time", "60s", "-o", "run"], in: folder.url
    ) { process in
      waitForContent(of: metrics)
      let second = try Usplit.run(["train", "--resume", "run"], in: folder.url)
      #expect(second.status == 1)
      #expect(second.errors.contains("another process is training in run"))
      kill(process.processIdentifier, SIGINT)
    }
    #expect(outcome.status == 130)
  }
}
