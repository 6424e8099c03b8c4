import Imaging

/// What is told of an image to those who want to show it.
struct ImageAnswer: Encodable {
  struct Channel: Encodable {
    @OrNull private(set) var name: String?
    @OrNull private(set) var color: String?
    @OrNull private(set) var role: ChannelRole?

    init(_ channel: ImageChannel, _ role: ChannelRole?) {
      name = channel.name
      color = channel.color.map(ImageAnswer.text)
      self.role = role
    }
  }

  struct Level: Encodable {
    let width: Int
    let height: Int
  }

  struct Size: Encodable {
    let x: Double
    let y: Double
    @OrNull private(set) var z: Double?
    let unit: String

    init(_ size: PixelSize) {
      (x, y, unit) = (size.width, size.height, size.unit)
      z = size.depth
    }
  }

  let path: String
  let series: Int
  let seriesCount: Int
  let seriesNames: [String?]
  let version: String
  let width: Int
  let height: Int
  let times: Int
  let slices: Int
  /// As it is stored.
  let type: PixelType
  /// As it is sent.
  let tileType: String
  let channels: [Channel]
  let levels: [Level]
  let tile = ImageTile.side
  @OrNull private(set) var pixelSize: Size?
  @OrNull private(set) var timeStep: Double?
  let remarks: [String]
  let provenance: [ImageDescription.ProvenanceEntry]
  let state: String
  let done: Double
  @OrNull private(set) var error: String?

  /// What is told of an image.
  ///
  /// - Parameters:
  ///   - series: the image's number in its file
  ///   - file: the file
  ///   - path: the name that the client has for it
  ///   - levels: the sizes of its levels, also of those that are being made
  ///   - making: how far these are
  init(
    _ series: Int, of file: OpenImages, path: String, levels: [ImageDescription.Level],
    making: LevelState
  ) {
    let image = file.images[series].description
    self.path = path
    self.series = series
    seriesCount = file.images.count
    seriesNames = file.images.map(\.description.name)
    version = file.version.text
    width = image.width
    height = image.height
    times = image.times
    slices = image.slices
    type = image.type
    tileType = SentType(image.type).rawValue
    channels = zip(image.channels, ChannelRole.roles(of: image)).map(Channel.init)
    self.levels = levels.map { Level(width: $0.width, height: $0.height) }
    pixelSize = image.pixelSize.map(Size.init)
    timeStep = image.timeStep
    remarks = image.remarks
    provenance = image.provenance
    (state, done, error) =
      switch making {
      case .ready: ("ready", 1, nil)
      case .preparing(let done): ("preparing", done, nil)
      case .failed(let sentence): ("ready", 1, sentence)
      }
  }

  fileprivate static func text(_ color: RGBColor) -> String {
    let value = Int(color.red) << 16 | Int(color.green) << 8 | Int(color.blue)
    let digits = String(value, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}
