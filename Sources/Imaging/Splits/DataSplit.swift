/// Which regions of which frames train, validate and test.
///
/// The parts never overlap.
public struct DataSplit: Codable, Sendable, Equatable {
  /// The rule that made the split, never `automatic`.
  public var rule: SplitRule
  /// Regions to train with.
  public var train: [FrameRegion]
  /// Regions to validate with.
  public var validation: [FrameRegion]
  /// Regions to test with.
  public var test: [FrameRegion]

  /// A split into given regions.
  public init(
    rule: SplitRule, train: [FrameRegion], validation: [FrameRegion], test: [FrameRegion]
  ) {
    self.rule = rule
    self.train = train
    self.validation = validation
    self.test = test
  }

  /// Splits N = `frames` frames of `height` × `width` pixels.
  ///
  /// - Parameters:
  ///   - rule: how.
  ///   - frames: number of frames.
  ///   - height: rows of every frame.
  ///   - width: columns of every frame.
  ///   - validation: share of the frames that validates, 0 for none.
  ///   - test: share of the frames that tests, 0 for none.
  ///   - patch: side of a patch in pixels, the least that a region can be.
  /// - Throws: an error that says what is needed when a part would be empty or smaller than a patch.
  public static func make(
    rule: SplitRule, frames: Int, height: Int, width: Int, validation: Double, test: Double,
    patch: Int
  ) throws(ImagingError) -> DataSplit {
    guard validation >= 0, test >= 0, validation + test < 1 else {
      throw ImagingError(
        .mismatch,
        "the validation fraction is \(validation) and the test fraction \(test); expected 0 or "
          + "more each and a sum below 1, so that frames are left to train with")
    }
    guard frames > 0 else {
      throw ImagingError(.tooSmall, "there are no frames to split; expected at least 1")
    }
    let request = Request(
      frames: frames, height: height, width: width, validation: validation, test: test,
      patch: patch)
    switch rule {
    case .automatic:
      return try request.automatic()
    case .leading:
      return try request.wholeFrames(request.leading, rule: rule)
    case .startingTest, .dealt:
      let parts = FrameParts.authors(
        startingTest: rule == .startingTest, frames: frames, validation: validation, test: test)
      return try request.wholeFrames(parts, rule: rule)
    case .regions:
      return try request.regions()
    }
  }
}

extension FrameParts {
  /// Whether training and every part with a fraction above 0 has a frame.
  fileprivate func isComplete(_ request: Request) -> Bool {
    !train.isEmpty && (request.validation == 0 || !validation.isEmpty)
      && (request.test == 0 || !test.isEmpty)
  }
}

/// What is to be split.
private struct Request {
  let frames: Int
  let height: Int
  let width: Int
  let validation: Double
  let test: Double
  let patch: Int

  var leading: FrameParts {
    FrameParts.leading(frames: frames, validation: validation, test: test)
  }

  /// Whole frames where the share of every part is at least one; else strips of every frame; else,
  /// where frames are too small for strips, whole frames all the same.
  func automatic() throws(ImagingError) -> DataSplit {
    let byFrames = leading
    let least = [validation, test].filter { $0 > 0 }.min() ?? 1
    let isComplete = byFrames.isComplete(self)
    if isComplete, wholeShare(of: frames, least) >= 1 { return whole(byFrames, rule: .leading) }
    do throws(ImagingError) {
      return try regions()
    } catch {
      guard isComplete else { throw error }
      return whole(byFrames, rule: .leading)
    }
  }

  func whole(_ parts: FrameParts, rule: SplitRule) -> DataSplit {
    func regions(_ indices: [Int]) -> [FrameRegion] {
      indices.map { FrameRegion(frame: $0, height: height, width: width) }
    }
    return DataSplit(
      rule: rule, train: regions(parts.train), validation: regions(parts.validation),
      test: regions(parts.test))
  }

  func wholeFrames(_ parts: FrameParts, rule: SplitRule) throws(ImagingError) -> DataSplit {
    guard parts.isComplete(self) else {
      throw ImagingError(
        .tooSmall,
        "the split rule \(rule.rawValue) makes of \(count(frames, "frame")) "
          + "\(parts.train.count) for training, \(parts.validation.count) for validation (fraction "
          + "\(validation)) and \(parts.test.count) for test (fraction \(test)); expected at least "
          + "1 for each part with a fraction above 0: give more frames or other fractions, or use "
          + "the split rule \(SplitRule.regions.rawValue), which cuts every frame")
    }
    return whole(parts, rule: rule)
  }

  /// The strips of every frame along its longer side: validation, test, training.
  func regions() throws(ImagingError) -> DataSplit {
    let alongRows = height >= width
    let (length, across) = alongRows ? (height, width) : (width, height)
    guard across >= patch else {
      throw ImagingError(
        .tooSmall,
        "the frames are \(height) × \(width) pixels, smaller than one patch of \(patch) × \(patch)"
          + "; use a smaller patch or larger frames")
    }
    let first = wholeShare(of: length, validation)
    let second = first + wholeShare(of: length, test)
    try check("validation", first, fraction: validation, of: length, alongRows)
    try check("test", second - first, fraction: test, of: length, alongRows)
    try check("training", length - second, fraction: 1 - validation - test, of: length, alongRows)
    func strips(_ part: Range<Int>) -> [FrameRegion] {
      guard !part.isEmpty else { return [] }
      return (0..<frames).map { frame in
        alongRows
          ? FrameRegion(
            frame: frame, row: part.lowerBound, column: 0, height: part.count, width: width)
          : FrameRegion(
            frame: frame, row: 0, column: part.lowerBound, height: height, width: part.count)
      }
    }
    return DataSplit(
      rule: .regions, train: strips(second..<length), validation: strips(0..<first),
      test: strips(first..<second))
  }

  private func check(
    _ part: String, _ size: Int, fraction: Double, of length: Int, _ alongRows: Bool
  ) throws(ImagingError) {
    guard fraction > 0 && size < patch else { return }
    let lines = alongRows ? "rows" : "columns"
    let least = (Double(patch) / Double(length) * 1000).rounded(.up) / 1000
    let advice =
      length < patch * ((validation > 0 ? 1 : 0) + (test > 0 ? 1 : 0) + 1)
      ? "the frames are too small for that, so use a smaller patch, larger or more frames"
      : "give it a fraction of at least \(least), use a smaller patch, or give more frames"
    throw ImagingError(
      .tooSmall,
      "cutting \(count(frames, "frame")) of \(height) × \(width) pixels into strips leaves \(size) "
        + "of \(length) \(lines) for \(part), expected at least one patch, \(patch) \(lines); "
        + advice)
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
