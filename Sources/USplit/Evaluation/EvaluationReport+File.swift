import Foundation
import Imaging

extension EvaluationReport {
  /// Files above this size are no reports, in bytes.
  private static let mostBytes = 256 << 20

  /// Reads a report from a JSON file.
  ///
  /// - Throws: `ImagingError` when the file is missing, is no such report, or has parts that do not
  ///   fit each other.
  public init(contentsOf url: URL) throws(ImagingError) {
    let path = url.relativePath
    let data: Data
    do {
      let size = try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
      guard size <= Self.mostBytes else {
        throw ImagingError(
          .unsupported,
          "\(path) has \(size) bytes, too many for a report; expected a file that usplit evaluate "
            + "--json wrote")
      }
      data = try Data(contentsOf: url)
    } catch let error as ImagingError {
      throw error
    } catch {
      throw ImagingError(.missing, "\(path) cannot be read: \(error.localizedDescription)")
    }
    do {
      self = try JSONDecoder().decode(EvaluationReport.self, from: data)
    } catch {
      throw ImagingError(
        .unsupported,
        "\(path) is no evaluation report; expected a file that usplit evaluate --json wrote")
    }
    try validate(path)
  }

  /// Checks that every frame has its scores of every channel, and that these can be computed with.
  private func validate(_ path: String) throws(ImagingError) {
    guard !frames.isEmpty, !channels.isEmpty else {
      throw ImagingError(
        .mismatch,
        "\(path) has \(frames.count) frames and \(channels.count) channels; at least one of both is "
          + "needed")
    }
    for frame in frames {
      guard frame.clipped.count == channels.count, frame.unclipped.count == channels.count else {
        throw ImagingError(
          .mismatch,
          "\(path) has \(channels.count) channels, but frame \(frame.frame) has scores of "
            + "\(frame.clipped.count) against clipped targets and of \(frame.unclipped.count) against "
            + "those as they are")
      }
      let values = frame.clipped.flatMap { score in
        ScoreKind.all.compactMap { $0.value(score) }
      }
      guard values.allSatisfy({ $0.magnitude < 1e100 }) else {
        throw ImagingError(
          .mismatch, "\(path) has scores of frame \(frame.frame) beyond 1e100, which are no scores")
      }
    }
    let figures = [mean, spread].compactMap(\.self)
    guard figures.allSatisfy({ $0.clipped.count == channels.count }) else {
      throw ImagingError(
        .mismatch, "\(path) has \(channels.count) channels, but mean scores of another number")
    }
    guard Set(frames.map(\.frame)).count == frames.count else {
      throw ImagingError(.mismatch, "\(path) has a frame twice; each must be there once")
    }
  }
}
