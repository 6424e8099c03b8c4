import Foundation
import USplit

/// `usplit-bench`: what a training holds in memory, how long its steps and reading a file take; also
/// call by call, for comparisons in turns.
@main
enum USplitBench {
  static let usage = """
    usage: usplit-bench memory [--steps 500] [--filters 8] [--patch 32] [--batch 4]
                               [--json memory.json] [--figure memory.svg] [--threads 0]
           usplit-bench step [--filters 16] [--patch 64] [--batch 8] [--repeats 9] [--threads 0]
           usplit-bench reading --file FILE [--tile 512] [--repeats 1]
           usplit-bench serve --work WORK --network NETWORK [--batch 4] [--samples 1]
                              [--filters 0] [--patch 64] [--warm-up 1] [--threads 0]
                              [--kernels none|baseline|avx2|avx512]
           usplit-bench model --network NETWORK --file FILE [--filters 0] [--patch 64]

      memory  trains Lean-LC on synthetic cells; writes the memory and the live tensors after each
              step as JSON, and draws the memory
      step    median seconds of a training step and of the prediction of a batch, for the four
              variants of the network
      reading seconds of reading all pixels of an image by planes and by tiles, as JSON; reading.py
              compares them with tifffile and zarr-python
      serve   prepares one piece of WORK (train, predict, samples or load), then does it once for
              each line of the standard input and prints seconds and memory in MiB as JSON;
              pytorch/compare.py compares them with PyTorch
      model   writes a model of fresh weights, which `usplit split` takes

      NETWORK is unet, vanilla, lean, regular or deep, with the paper's settings; --filters 0 are
      the paper's, --threads 0 uses all cores
    """

  static func main() {
    do {
      var arguments = Arguments(CommandLine.arguments.dropFirst())
      switch arguments.command {
      case "memory": try MemoryBenchmark(&arguments).run()
      case "step": try StepBenchmark(&arguments).run()
      case "reading": try ReadingBenchmark(&arguments).run()
      case "serve": try ServeBenchmark(&arguments).run()
      case "model": try writeModel(&arguments)
      case "help", "--help": print(usage)
      default: throw ArgumentError("name one of memory, step, reading, serve and model")
      }
    } catch let error as ArgumentError {
      fail("\(error)\n\n\(usage)", status: 64)
    } catch {
      fail("\(error)", status: 1)
    }
  }

  /// Writes a model that was never trained.
  private static func writeModel(_ arguments: inout Arguments) throws {
    let network = arguments.text("network", "")
    let filters = try arguments.number("filters", 0, least: 0)
    let patch = try arguments.number("patch", 64, least: 16)
    let file = arguments.text("file", "")
    try arguments.finish()
    guard !file.isEmpty else { throw ArgumentError("--file names no file") }
    let configuration = try Cells.paper(network, filters: filters, patch: patch, batch: 1)
    let data = try Cells.data(configuration, frames: 10, side: 2 * patch)
    try SplitModel(ModelDescription(configuration, data)).save(to: URL(fileURLWithPath: file))
  }

  private static func fail(_ text: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data("usplit-bench: \(text)\n".utf8))
    exit(status)
  }
}
