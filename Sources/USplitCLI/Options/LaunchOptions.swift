import ArgumentParser
import Experiment
import Foundation

/// Which of several processes this one is; a launcher says so by itself.
struct LaunchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Number of this process, from 0. (default: as torchrun or Slurm's srun says)",
      valueName: "number"))
  var rank: Int?

  @Option(help: ArgumentHelp("How many processes work together.", valueName: "count"))
  var ranks: Int?

  @Option(
    help: ArgumentHelp("Machine of rank 0, as the others see it.", valueName: "host"))
  var address: String?

  @Option(help: ArgumentHelp("Port there. (default: 29500)", valueName: "port"))
  var port: Int?

  @Option(
    help: ArgumentHelp(
      "Time to wait for the other processes, such as 90s or 10m. (default: 5m)", valueName: "time"))
  var connectTimeout: TimeArgument?

  /// The names of these options.
  static let names = ["--rank", "--ranks", "--address", "--port", "--connect-timeout"]

  func validate() throws {
    if let time = connectTimeout, time.seconds <= 0 {
      throw ValidationError("--connect-timeout is \(time.seconds) s, it must be above 0")
    }
  }

  /// Where this process stands.
  ///
  /// - Throws: `LaunchError` for options or variables without sense.
  func launch() throws(LaunchError) -> Launch {
    var options = Launch.Options()
    options.rank = rank
    options.ranks = ranks
    options.address = address
    options.port = port
    return try Launch(options, environment: ProcessInfo.processInfo.environment)
  }
}
