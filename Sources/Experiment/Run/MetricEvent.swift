import Foundation

/// One line of `metrics.jsonl`.
///
/// What was not measured is absent. JSON has no words for them, so infinite and undefined numbers
/// are the texts `"inf"`, `"-inf"` and `"nan"`.
public struct MetricEvent: Codable, Equatable, Sendable {
  /// What a line tells.
  public enum Kind: String, Choice {
    /// A training begins, or goes on.
    case start
    /// A training step.
    case step
    /// A validation.
    case validation
    /// A remark in words.
    case note
    /// Where the time went.
    case profile
    /// The end of the run.
    case end
  }

  /// What the line tells.
  public var event: Kind
  /// The training steps so far.
  public var step: Int?
  /// The epoch, counted from 0.
  public var epoch: Int?
  /// The time since the run began, in seconds.
  public var seconds: Double?
  /// What is minimised.
  public var loss: Double?
  /// The loss without the divergence.
  public var reconstruction: Double?
  /// The Kullback-Leibler divergence per latent element, mean over the levels, in nats.
  public var kl: Double?
  /// The divergence per latent element of every level, bottom first, in nats.
  public var klPerLevel: [Double]?
  /// The norm of all gradients together before clipping.
  public var gradientNorm: Double?
  /// The learning rate.
  public var learningRate: Double?
  /// The training patches per second.
  public var patchesPerSecond: Double?
  /// The memory that the process holds, in MiB.
  public var residentMemoryMiB: Double?
  /// The validation's PSNR of every target, in dB.
  public var psnr: [Double]?
  /// The mean of `psnr`, in dB.
  public var meanPSNR: Double?
  /// Whether the validation is the best so far.
  public var best: Bool?
  /// Why the run ended.
  public var reason: String?
  /// The remark.
  public var text: String?
  /// The validation's PSNR of the input itself, taken for every target, in dB: what a network that
  /// has learned nothing reaches.
  public var trivialPSNR: [Double]?
  /// The steps that were skipped so far, since their loss or gradient was not a number.
  public var skippedSteps: Int?
  /// The steps of the whole training, if it is not ended before.
  public var totalSteps: Int?
  /// The computer that trains.
  public var host: String?
  /// The number of the process that trains.
  public var process: Int?
  /// The command that was given.
  public var command: String?
  /// The folder that the paths of `command` start from.
  public var folder: String?
  /// The programs that train and their versions.
  public var software: String?
  /// The seconds that each part of the training took (`TimeProfile`).
  public var profile: [String: Double]?

  /// Makes an event that has measured nothing yet.
  public init(_ event: Kind) {
    self.event = event
  }
}

extension MetricEvent {
  /// The event as one line of JSON with sorted keys, ended by a line feed.
  ///
  /// - Throws: ``RunDirectoryError``.
  public func line() throws(RunDirectoryError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      var line = try encoder.encode(self)
      line.append(UInt8(ascii: "\n"))
      return line
    } catch {
      throw RunDirectoryError(.unwritable, "cannot write a metric as JSON: \(error)")
    }
  }

  /// Reads one line.
  ///
  /// - Throws: `DecodingError` when it makes no sense.
  package init(line: Data) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    self = try decoder.decode(MetricEvent.self, from: line)
  }

  /// Reads all events of a file.
  ///
  /// A last line without line feed is left out when it makes no sense: whoever writes it may not
  /// be done.
  ///
  /// - Throws: ``RunDirectoryError`` that names the first other line which makes no sense.
  public static func read(contentsOf url: URL) throws(RunDirectoryError) -> [MetricEvent] {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw RunDirectoryError(
        .unreadable, "cannot read \(url.path): \(error.localizedDescription)")
    }
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    var events: [MetricEvent] = []
    events.reserveCapacity(lines.count)
    for (number, line) in lines.enumerated() where !line.isEmpty {
      do {
        events.append(try MetricEvent(line: line))
      } catch {
        if number == lines.count - 1 { break }
        throw RunDirectoryError(
          .unreadable, "\(url.path), line \(number + 1) is no metric: \(error)")
      }
    }
    return events
  }
}
