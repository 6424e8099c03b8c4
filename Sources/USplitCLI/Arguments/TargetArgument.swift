import ArgumentParser
import Experiment
import Imaging

/// A target and where its images lie: `actin=FILE[:CHANNEL]`.
struct TargetArgument: ExpressibleByArgument {
  /// What the target is called.
  let name: String
  /// Where its images lie.
  let file: FileChannel

  static var defaultCompletionKind: CompletionKind { .file() }

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex,
      let file = FileChannel(argument: String(argument[argument.index(after: equals)...]))
    else { return nil }
    self.name = String(argument[..<equals])
    self.file = file
  }

  /// The source with an absolute path.
  ///
  /// - Throws: as `FileChannel.source(name:axes:)`.
  func source(axes: String = "") throws(ImagingError) -> ChannelSource {
    try file.source(name: name, axes: axes)
  }
}
