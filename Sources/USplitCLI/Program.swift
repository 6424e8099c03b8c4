import ArgumentParser
import Foundation
import Torch

/// Where the command begins: parses, runs, and turns errors into sentences and exit codes.
@main
enum Program {
  static func main() {
    ThreadWaiting.limit()
    do {
      if let script = CompletionScript.asked(by: CommandLine.arguments) {
        return try Results.line(script)
      }
      try Kernels.choose()
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

extension Kernels {
  /// Takes over what `USPLIT_KERNELS` says.
  ///
  /// - Throws: `ValidationError` for what is none of them, and for what the processor lacks.
  fileprivate static func choose() throws {
    let name = "USPLIT_KERNELS"
    guard let text = ProcessInfo.processInfo.environment[name], !text.isEmpty else { return }
    let possible = allCases.filter { $0 <= .best }
    guard let chosen = possible.first(where: { "\($0)" == text }) else {
      throw ValidationError(
        "\(name) is \"\(text)\"; on this processor it can be "
          + possible.map { "\($0)" }.joined(separator: ", "))
    }
    Runtime.kernels = chosen
  }
}

extension Error {
  /// Whether it is neither an exit code nor about the usage of the command, which the argument
  /// parser shows itself.
  fileprivate var isOfTheWorld: Bool {
    !(self is ExitCode) && USplitCommand.exitCode(for: self) == .failure
  }
}
