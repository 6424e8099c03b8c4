import Foundation

/// How long LibTorch's threads wait for one another before they sleep.
///
/// GNU's OpenMP lets them spin for milliseconds. That is harmless while every thread has a core of
/// its own; as soon as another program wants a core too, the threads burn the time that the last of
/// them needs, and a training slows down tenfold. OpenMP reads its settings before `main`, so the
/// program starts itself anew with a short limit. Settings of the user's own are left alone.
enum ThreadWaiting {
  private static let commands: Set<String> = [
    "train", "split", "evaluate", "compare", "separate", "reproduce",
  ]
  private static let spinCount = "5000"

  /// Starts the program anew where that is needed; returns when it is not, or not possible.
  static func limit() {
    #if os(Linux)
      let environment = ProcessInfo.processInfo.environment
      guard let command = CommandLine.arguments.dropFirst().first, commands.contains(command),
        environment["OMP_WAIT_POLICY"] == nil, environment["GOMP_SPINCOUNT"] == nil,
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
        setenv("GOMP_SPINCOUNT", spinCount, 0) == 0
      else { return }
      execv(program, CommandLine.unsafeArgv)
    #endif
  }
}
