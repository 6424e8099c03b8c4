import Experiment
import Foundation
import Imaging
import TestSupport
import Testing

@Suite("usplit train")
struct TrainCommandTests {
  private let workshop: Workshop
  private let short = Workshop.tiny + ["--epochs", "1", "--steps-per-epoch", "1"]

  init() throws { workshop = try Workshop.shared.get() }

  @Test("a training fills its folder, prints the best model, and tells what it does")
  func fills() throws {
    let training = workshop.training
    #expect(training.status == 0, "\(training.errors)")
    #expect(training.lines == ["run/checkpoints/best.safetensors"])
    #expect(!training.errors.contains("\r"))
    for words in [
      "spots.tif read as", "4 frames of 32 × 32 pixels", "train: frames 2-3", "validate: frame 0",
      "test: frame 1", "input: 0.5 × spots + 0.5 × lines", "are clipped", "parameters",
      "GFLOP per patch", "GiB are available", "validation PSNR", "usplit split --model",
      "what the metrics say:", "too little to judge",
    ] { #expect(training.errors.contains(words), "\(words)") }
    let run = try RunDirectory(opening: workshop.run)
    let events = try MetricEvent.read(contentsOf: run.metrics)
    #expect(events.filter { $0.event == .step }.count == 2)
    for file in [run.split, run.best, run.last] {
      #expect(FileManager.default.fileExists(atPath: file.path))
    }
  }

  @Test("what is left open is chosen after images and time, and told; what is named stays")
  func chosen() throws {
    let folder = try TemporaryFolder()
    func network(_ options: [String]) throws -> (NetworkConfiguration, String) {
      let outcome = try accepted(
        ["train"] + workshop.targets + options + [
          "--threads", "1", "--epochs", "1", "--steps-per-epoch", "1", "--batch", "2", "--force",
          "-o", "run",
        ], in: folder.url)
      let run = try RunDirectory(opening: folder.url.appendingPathComponent("run"))
      return (
        try Configuration(contentsOf: run.configuration, over: Configuration()).network,
        outcome.errors
      )
    }
    let (chosen, told) = try network(["--time", "1s"])
    #expect(chosen.patch == 32 && chosen.contexts == 1 && chosen.filters == 16)
    for words in ["patches of 32 pixels", "context from 64 pixels", "16 channels"] {
      #expect(told.contains(words), "\(words)")
    }
    let (named, untold) = try network([
      "--patch", "16", "--levels", "2", "--contexts", "2", "--filters", "4", "--latents", "4",
    ])
    #expect(named.patch == 16 && named.contexts == 2 && named.filters == 4)
    #expect(!untold.contains("chosen:"))
    // Few images are warned of.
    #expect(told.contains("warning: the training part holds no more than"))
  }

  @Test("options change the settings of the run, whose paths are absolute")
  func options() throws {
    let folder = try TemporaryFolder()
    for name in ["spots", "lines"] { try folder.url.write(Workshop.stack(name), "\(name).tif") }
    try accepted(
      ["train"] + short + [
        "--target", "a=spots.tif", "--target", "b=lines.tif:0", "--batch", "3", "--seed", "7",
        "--time", "1m30s", "--learning-rate", "0.01", "--split", "regions", "--validation",
        "0.25", "--test", "0", "--split", "dealt", "--backbone", "hae", "--blocks", "2",
        "--device", "cpu", "--set", "data.clipQuantile=0.9", "--set", "network.patch=8",
        "--quiet", "--output", "run",
      ], in: folder.url)
    let run = try RunDirectory(opening: folder.url.appendingPathComponent("run"))
    let settings = try Configuration(contentsOf: run.configuration, over: Configuration())
    #expect(settings.training.batch == 3)
    #expect(settings.training.seed == 7)
    #expect(settings.training.threads == 1)
    #expect(settings.training.epochs == 1)
    #expect(settings.training.stepsPerEpoch == 1)
    #expect(settings.training.timeBudget == 90)
    #expect(settings.training.optimiser.learningRate == 0.01)
    #expect(settings.data.split.rule == .dealt)
    #expect(settings.data.split.validation == 0.25)
    #expect(settings.data.split.test == 0)
    #expect(settings.data.clipQuantile == 0.9)
    #expect(settings.network.backbone == .hae)
    #expect(settings.network.blocksPerLevel == 2)
    #expect(settings.network.patch == 16)
    #expect(settings.network.targets == 2)
    #expect(settings.data.targets.map(\.name) == ["a", "b"])
    for target in settings.data.targets {
      #expect(target.file.hasPrefix("/"))
      #expect(FileManager.default.fileExists(atPath: target.file))
    }
  }

  @Test("what had to be assumed of a file is a warning with its name, once")
  func assumptions() throws {
    let folder = try TemporaryFolder()
    for name in ["spots", "lines"] {
      try folder.url.writePlain(Workshop.stack(name), "\(name).tif")
    }
    let outcome = try accepted(
      ["train"] + short + [
        "--target", "a=spots.tif", "--target", "b=lines.tif", "-o", "run", "--quiet",
      ], in: folder.url)
    let lines = outcome.errors.split(separator: "\n").filter { $0.contains("does not say") }
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix("usplit: warning: ") == true)
    #expect(lines.first?.contains("/spots.tif, ") == true)
    #expect(lines.first?.contains("/lines.tif: ") == true)
  }

  @Test("targets may be channels of one file, by number and by name, and the input acquired")
  func channels() throws {
    let folder = try TemporaryFolder()
    let (a, b) = (Workshop.stack("spots"), Workshop.stack("lines"))
    let pixels = (0..<4).flatMap { frame in
      [a, b].flatMap { $0.plane(frame: frame, channel: 0).values }
    }
    let both = ImageStack(
      frames: 4, channels: 2, height: 32, width: 32, pixels: pixels, type: .uint16,
      channelNames: ["actin", "nuclei"])
    try folder.url.write(both, "both.tif")
    try folder.url.write(b, "with:colon.tif")
    let outcome = try accepted(
      ["train"] + short + [
        "--target", "a=both.tif:actin", "--target", "b=both.tif:1", "--target",
        "c=with:colon.tif", "--input", workshop.input, "-o", "run",
      ], in: folder.url)
    #expect(outcome.errors.contains("channel 1 of 2"))
    #expect(outcome.errors.contains("input: an acquired image"))
    try refused(
      ["train"] + short + ["--target", "a=both.tif", "--target", "b=both.tif:1", "-o", "new"],
      saying: ["both.tif", "2 channels", "actin", "nuclei"], in: folder.url)
    try refused(
      ["train"] + short + ["--target", "a=both.tif:0", "--target", "b=both.tif:2", "-o", "new"],
      saying: ["both.tif", "2 channels"], in: folder.url)
  }

  @Test("where the time goes and event files come when asked for, and go with the run")
  func seeing() throws {
    let folder = try TemporaryFolder()
    let train = ["train"] + short + workshop.targets + ["-o", "run"]
    let outcome = try accepted(train + ["--tensorboard", "--profile"], in: folder.url)
    for words in ["where the time went", "ms/step", "waiting for patches", "gradients", "all"] {
      #expect(outcome.errors.contains(words), "\(words)")
    }
    let run = folder.url.appendingPathComponent("run")
    #expect(try TensorBoardWriter.files(in: run).count == 1)
    #expect(try accepted(["status", "run"], in: folder.url).output.contains("finished"))
    let again = try accepted(train + ["--force"], in: folder.url)
    #expect(!again.errors.contains("where the time went"))
    #expect(try TensorBoardWriter.files(in: run).isEmpty)
  }

  @Test("a run is replaced only when forced, another folder never")
  func replacing() throws {
    let folder = try TemporaryFolder()
    let train = ["train"] + short + workshop.targets + ["--quiet", "-o"]
    try accepted(train + ["run"], in: folder.url)
    try refused(train + ["run"], saying: ["not empty", "--force"], in: folder.url)
    let outcome = try accepted(train + ["run", "--force"], in: folder.url)
    #expect(outcome.errors.split(separator: "\n").allSatisfy { $0.contains("warning: ") })
    let run = try RunDirectory(opening: folder.url.appendingPathComponent("run"))
    #expect(try MetricEvent.read(contentsOf: run.metrics).filter { $0.event == .step }.count == 1)

    let other = folder.url.appendingPathComponent("other")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: other.appendingPathComponent("notes.txt"))
    try refused(train + ["other", "--force"], saying: ["config.json"], in: folder.url)
    try refused(train + ["other/notes.txt/run"], saying: ["notes.txt"], in: folder.url)
    try refused(train + ["other/notes.txt"], saying: ["is a file"], in: folder.url)
  }

  @Test(
    "Ctrl-C and the signals of job managers end a training in order",
    arguments: zip([SIGINT, SIGTERM, SIGUSR1], [130, 75, 75] as [Int32]))
  func interrupted(_ signal: Int32, status: Int32) throws {
    let folder = try TemporaryFolder()
    let metrics = folder.url.appendingPathComponent("run/metrics.jsonl")
    let outcome = try Usplit.run(
      ["train"] + Workshop.tiny + workshop.targets
        + ["--steps-per-epoch", "1000000", "--time", "60s", "-o", "run"], in: folder.url
    ) { process in
      waitForContent(of: metrics)
      kill(process.processIdentifier, signal)
    }
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.lines == ["run/checkpoints/best.safetensors"])
    #expect(outcome.errors.contains("usplit train --resume run"))
    try accepted(["inspect", "run/checkpoints/best.safetensors"], in: folder.url)
  }

  @Test("images beyond the memory that is allowed stay in their files, and nothing else changes")
  func memory() throws {
    let folder = try TemporaryFolder()
    var losses: [[Double]] = []
    for (name, memory) in [("small", "1K"), ("large", "1.5GiB")] {
      let outcome = try accepted(
        ["train"] + short + workshop.targets + ["--time", "0", "--memory", memory, "-o", name],
        in: folder.url)
      #expect(outcome.errors.contains("stay in their files") == (name == "small"))
      let run = try RunDirectory(opening: folder.url.appendingPathComponent(name))
      losses.append(try MetricEvent.read(contentsOf: run.metrics).compactMap(\.reconstruction))
    }
    #expect(losses[0].count == 2 && losses[0] == losses[1])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
        == ["large", "small"])
    for size in ["much", "-1", "3X", ""] {
      try refused(
        ["train"] + short + workshop.targets + ["--memory=\(size)", "-o", "new"], saying: [],
        status: 64, in: folder.url)
    }
  }

  @Test(
    "how patches are chosen and changed is told, is in the model, and is refused where it cannot")
  func patches() throws {
    let folder = try TemporaryFolder()
    let changes = [
      "--set", "training.flips=true", "--set", "training.augmentation.intensityJitter=0.5",
      "--set", "training.augmentation.offsetJitter=0.1", "--set",
      "training.augmentation.mixingJitter=4", "--set", "training.augmentation.signalPatches=0.25",
    ]
    let outcome = try accepted(
      ["train"] + short + workshop.targets + changes + ["-o", "run"], in: folder.url)
    #expect(
      outcome.errors.contains(
        "patches: flipped and turned, up to 1.5 times brighter or darker, background shifted by up "
          + "to 0.1 standard deviations, mixed in ratios from 1 : 4 to 4 : 1 of the usual, 25 % "
          + "chosen where all targets have signal"), "\(outcome.errors)")
    #expect(!workshop.training.errors.contains("patches: "))
    let settings = try Configuration(
      contentsOf: folder.url.appendingPathComponent("run/config.json"), over: Configuration())
    #expect(settings.training.augmentation.mixingJitter == 4)
    try refused(
      ["train"] + short + workshop.targets + changes + ["--input", workshop.input, "-o", "new"],
      saying: ["mixingJitter is 4.0", "\"acquired\"", "cannot be mixed anew"], in: folder.url)
    try refused(
      ["train"] + short + workshop.targets
        + ["--set", "training.augmentation.signalPatch=1", "-o", "new"],
      saying: ["did you mean \"training.augmentation.signalPatches\"?"], in: folder.url)
  }

  @Test("targets may be folders and patterns, and pages may be read with other axes")
  func several() throws {
    let folder = try TemporaryFolder()
    for name in ["spots", "lines"] {
      let place = folder.url.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      for number in [1, 2] {
        try place.write(Workshop.stack(name, frames: 2), "\(name)-\(number).tif")
      }
    }
    let outcome = try accepted(
      ["train"] + short + ["--target", "a=spots", "--target", "b=lines/l*.tif", "-o", "run"],
      in: folder.url)
    #expect(outcome.errors.contains("2 images"))
    #expect(outcome.errors.contains("train: frames 2-3"))
    let model = "run/checkpoints/best.safetensors"
    try accepted(["evaluate", "--model", model], in: folder.url)

    let pages = (0..<4).flatMap { frame in
      ["spots", "lines"].flatMap { Workshop.stack($0).plane(frame: frame, channel: 0).values }
    }
    try folder.url.write(
      ImageStack(
        frames: 8, channels: 1, height: 32, width: 32, pixels: pages, type: .uint16), "pages.tif")
    let targets = ["--target", "a=pages.tif:0", "--target", "b=pages.tif:1"]
    let again = try accepted(
      ["train"] + short + targets + ["--axes", "TC2YX", "-o", "pages"], in: folder.url)
    #expect(again.errors.contains("channel 1 of 2"))
    try accepted(
      ["evaluate", "--model", "pages/checkpoints/best.safetensors"], in: folder.url)
    try accepted(
      ["evaluate", "--model", model] + targets + ["--axes", "TC2YX"], in: folder.url)
    try refused(
      ["train"] + short + targets + ["--axes", "TQ", "-o", "new"], saying: ["TQ"],
      in: folder.url)
    try refused(
      ["evaluate", "--model", model, "--axes", "TC2YX"], saying: ["--axes"], status: 64,
      in: folder.url)
    try refused(
      ["train"] + short + ["--target", "a=spots", "--target", "b=none*.tif", "-o", "new"],
      saying: ["none*.tif"], in: folder.url)
  }

  @Test("published images are trained on by their name, with the authors' split")
  func published() throws {
    let folder = try TemporaryFolder()
    let place = folder.url.appendingPathComponent("sets/Hagen")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for (name, file) in [("spots", "actin"), ("lines", "mito")] {
      try place.write(Workshop.stack(name, frames: 10), "\(file)-60x-noise2-highsnr.tif")
    }
    let train = ["train"] + short
    let hagen = ["--dataset", "hagen", "--data", "sets"]
    let outcome = try accepted(train + hagen + ["-o", "run"], in: folder.url)
    for words in ["startingTest", "test: frame 0", "validate: frame 1", "train: frames 2-9"] {
      #expect(outcome.errors.contains(words), "\(words) in \(outcome.errors)")
    }
    try accepted(
      ["evaluate", "--model", "run/checkpoints/best.safetensors"], in: folder.url)
    let leading = try accepted(
      train + hagen + ["--split", "leading", "-o", "leading"], in: folder.url)
    #expect(leading.errors.contains("test: frame 1"))
    try refused(
      train + ["--dataset", "paviaatn", "--data", "sets", "--structures", "actin,tubulin"]
        + ["-o", "new"],
      saying: ["PaviaATN is not there", "OptiMEM100x014.tif", "zenodo"], in: folder.url)
    for (options, words) in [
      (["--dataset", "hagen"], ["--data", "100888"]),
      (["--dataset", "paviaatn", "--data", "sets"], ["--structures", "actin, tubulin"]),
      (hagen + ["--structures", "actin,lysosomes"], ["lysosomes", "mitochondria"]),
      (hagen + ["--structures", "actin"], ["two or more"]),
      (hagen + workshop.targets, ["exclude each other"]), (["--data", "sets"], ["--dataset"]),
      (workshop.targets + ["--structures", "a,b"], ["--dataset"]),
      (["--dataset", "pavia", "--data", "sets"], ["paviaatn", "hagen"]),
    ] {
      try refused(train + options + ["-o", "new"], saying: words, status: 64, in: folder.url)
    }
  }

  @Test("a time budget ends a training")
  func budget() throws {
    let folder = try TemporaryFolder()
    let outcome = try accepted(
      ["train"] + Workshop.tiny + workshop.targets + ["--time", "0.5s", "-o", "run"],
      in: folder.url)
    #expect(outcome.errors.contains("time budget spent"))
  }
}
