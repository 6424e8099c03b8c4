import ArgumentParser

/// The form in which a command tells how far it is.
enum ProgressStyle: String, CaseIterable, ExpressibleByArgument {
  /// One live line on a terminal that can draw it, else lines.
  case auto
  /// A line every ten seconds.
  case lines
  /// Lines of JSON, for programs.
  case json
  /// Nothing.
  case none
}
