import Imaging

/// What a channel is in an image that `usplit` has made.
enum ChannelRole: String, Encodable, Sendable {
  /// What the network says of a structure.
  case prediction
  /// How far that may be off.
  case deviation
  /// One of several splits that are as likely.
  case sample
  /// An image to be split.
  case input

  /// The roles of an image's channels, as far as the image tells.
  ///
  /// `usplit split` names channels after targets, and others `TARGET deviation` and
  /// `TARGET sample NUMBER`; `usplit mix` makes images to be split.
  static func roles(of image: ImageDescription) -> [ChannelRole?] {
    let keys = Set(image.provenance.map(\.key))
    let isSplit = keys.contains("usplit_model") || keys.contains("usplit_method")
    guard isSplit else {
      let isMixture = keys.contains("usplit_weights")
      return image.channels.map { _ in isMixture ? .input : nil }
    }
    let names = Set(image.channels.compactMap(\.name))
    return image.channels.map { channel in
      guard let name = channel.name else { return .prediction }
      if name == "input" { return .input }
      let words = name.split(separator: " ", omittingEmptySubsequences: false)
      if words.count > 1, words.last == "deviation" {
        return names.contains(words.dropLast().joined(separator: " ")) ? .deviation : .prediction
      }
      if words.count > 2, words[words.count - 2] == "sample", Int(words[words.count - 1]) != nil {
        return names.contains(words.dropLast(2).joined(separator: " ")) ? .sample : .prediction
      }
      return .prediction
    }
  }
}
