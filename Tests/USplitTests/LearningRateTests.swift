import Experiment
import Testing
import USplit

@Suite("Learning rates")
struct LearningRateTests {
  private func configuration(
    _ change: (inout ScheduleConfiguration) -> Void
  ) -> TrainingConfiguration {
    var configuration = TrainingConfiguration()
    configuration.optimiser.learningRate = 0.1
    change(&configuration.schedule)
    return configuration
  }

  @Test("a cosine rises in the warm-up and falls to the floor")
  func cosine() {
    let rate = LearningRate(
      configuration {
        $0.kind = .cosine
        $0.warmUp = 0.2
        $0.floor = 0.1
      })
    let expected: [(progress: Double, rate: Double)] = [
      (0, 1e-4), (0.1, 0.05), (0.2, 0.1), (0.6, 0.055), (1, 0.01), (1.2, 0.01),
    ]
    for (progress, value) in expected { #expect(abs(rate.rate(at: progress) - value) < 1e-12) }
    let rates = (20...100).map { rate.rate(at: Double($0) / 100) }
    #expect(rates == rates.sorted(by: >))
  }

  @Test("without warm-up a cosine begins at its rate, and scores do not change it")
  func cosineAlone() {
    var rate = LearningRate(configuration { $0.kind = .cosine })
    #expect(rate.rate(at: 0) == 0.1)
    for _ in 0..<100 { rate.update(score: 0) }
    #expect(rate.rate(at: 0) == 0.1)
  }

  @Test("a plateau lowers the rate, whatever the progress")
  func plateau() {
    var rate = LearningRate(
      configuration {
        $0.factor = 0.5
        $0.patience = 1
      })
    #expect(rate.rate(at: 0.9) == 0.1)
    for score in [30.0, 29, 29] { rate.update(score: score) }
    #expect(rate.rate(at: 0) == 0.05)
  }
}
