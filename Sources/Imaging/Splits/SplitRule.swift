/// How frames are divided into training, validation and test parts.
public enum SplitRule: String, Codable, Sendable, CaseIterable {
  /// `leading` when every part's share is at least one frame, `regions` otherwise; `leading` all the
  /// same when frames are too small to be cut.
  case automatic
  /// The first frames validate, the next ones test, the rest trains. Counts are rounded down, to at
  /// least one frame.
  case leading
  /// The authors' rule for the Hagen et al. data: the first frames test, the next ones validate,
  /// the rest trains.
  case startingTest
  /// The authors' rule for PaviaATN and the sinusoids: the first frames are dealt in groups of up
  /// to three to validation and test, the rest trains.
  case dealt
  /// Every frame is cut along its longer side into a validation, a test and a training strip.
  case regions
}
