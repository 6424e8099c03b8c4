import Testing
import Torch

@Suite("Plateaus of the learning rate")
struct ReduceLROnPlateauTests {
  @Test("the rate falls after more waits than the patience, and then waits anew")
  func falls() {
    var schedule = ReduceLROnPlateau(factor: 0.5, patience: 2, threshold: 0)
    var rate = 1.0
    let rates = [10.0, 9, 9, 9, 9, 9, 9].map { score in
      rate = schedule.rate(after: score, current: rate)
      return rate
    }
    #expect(rates == [1, 1, 1, 0.5, 0.5, 0.5, 0.25])
  }

  @Test("a better score starts the wait anew")
  func improves() {
    var schedule = ReduceLROnPlateau(factor: 0.1, patience: 1, threshold: 0)
    var rate = 1.0
    for score in [1.0, 0, 2, 1, 3, 2, 4] { rate = schedule.rate(after: score, current: rate) }
    #expect(rate == 1)
  }

  @Test("a gain of less than the threshold's share is none")
  func threshold() {
    var schedule = ReduceLROnPlateau(factor: 0.5, patience: 0, threshold: 0.1)
    #expect(schedule.rate(after: 10, current: 1) == 1)
    #expect(schedule.rate(after: 10.9, current: 1) == 0.5)
    #expect(schedule.rate(after: 11.1, current: 1) == 1)
  }

  @Test("the rate never falls below its minimum")
  func minimum() {
    var schedule = ReduceLROnPlateau(factor: 0.1, patience: 0, minimumRate: 0.05)
    var rate = 1.0
    for _ in 0..<6 { rate = schedule.rate(after: 1, current: rate) }
    #expect(rate == 0.05)
  }

  @Test("a score that is no number counts as no improvement")
  func notANumber() {
    var schedule = ReduceLROnPlateau(factor: 0.5, patience: 0)
    #expect(schedule.rate(after: 1, current: 1) == 1)
    #expect(schedule.rate(after: .nan, current: 1) == 0.5)
  }
}
