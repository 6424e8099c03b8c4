import Imaging

extension ImageDescription {
  /// The channels in words, such as `2 channels (0: actin, 1: nuclei)`.
  var channelList: String { Words.channels(channels.map(\.name)) }

  /// The place of a channel that a number or a name stands for; the only one for nil.
  ///
  /// - Throws: `CommandError` that lists the channels when it is not there, or not clear which.
  func index(ofChannel channel: String?, path: String) throws(CommandError) -> Int {
    guard let channel else {
      guard channels.count == 1 else {
        throw CommandError("\(path) has \(channelList); choose one with --channel")
      }
      return 0
    }
    if let place = channels.firstIndex(where: { $0.name == channel }) { return place }
    if let place = Int(channel), channels.indices.contains(place) { return place }
    throw CommandError("\(path) has \(channelList), but no channel \(channel)")
  }
}
