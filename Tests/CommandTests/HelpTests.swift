import Foundation
import Testing

@Suite("Help of the command")
struct HelpTests {
  private static let network = [
    "--preset", "--config", "--set", "--backbone", "--context", "--patch", "--contexts",
    "--levels", "--depth", "--filters", "--latents", "--blocks", "--batch",
  ]
  private static let prediction = [
    "--tiles", "--padding", "--latents", "--samples", "--seed", "--batch", "--device",
    "--threads",
  ]
  private static let synthesis = ["--frames", "--seed", "--output", "--force", "--quiet", "--size"]

  static let flags: [(command: String, flags: [String])] = [
    (
      "train",
      network + [
        "--target", "--input", "--output", "--force", "--epochs", "--steps-per-epoch", "--time",
        "--learning-rate", "--seed", "--split", "--validation", "--test", "--device", "--threads",
        "--ignore-memory", "--quiet", "--memory", "--axes", "--dataset", "--data", "--structures",
        "--tensorboard", "--profile", "--progress",
      ]
    ),
    (
      "split",
      prediction + [
        "--model", "--output", "--input-is", "--type", "--frames", "--channel", "--force",
        "--ignore-memory", "--quiet", "--series", "--axes", "--format", "--compression",
        "--resume", "--memory", "--previews", "--keep-samples", "--progress",
      ]
    ),
    (
      "evaluate",
      prediction + [
        "--model", "--prediction", "--target", "--input", "--part", "--trivial", "--frames",
        "--clip-quantile", "--json", "--panels", "--force", "--quiet", "--all-metrics", "--seams",
        "--tile", "--axes", "--progress",
      ]
    ),
    ("compare", ["--all-pairs", "--json", "--device", "--threads", "--progress", "--quiet"]),
    ("status", ["--watch", "--json"]),
    (
      "config",
      network + [
        "--epochs", "--steps-per-epoch", "--time", "--learning-rate", "--seed", "--split",
        "--validation", "--test", "--tensorboard", "--device", "--threads", "--keys",
      ]
    ),
    ("inspect", ["--json"]),
    ("describe", network + ["--json"]),
    (
      "synthesize cells",
      synthesis + [
        "--height", "--width", "--psf-sigma", "--no-noise", "--structure", "--overlap",
        "--correlation", "--vesicle-diameter", "--mitochondrion-length", "--membrane-photons",
      ]
    ),
    (
      "synthesize critters",
      synthesis + [
        "--curves", "--band", "--connection-length", "--connection-frequency", "--initial-phase",
        "--random-phase",
      ]
    ),
    (
      "import",
      [
        "--config", "--stats-from", "--stats", "--write-stats", "--split", "--backbone",
        "--context", "--patch", "--output", "--force", "--quiet",
      ]
    ),
    ("mix", ["--output", "--rule", "--weights", "--frames", "--force", "--quiet"]),
    (
      "separate",
      [
        "--output", "--layers", "--preset", "--iterations", "--learning-rate", "--time", "--crop",
        "--frame", "--channel", "--seed", "--device", "--threads", "--ignore-memory", "--force",
        "--quiet",
      ]
    ),
  ]

  @Test("the help of each command names each of its options", arguments: flags)
  func namesOptions(_ command: String, _ flags: [String]) throws {
    let help = try accepted(
      ["help"] + command.split(separator: " ").map(String.init),
      in: FileManager.default.temporaryDirectory
    ).output
    for flag in flags { #expect(help.contains(flag), "\(flag) in the help of \(command)") }
  }

  @Test("the help of the program lists the commands and the exit codes")
  func listsCommands() throws {
    let help = try accepted(["--help"], in: FileManager.default.temporaryDirectory).output
    for word in [
      "train", "split", "evaluate", "compare", "inspect", "describe", "synthesize", "mix",
      "separate", "import", "reproduce", "status", "config", "64",
      "75", "130", "143",
    ] { #expect(help.contains(word)) }
  }

  @Test("the program without a command shows its help, and tells its version")
  func plain() throws {
    let folder = FileManager.default.temporaryDirectory
    #expect(try accepted([], in: folder).output.contains("SUBCOMMANDS"))
    #expect(try accepted(["--version"], in: folder).output.split(separator: ".").count == 3)
  }

  @Test("mistakes in the command line exit with 64")
  func usage() throws {
    let folder = FileManager.default.temporaryDirectory
    for arguments in [
      ["no-such-command"], ["describe", "--no-such-option"], ["describe", "--preset", "finest"],
      ["describe", "--set", "network.patch"], ["evaluate"],
      ["evaluate", "--model", "a", "--prediction", "b"], ["split", "a.tif", "-o", "b"],
      ["split", "--model", "a", "a.tif", "-o", "b", "--samples", "0"],
      ["split", "--model", "a", "a.tif", "-o", "b", "--memory", "much"],
      ["split", "--model", "a", "a.tif", "-o", "b", "--memory", "0GB"],
      ["split", "--model", "a", "a.tif", "-o", "b", "--series=-1"],
      ["split", "--model", "a", "a.tif", "-o", "b", "--format", "jpeg"],
      ["split", "--model", "a", "a.tif", "-o", "b", "--samples", "2", "--latents", "mean"],
      ["split", "--model", "a", "a.tif", "-o", "b", "--frames", "5-3"],
      ["split", "--model", "a", "a.tif", "-o", "b", "--tiles", "none", "--padding", "4"],
      ["split", "--model", "a", "a.tif", "-o", "b", "--tiles", "around"],
      ["evaluate", "--model", "a", "--tile", "8"],
      ["evaluate", "--prediction", "a", "--target", "b=b.tif", "--seams"],
      ["evaluate", "--prediction", "a", "--target", "b=b.tif", "--tile", "8"],
      ["evaluate", "--prediction", "a", "--target", "b=b.tif", "--seams", "--tile", "0"],
      ["evaluate", "--prediction", "a", "--target", "b=b.tif", "--samples", "2"],
      ["evaluate", "--prediction", "a", "--target", "b=b.tif", "--tiles", "outer"],
      ["compare"], ["compare", "a"],
      ["synthesize", "critters", "-o", "b", "--random-phase"],
      ["synthesize", "critters", "-o", "b", "--initial-phase", "1"],
      ["synthesize", "critters", "-o", "b", "--band", "0.05-0.07"],
      ["synthesize", "critters", "-o", "b", "--band", "0.05"],
      ["synthesize", "cells", "-o", "b", "--structure", "ribosomes"],
      ["synthesize", "cells", "-o", "b", "--vesicle-photons", "100"],
      ["train", "--time", "soon", "-o", "b"],
      ["separate", "a.tif", "-o", "b", "--crop", "1,2"],
      ["separate", "a.tif", "-o", "b", "--frame=-1"],
    ] {
      let outcome = try Usplit.run(arguments, in: folder)
      #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains("Error: "))
    }
  }
}
