import Foundation

/// The program that runs.
enum Program {
  /// Its file, without links.
  static var path: String {
    #if os(Linux)
      let path = "/proc/self/exe"
    #else
      let path = Bundle.main.executablePath ?? CommandLine.arguments[0]
    #endif
    return RealPath.of(path) ?? path
  }

  /// The folder of its file.
  static var folder: String { URL(fileURLWithPath: path).deletingLastPathComponent().path }
}
