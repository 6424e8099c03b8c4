import ArgumentParser

/// Where the command begins: parses, runs, and turns errors into sentences and exit codes.
@main
enum Program {
  static func main() {
    ThreadWaiting.limit()
    do {
      var command = try USplitCommand.parseAsRoot()
      do {
        try command.run()
      } catch let error where error.isOfTheWorld {
        Console.complain("usplit: error: \(error)")
        throw ExitCode.failure
      }
    } catch {
      USplitCommand.exit(withError: error)
    }
  }
}

extension Error {
  /// Whether it is neither an exit code nor about the usage of the command, which the argument
  /// parser shows itself.
  fileprivate var isOfTheWorld: Bool {
    !(self is ExitCode) && USplitCommand.exitCode(for: self) == .failure
  }
}
