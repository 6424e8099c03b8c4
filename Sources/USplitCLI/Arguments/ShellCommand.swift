import Foundation

/// A command line as text that a shell reads as the same words.
enum ShellCommand {
  private static let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+.,:/@%")

  /// The command that runs now, with the program as `usplit`.
  static var current: String { text(["usplit"] + CommandLine.arguments.dropFirst()) }

  /// The words with quotation marks around those that need them.
  static func text(_ words: [String]) -> String {
    words.map { word in
      word.isEmpty || !word.allSatisfy(plain.contains)
        ? "'" + word.replacingOccurrences(of: "'", with: #"'\''"#) + "'" : word
    }.joined(separator: " ")
  }
}
