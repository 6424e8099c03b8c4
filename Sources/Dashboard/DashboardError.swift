/// A server that cannot begin or go on.
public struct DashboardError: Error, CustomStringConvertible, Equatable {
  /// What is wrong and what to do.
  public let description: String

  /// Makes an error from its sentence.
  init(_ description: String) { self.description = description }
}
