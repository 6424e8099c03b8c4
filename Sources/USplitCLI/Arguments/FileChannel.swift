import ArgumentParser
import Experiment
import Foundation
import Imaging

/// An image and which of its channels: `FILE`, `FILE:2` or `FILE:actin`.
///
/// In place of a file, a folder of images or a pattern means several, whose frames follow each
/// other. A file whose own name holds the colon is taken as a whole.
struct FileChannel: ExpressibleByArgument {
  /// The path as it was given.
  let path: String
  /// The channel; nil when none was named.
  let channel: ChannelSelector?

  /// The file's name without extension.
  var stem: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }

  static var defaultCompletionKind: CompletionKind { .file() }

  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    let files = FileManager.default
    guard let colon = argument.lastIndex(of: ":"), !files.fileExists(atPath: argument),
      files.fileExists(atPath: String(argument[..<colon]))
        || ImageListing.isPattern(String(argument[..<colon]))
    else {
      self.path = argument
      self.channel = nil
      return
    }
    let name = String(argument[argument.index(after: colon)...])
    guard !name.isEmpty else { return nil }
    self.path = String(argument[..<colon])
    self.channel = Int(name).map { .index($0) } ?? .name(name)
  }

  /// The source with an absolute path.
  ///
  /// - Parameter axes: the axes of the files; empty for those that they name
  /// - Throws: `ImagingError` when the file cannot be read, or has several channels and none was
  ///   named.
  func source(name: String, axes: String = "") throws(ImagingError) -> ChannelSource {
    let source = ChannelSource(
      name: name, file: URL(fileURLWithPath: path).path, channel: channel ?? .index(0), axes: axes)
    if channel == nil {
      let options = ImageReadingOptions(axes: try source.reading())
      let first = try ImageListing.images(at: source.file)[0]
      let image = try ImageFile.images(in: first, options)[0].description
      guard image.channels.count == 1 else {
        throw ImagingError(
          .ambiguous,
          "\(first.path) has \(image.channelList); say which one is meant, such as \(path):0")
      }
    }
    return source
  }
}
