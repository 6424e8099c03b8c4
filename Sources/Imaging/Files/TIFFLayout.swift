/// Which page and sample of a TIFF file holds which frame and channel.
struct TIFFLayout {
  /// One dimension of the sequence of pages.
  struct Dimension {
    let letter: Character
    let size: Int
  }

  /// Pages, or planes where one directory stands for many.
  let pages: Int
  /// Frames N.
  let frames: Int
  /// Channels C.
  let channels: Int
  /// Whether all planes follow each other in the file from the first page's pixels on.
  let isContiguous: Bool
  /// How the axes were read.
  let axes: String
  /// One name per channel.
  private(set) var channelNames: [String?]
  /// Size of a pixel; nil when unknown.
  let pixelSize: PixelSize?

  private let samples: Int
  private let channelStride: Int
  private let frameDimensions: [(size: Int, stride: Int)]
  private let pageOfPlane: [Int]?

  /// A layout of pages that count through the given dimensions, the last the fastest.
  ///
  /// - Parameters:
  ///   - dimensions: dimensions of the sequence of pages; `C` is the channel
  ///   - page: a page, whose samples are channels
  ///   - note: what `axes` says after the letters
  ///   - pageOfPlane: the page of each place in the sequence; nil when they are the same
  ///   - pixelSize: size of a pixel
  init(
    _ dimensions: [Dimension], of page: TIFFPage, isContiguous: Bool = false, note: String? = nil,
    pageOfPlane: [Int]? = nil, pixelSize: PixelSize?
  ) {
    let samples = page.samples
    var stride = 1
    var channelStride = 0
    var channels = 1
    var others: [(letter: Character, size: Int, stride: Int)] = []
    for dimension in dimensions.reversed() {
      if dimension.letter == "C" {
        channels = dimension.size
        channelStride = stride
      } else {
        others.insert((dimension.letter, dimension.size, stride), at: 0)
      }
      stride *= dimension.size
    }
    // Slices are the faster dimension of the frames, in whatever order the file has them.
    if let slices = others.firstIndex(where: { $0.letter == "Z" }),
      let times = others.lastIndex(where: { $0.letter == "T" }), slices < times
    {
      others.swapAt(slices, times)
    }
    let frames = others.reduce(1) { $0 * $1.size }
    var axes = String(dimensions.filter { $0.size > 1 }.map(\.letter))
    axes += samples == 1 ? "YX" : page.isPlanar ? "CYX" : "YXC"
    if let note {
      axes += " read with \(note) as \(frames) frames"
    } else if others.count(where: { $0.size > 1 }) > 1 {
      let names: [Character: String] = ["Z": "slices", "T": "frames"]
      let parts = others.reversed().map { "\($0.size) \(names[$0.letter] ?? "of \($0.letter)")" }
      axes += " read with \(parts.joined(separator: " × ")) as \(frames) frames"
    }
    self.pages = stride
    self.frames = frames
    self.channels = channels * samples
    self.isContiguous = isContiguous
    self.axes = axes
    self.channelNames = [String?](repeating: nil, count: channels * samples)
    self.pixelSize = pixelSize
    self.samples = samples
    self.channelStride = channelStride
    self.frameDimensions = others.map { ($0.size, $0.stride) }
    self.pageOfPlane = pageOfPlane
  }

  /// The page, from 0, and the sample in it that hold a frame's channel.
  func source(frame: Int, channel: Int) -> (page: Int, sample: Int) {
    var place = channel / samples * channelStride
    var rest = frame
    for dimension in frameDimensions.reversed() {
      place += rest % dimension.size * dimension.stride
      rest /= dimension.size
    }
    return (pageOfPlane?[place] ?? place, channel % samples)
  }

  /// Names the channels, when there is one name for each.
  mutating func name(_ names: [String?]) {
    if names.count == channels { channelNames = names }
  }

  /// Names the channels by labels of pages, when all pages of a channel have one label that
  /// another channel does not have.
  mutating func name(byLabels labels: [String]) {
    guard samples == 1 else { return }
    var names: [String?] = []
    for channel in 0..<channels {
      let pages = (0..<min(frames, 10_000)).map { source(frame: $0, channel: channel).page }
      let found = Set(pages.map { $0 < labels.count ? Self.name(inLabel: labels[$0]) : nil })
      names.append(found.count == 1 ? found.first.flatMap { $0 } : nil)
    }
    let given = names.compactMap { $0 }
    if Set(given).count == given.count { channelNames = names }
  }

  /// The first line, without ImageJ's `c:1/2 t:3/9 - ` before it; nil when nothing is left.
  private static func name(inLabel label: String) -> String? {
    var name = label.prefix { !$0.isNewline }[...]
    if let dash = name.range(of: " - "),
      name[..<dash.lowerBound].allSatisfy({ "czt:/ 0123456789".contains($0) })
    {
      name = name[dash.upperBound...]
    }
    let trimmed = name.trimmingPrefix(" ")
    return trimmed.isEmpty ? nil : String(trimmed)
  }
}
