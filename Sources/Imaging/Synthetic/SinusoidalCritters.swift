/// The synthetic data set of µSplit that can only be split with context (section "Datasets" of the
/// paper, "SinosoidalCritters").
///
/// A critter is a curve of two sine waves. Each of four frequencies occurs in both channels; only
/// the pair of frequencies along one curve tells its channel. Without a connecting curve the two
/// waves meet directly; with one, a slow wave of a given length lies between them, and a patch must
/// reach across it. A frame's input is the mean of its two channels.
///
/// The authors' settings, which are the defaults:
///
/// | Setting | Default | Unit |
/// |---|---|---|
/// | `frameSize` | 256 | pixels |
/// | `curveCount` | 5 per channel | curves |
/// | `amplitude` | 8 | pixels |
/// | `thickness` | 21 | pixels |
/// | `maximumRotation` | 0 | radians |
/// | `verticalSpread` | 0.9 | part of the frame |
/// | `horizontalSpread` | 0.3 | part of the frame |
/// | `verticalSpacing` | 16 | pixels |
/// | `bands` | 0.05–0.07, 0.12–0.14, 0.3–0.32, 0.6–0.62 | radians per pixel |
/// | `connection.length` | 0.1 ("N25": 25 pixels) | part of the curve, or pixels |
/// | `connection.frequency` | 0.01 | radians per pixel |
/// | `connection.initialPhase` | 0 | radians |
public struct SinusoidalCritters: Codable, Sendable, Equatable {
  /// A slow wave between the two waves of a critter.
  public struct Connection: Codable, Sendable, Equatable {
    /// Length: below 1 a fraction of the whole curve, from 1 on pixels; nil: a third of the curve.
    public var length: Double?
    /// Angular frequency per pixel.
    public var frequency: Double
    /// Phase in radians at which the curve begins; nil: drawn for every curve.
    public var initialPhase: Double?

    /// A connection; the defaults are the authors'.
    public init(length: Double? = 0.1, frequency: Double = 0.01, initialPhase: Double? = 0) {
      self.length = length
      self.frequency = frequency
      self.initialPhase = initialPhase
    }
  }

  /// Lowest and highest value of one angular frequency.
  public struct Band: Codable, Sendable, Equatable {
    /// Lowest angular frequency per pixel.
    public var lowest: Double
    /// Highest angular frequency per pixel.
    public var highest: Double

    /// The band between two angular frequencies per pixel.
    public init(_ lowest: Double, _ highest: Double) {
      self.lowest = lowest
      self.highest = highest
    }
  }

  /// Rows and columns of a frame.
  public var frameSize = 256
  /// Curves per channel.
  public var curveCount = 5
  /// Height of a wave's crest above its middle, in pixels.
  public var amplitude = 8.0
  /// Odd thickness of a curve's brush in pixels.
  public var thickness = 21
  /// Largest rotation in radians, either way.
  public var maximumRotation = 0.0
  /// Part of the frame over which curves are spread from the top.
  public var verticalSpread = 0.9
  /// Largest horizontal shift, as part of the frame.
  public var horizontalSpread = 0.3
  /// Smallest vertical distance of two curves of one channel, in pixels.
  public var verticalSpacing = 16.0
  /// The four frequencies: channel 1 pairs the first with the third and the second with the fourth,
  /// channel 2 the first with the fourth and the second with the third.
  public var bands = [Band(0.05, 0.07), Band(0.12, 0.14), Band(0.3, 0.32), Band(0.6, 0.62)]
  /// The connecting curve; nil: the two waves meet directly (the authors' "N0").
  public var connection: Connection?

  /// Critters with the authors' settings.
  public init(connection: Connection? = nil) {
    self.connection = connection
  }
}

extension SinusoidalCritters {
  /// One drawn critter.
  public struct Curve: Sendable, Equatable {
    /// Angular frequencies per pixel from left to right: two, or three with a connection.
    public var frequencies: [Double]
    /// Row of the curve's topmost point.
    public var verticalShift: Double
    /// Columns by which the curve is moved to the right.
    public var horizontalShift: Double
    /// Whether left and right are swapped.
    public var isFlipped: Bool
    /// Rotation in radians.
    public var rotation: Double
    /// Phase in radians at which the curve begins.
    public var initialPhase: Double
  }

  /// Two channels and the curves that are drawn in them.
  public struct Frame: Sendable, Equatable {
    /// The curves of channel 1 and those of channel 2.
    public var curves: [[Curve]]
    /// Channel 1 and channel 2, `[H, W]` each.
    public var planes: [Plane]
  }

  /// Frames of a seed, `[N, 2, H, W]`; frame n is the same however many are made.
  /// - Throws: `ImagingError` when the settings make no sense.
  public func stack(frames: Int, seed: UInt64) throws(ImagingError) -> ImageStack {
    try validate()
    return ImageStack(
      frames: frames, height: frameSize, width: frameSize, type: .float32,
      channelNames: ["critter 1", "critter 2"]
    ) { index in
      var generator = SeededGenerator(seed: seed, stream: UInt64(index))
      return frame { generator.uniform() }.planes
    }
  }

  /// One frame out of a stream of uniform numbers from 0 up to 1, which are taken in the order in
  /// which the authors' program takes them.
  /// - Precondition: `validate()` does not throw.
  public func frame(uniform: () -> Double) -> Frame {
    var frame = Frame(curves: [], planes: [])
    for channel in 0..<2 {
      let curves = drawCurves(channel: channel, uniform: uniform)
      frame.curves.append(curves)
      frame.planes.append(paint(curves))
    }
    return frame
  }

  /// Angular frequencies that can be drawn: up to half a wave per pixel.
  private static let frequencies = 1e-4...Double.pi

  /// Refuses settings that make no sense.
  /// - Throws: `ImagingError` that names the setting, its value and its range.
  public func validate() throws(ImagingError) {
    let height = Double(frameSize) * verticalSpread
    let checks: [(Bool, String)] = [
      ((16...16384).contains(frameSize), "frameSize must be 16 to 16384, is \(frameSize)"),
      ((1...1000).contains(curveCount), "curveCount must be 1 to 1000, is \(curveCount)"),
      (amplitude > 0 && amplitude.isFinite, "amplitude must be above 0, is \(amplitude)"),
      (
        (1...255).contains(thickness) && thickness % 2 == 1,
        "thickness must be an odd number from 1 to 255, is \(thickness)"
      ),
      (
        (0...(2 * .pi)).contains(maximumRotation),
        "maximumRotation must be 0 to 2π, is \(maximumRotation)"
      ),
      ((0...4).contains(verticalSpread), "verticalSpread must be 0 to 4, is \(verticalSpread)"),
      (
        (0...4).contains(horizontalSpread),
        "horizontalSpread must be 0 to 4, is \(horizontalSpread)"
      ),
      (
        verticalSpacing >= 0 && verticalSpacing.isFinite,
        "verticalSpacing must be 0 or more, is \(verticalSpacing)"
      ),
      (
        curveCount == 1 || verticalSpacing * Double(curveCount) < height,
        "\(curveCount) curves at a verticalSpacing of \(verticalSpacing) do not fit in "
          + "\(height) rows; take fewer curves or a larger frame"
      ),
      (bands.count == 4, "bands must be 4, are \(bands.count)"),
      (
        bands.allSatisfy { $0.lowest <= $0.highest && Self.frequencies.contains($0.lowest) }
          && bands.allSatisfy { Self.frequencies.contains($0.highest) },
        "each band must go from a lower to a higher frequency of \(Self.frequencies.lowerBound) to "
          + "π per pixel, they are "
          + bands.map { "\($0.lowest)-\($0.highest)" }.joined(separator: ", ")
      ),
    ]
    for (isFine, sentence) in checks where !isFine {
      throw ImagingError(.unsupported, "sinusoidal critters: \(sentence)")
    }
    guard let connection else { return }
    let length = connection.length ?? 0.1
    guard length > 0, length < Double(frameSize) else {
      throw ImagingError(
        .unsupported,
        "sinusoidal critters: the connection's length must be above 0 and below the frame's "
          + "\(frameSize) pixels, is \(length)")
    }
    guard Self.frequencies.contains(connection.frequency) else {
      throw ImagingError(
        .unsupported,
        "sinusoidal critters: the connection's frequency must be \(Self.frequencies.lowerBound) to "
          + "π per pixel, is \(connection.frequency)")
    }
    let phase = connection.initialPhase ?? 0
    guard abs(phase) <= 100 else {
      throw ImagingError(
        .unsupported,
        "sinusoidal critters: the connection's initial phase must be -100 to 100 radians, "
          + "is \(phase)")
    }
  }
}

extension SinusoidalCritters {
  /// Draws the curves of one channel, in the order of the authors' program.
  private func drawCurves(channel: Int, uniform: () -> Double) -> [Curve] {
    let partners = channel == 0 ? [2, 3] : [3, 2]
    var curves = (0..<curveCount).map { _ in
      let first = uniform() > 0.5 ? 0 : 1
      let low = draw(bands[first], uniform)
      let high = draw(bands[partners[first]], uniform)
      let middle = connection.map { [$0.frequency] } ?? []
      return Curve(
        frequencies: [low] + middle + [high], verticalShift: 0, horizontalShift: 0,
        isFlipped: false, rotation: 0, initialPhase: connection?.initialPhase ?? 0)
    }
    func drawRotations() {
      for i in curves.indices {
        curves[i].rotation = 2 * uniform() * maximumRotation - maximumRotation
      }
    }
    if channel == 0 { drawRotations() }
    for i in curves.indices { curves[i].verticalShift = drawVerticalShift(i, uniform) }
    for i in curves.indices {
      curves[i].horizontalShift = uniform() * Double(frameSize) * horizontalSpread
    }
    for i in curves.indices where uniform() > 0.5 { curves[i].horizontalShift *= -1 }
    if channel == 1 { drawRotations() }
    for i in curves.indices { curves[i].isFlipped = uniform() > 0.5 }
    if let connection, connection.initialPhase == nil {
      for i in curves.indices { curves[i].initialPhase = uniform() * 2 * .pi }
    }
    return curves
  }

  private func draw(_ band: Band, _ uniform: () -> Double) -> Double {
    uniform() * (band.highest - band.lowest) + band.lowest
  }

  /// A row in the i-th of as many equal parts of the frame as there are curves.
  private func drawVerticalShift(_ i: Int, _ uniform: () -> Double) -> Double {
    let height = Double(frameSize) * verticalSpread
    guard curveCount > 1 else { return uniform() * height }
    let part = 1 / Double(curveCount)
    let spacing = verticalSpacing / height
    return (uniform() * (part - spacing) + Double(i) * part + spacing / 2) * height
  }
}
