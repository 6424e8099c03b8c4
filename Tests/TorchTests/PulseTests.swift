import Testing
import Torch

@Suite("Pulse")
struct PulseTests {
  private var pulse = Pulse(period: 3, limit: 30)

  @Test("signs survive being texts")
  func texts() {
    for sign in [Pulse.Sign.beat(17), .ended, .failed("no room: 3 of 4")] {
      #expect(Pulse.Sign(sign.text) == sign)
    }
    #expect(Pulse.Sign("hello") == nil)
  }

  @Test("a rank that gives the same sign for longer than the limit is gone")
  mutating func silence() {
    for round in 0..<20 {
      let now = Double(round) * 3
      let news = pulse.note([1: .beat(round), 2: .beat(min(round, 4))], at: now)
      if now <= 12 + 30 {
        #expect(news == nil)
      } else {
        #expect(news == "rank 2 has not been heard of for \(Int(now) - 12) s")
      }
    }
  }

  @Test("whoever slept gives the others time again")
  mutating func sleep() {
    #expect(pulse.note([1: .beat(1)], at: 0) == nil)
    #expect(pulse.note([1: .beat(1)], at: 300) == nil)
    for round in 1...10 { #expect(pulse.note([1: .beat(1)], at: 300 + Double(round) * 3) == nil) }
    #expect(pulse.note([1: .beat(1)], at: 333) != nil)
  }

  @Test("a rank that ended in order is not missed, one that failed is told with its words")
  mutating func ends() {
    for round in 0..<20 { #expect(pulse.note([1: .ended], at: Double(round) * 3) == nil) }
    #expect(
      pulse.note([1: .ended, 2: .failed("no disk")], at: 60)
        == "rank 2 ended with an error: no disk")
  }
}
