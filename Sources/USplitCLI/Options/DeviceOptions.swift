import ArgumentParser
import Experiment
import Torch

/// What computes.
struct DeviceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Where to compute: cpu, cuda, cuda:N or mps.", valueName: "device"),
    completion: .device)
  var device: String?

  @Option(help: ArgumentHelp("Threads on the CPU; 0 for all cores.", valueName: "count"))
  var threads: Int?

  /// Changes what was named on the command line.
  func apply(to configuration: inout Configuration) {
    if let device { configuration.training.device = device }
    if let threads { configuration.training.threads = threads }
  }

  /// Sets the number of threads and gives the device.
  ///
  /// - Throws: `TorchError` for a device that is not there.
  func prepare() throws -> Device { try Device(named: prepareThreads()) }

  /// Sets the number of threads and gives the name of the device.
  ///
  /// - Throws: `CommandError` for a negative number.
  func prepareThreads() throws -> String {
    if let threads, threads < 0 {
      throw CommandError("--threads is \(threads), it cannot be negative")
    }
    if let threads, threads > 0 { Runtime.threads = threads }
    return device ?? "cpu"
  }
}
