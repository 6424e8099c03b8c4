import Foundation

/// `usplit-bench`: what a training holds in memory, how long its steps and reading a file take.
@main
enum USplitBench {
  static let usage = """
    usage: usplit-bench memory [--steps 500] [--filters 8] [--patch 32] [--batch 4]
                               [--json memory.json] [--figure memory.svg] [--threads 0]
           usplit-bench step [--filters 16] [--patch 64] [--batch 8] [--repeats 9] [--threads 0]
           usplit-bench reading --file FILE [--tile 512] [--repeats 1]

      memory  trains Lean-LC on synthetic cells; writes the memory and the live tensors after each
              step as JSON, and draws the memory
      step    median seconds of a training step and of the prediction of a batch, for the four
              variants of the network
      reading seconds of reading all pixels of an image by planes and by tiles, as JSON; reading.py
              compares them with tifffile and zarr-python

      --threads 0 uses all cores
    """

  static func main() {
    do {
      var arguments = Arguments(CommandLine.arguments.dropFirst())
      switch arguments.command {
      case "memory": try MemoryBenchmark(&arguments).run()
      case "step": try StepBenchmark(&arguments).run()
      case "reading": try ReadingBenchmark(&arguments).run()
      case "help", "--help": print(usage)
      default: throw ArgumentError("name one of memory, step and reading")
      }
    } catch let error as ArgumentError {
      fail("\(error)\n\n\(usage)", status: 64)
    } catch {
      fail("\(error)", status: 1)
    }
  }

  private static func fail(_ text: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data("usplit-bench: \(text)\n".utf8))
    exit(status)
  }
}
