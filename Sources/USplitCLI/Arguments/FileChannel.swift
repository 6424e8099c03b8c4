import ArgumentParser
import Experiment
import Foundation
import Imaging

/// An image file and which of its channels: `FILE`, `FILE:2` or `FILE:actin`.
///
/// A file whose own name holds the colon is taken as a whole.
struct FileChannel: ExpressibleByArgument {
  /// The file's path as it was given.
  let path: String
  /// The channel; nil when none was named.
  let channel: ChannelSelector?

  /// The file's name without extension.
  var stem: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }

  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    let files = FileManager.default
    guard let colon = argument.lastIndex(of: ":"), !files.fileExists(atPath: argument),
      files.fileExists(atPath: String(argument[..<colon]))
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
  /// - Throws: `ImagingError` when the file cannot be read, or has several channels and none was
  ///   named.
  func source(name: String) throws(ImagingError) -> ChannelSource {
    let url = URL(fileURLWithPath: path)
    if channel == nil {
      let summary = try TIFF.inspect(url)
      guard summary.channels == 1 || summary.isRGB else {
        throw ImagingError(
          .ambiguous,
          "\(path) has \(summary.channelList); say which one is meant, such as \(path):0")
      }
    }
    return ChannelSource(name: name, file: url.path, channel: channel ?? .index(0))
  }
}

extension TIFFSummary {
  /// The channels in words, such as `2 channels (0: actin, 1: nuclei)`.
  var channelList: String {
    let names = channelNames.enumerated().map { place, name in
      name.map { "\(place): \($0)" } ?? "\(place)"
    }
    return "\(Words.count(channels, "channel")) (\(names.joined(separator: ", ")))"
  }
}
