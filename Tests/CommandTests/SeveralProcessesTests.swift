import Experiment
import Foundation
import Imaging
import TestSupport
import Testing

@Suite("Several processes", .serialized)
struct SeveralProcessesTests {
  private let workshop: Workshop
  /// A network without anything that is drawn.
  private let plain = [
    "--backbone", "hae", "--set", "network.encoderDropout=0", "--set", "network.decoderDropout=0",
    "--set",
    "training.flips=true", "--seed", "5",
  ]

  init() throws { workshop = try Workshop.shared.get() }

  private func train(steps: Int, batch: Int, _ more: [String] = []) -> [String] {
    ["train", "--time", "0"] + Workshop.tiny + plain + workshop.targets
      + ["--epochs", "1", "--steps-per-epoch", String(steps), "--batch", String(batch)] + more
  }

  private func steps(_ run: String, in folder: URL) throws -> [MetricEvent] {
    let run = try RunDirectory(opening: folder.appendingPathComponent(run))
    return try MetricEvent.read(contentsOf: run.metrics).filter { $0.event == .step }
  }

  @Test("two ranks with common statistics learn as one process with twice the batch")
  func training() throws {
    let folder = try TemporaryFolder()
    let common = ["--set", "training.syncBatchNorm=true"]
    let outcomes = try ranks(
      2, train(steps: 5, batch: 2, common + ["-o", "two"]), in: folder.url)
    for outcome in outcomes { #expect(outcome.status == 0, "\(outcome.errors)") }
    #expect(outcomes[0].lines == ["two/checkpoints/best.safetensors"])
    #expect(outcomes[0].errors.contains("2 processes train together, 4 patches per step"))
    #expect(outcomes[1].output.isEmpty && outcomes[1].errors.isEmpty, "\(outcomes[1].errors)")
    try accepted(train(steps: 5, batch: 4, common + ["-o", "one"]), in: folder.url)
    let two = try steps("two", in: folder.url)
    let one = try steps("one", in: folder.url)
    #expect(two.count == 5 && one.count == 5)
    for (a, b) in zip(two, one) {
      #expect(abs(try #require(a.loss) - #require(b.loss)) < 1e-4)
    }
    try accepted(["inspect", "two/checkpoints/best.safetensors"], in: folder.url)
  }

  @Test("a signal to one rank stops all, and the training can be resumed by other numbers of ranks")
  func stopping() throws {
    let folder = try TemporaryFolder()
    let metrics = folder.url.appendingPathComponent("run/metrics.jsonl")
    let outcomes = try ranks(
      2, train(steps: 100_000, batch: 2, ["-o", "run"]), in: folder.url
    ) { processes in
      waitForContent(of: metrics)
      kill(processes[1].processIdentifier, SIGTERM)
    }
    for outcome in outcomes { #expect(outcome.status == EX_TEMPFAIL, "\(outcome.errors)") }
    let before = try steps("run", in: folder.url).count
    #expect(before > 0)
    for count in [2, 1] {
      let outcomes = try ranks(
        count, ["train", "--resume", "run", "--time", "1s"], in: folder.url)
      for outcome in outcomes { #expect(outcome.status == 0, "\(outcome.errors)") }
    }
  }

  @Test("a killed rank ends the other with a message")
  func killed() throws {
    let folder = try TemporaryFolder()
    let metrics = folder.url.appendingPathComponent("run/metrics.jsonl")
    let outcomes = try ranks(
      2, train(steps: 100_000, batch: 2, ["-o", "run"]), in: folder.url
    ) { processes in
      waitForContent(of: metrics)
      kill(processes[1].processIdentifier, SIGKILL)
    }
    #expect(outcomes[0].status == 1, "\(outcomes[0].errors)")
    for words in ["usplit: error: rank 0 ends", "--resume run"] {
      #expect(outcomes[0].errors.contains(words), "\(outcomes[0].errors)")
    }
  }

  @Test("ranks that were started otherwise are refused")
  func different() throws {
    let folder = try TemporaryFolder()
    let port = String(freePort())
    var outcomes: [Outcome] = []
    let threads = ["1", "2"].enumerated().map { rank, seed in
      Result {
        try Usplit.process(
          train(steps: 1, batch: 2, ["--seed", seed, "-o", "run"]) + [
            "--rank", String(rank), "--ranks", "2", "--address", "127.0.0.1", "--port", port,
          ], in: folder.url)
      }
    }
    let logs = try threads.enumerated().map { rank, process in
      let log = folder.url.appendingPathComponent("log-\(rank)")
      try Data().write(to: log)
      let process = try process.get()
      process.standardOutput = FileHandle.nullDevice
      process.standardError = try FileHandle(forWritingTo: log)
      try process.run()
      return (process, log)
    }
    for (process, log) in logs {
      process.waitUntilExit()
      outcomes.append(
        Outcome(
          status: process.terminationStatus, output: "",
          errors: try String(contentsOf: log, encoding: .utf8)))
    }
    for outcome in outcomes {
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("rank 1 was given other settings"), "\(outcome.errors)")
    }
  }

  @Test("whoever waits in vain is told what to check")
  func alone() throws {
    let folder = try TemporaryFolder()
    let outcome = try Usplit.run(
      train(steps: 1, batch: 2, ["-o", "run", "--connect-timeout", "1s"]), in: folder.url,
      environment: [
        "RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": String(freePort()),
      ])
    #expect(outcome.status == 1)
    for words in ["rank 0 of 2", "1 other process", "rank 1", "GLOO_SOCKET_IFNAME"] {
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.url.path("run")))
  }

  @Test("half of the variables of a launcher, and options that do not fit, are refused")
  func variables() throws {
    let folder = try TemporaryFolder()
    let outcome = try Usplit.run(
      train(steps: 1, batch: 2, ["-o", "run"]), in: folder.url, environment: ["RANK": "0"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("WORLD_SIZE is not set"))
    try refused(
      train(steps: 1, batch: 2, ["-o", "run", "--rank", "0"]), saying: ["--ranks"],
      in: folder.url)
  }

  @Test(
    "several processes split to the same pixels as one, in any form",
    arguments: [("tiff", ".ome.tif", 2), ("zarr", ".ome.zarr", 3)])
  func splitting(_ kind: String, _ suffix: String, _ count: Int) throws {
    let folder = try TemporaryFolder()
    try folder.url.write(Workshop.stack("spots", frames: 3, size: 50), "image.tif")
    let format = kind == "tiff" ? "ome-tiff" : "ome-zarr-0.5"
    let split = [
      "split", "--model", workshop.model, "image.tif", "--threads", "1", "--batch", "3", "--format",
      format, "--samples", "2", "-o",
    ]
    try accepted(split + ["one"], in: folder.url)
    let outcomes = try ranks(count, split + ["many"], in: folder.url)
    for outcome in outcomes { #expect(outcome.status == 0, "\(outcome.errors)") }
    #expect(outcomes[0].lines == ["many/image_split\(suffix)"])
    #expect(outcomes.dropFirst().allSatisfy { $0.output.isEmpty && $0.errors.isEmpty })
    let one = try folder.url.image("one/image_split\(suffix)")
    let many = try folder.url.image("many/image_split\(suffix)")
    #expect(one.pixels == many.pixels)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path("many")).count == 1)
  }
}
