import Foundation

/// The pictures that a training draws.
enum Previews {
  /// Their names, the oldest first.
  static func names(of run: String) -> [String] {
    (FolderListing.entries(of: run + "/previews") ?? [])
      .filter { !$0.isFolder && $0.name.hasSuffix(".png") }.map(\.name)
      .sorted { $0.localizedStandardCompare($1) == .orderedAscending }
  }

  /// The name of the newest.
  static func latest(of run: String) -> String? { names(of: run).last }

  /// The epoch that a name such as `epoch-000012.png` tells.
  static func epoch(_ name: String) -> Int? {
    name.firstMatch(of: /([0-9]+)\.png$/).flatMap { Int($0.1) }
  }
}
