import Foundation
import Synchronization

/// Answers that are as good for a moment as when they were made.
///
/// Many who watch one training ask the same within a moment, while its metrics grow with every step.
final class RecentAnswers: Sendable {
  /// For how long an answer is given again.
  private static let lifetime = Duration.seconds(1)
  private static let most = 64

  private let answers = Mutex<[String: (made: ContinuousClock.Instant, response: Response)]>([:])

  /// The answer to a question; a new one where the last one is too old.
  ///
  /// - Throws: what making it throws.
  func answer(to question: String, _ make: () throws -> Response) rethrows -> Response {
    let now = ContinuousClock.now
    let known = answers.withLock { $0[question] }
    if let known, known.made.duration(to: now) < Self.lifetime { return known.response }
    let response = try make()
    answers.withLock { answers in
      answers[question] = (now, response)
      if answers.count > Self.most {
        answers = answers.filter { $0.value.made.duration(to: now) < Self.lifetime }
      }
    }
    return response
  }
}
