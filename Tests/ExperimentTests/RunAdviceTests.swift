import Experiment
import Foundation
import Testing

/// A training in numbers.
private struct Story {
  var steps = 1000
  /// The PSNR of every target at a share of the training.
  var psnr: (Double) -> [Double] = { _ in [30, 30] }
  var trivial: [Double]? = [18, 18]
  /// The reconstruction at a share of the training.
  var reconstruction: (Double) -> Double = { 1 / (1 + $0) }
  var kl: [Double]? = [0.03, 0.02]
  var validations = 20
  var skipped = 0

  var history: RunHistory {
    var events: [MetricEvent] = []
    for number in 1...steps {
      let share = Double(number) / Double(steps)
      var step = MetricEvent(.step)
      step.step = number
      step.reconstruction = reconstruction(share)
      step.loss = step.reconstruction
      step.klPerLevel = kl
      step.skippedSteps = skipped > 0 ? skipped : nil
      events.append(step)
      guard validations > 0, number % (steps / validations) == 0 else { continue }
      var validation = MetricEvent(.validation)
      validation.step = number
      let values = psnr(share)
      validation.psnr = values.isEmpty ? nil : values
      validation.meanPSNR = values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
      validation.trivialPSNR = trivial
      events.append(validation)
    }
    return RunHistory(events)
  }
}

@Suite("Advice at the end of a training")
struct RunAdviceTests {
  private var configuration = Configuration.preset(.paper)

  init() {
    configuration.data.targets = [ChannelSource(name: "actin"), ChannelSource(name: "nuclei")]
  }

  private func advice(_ story: Story) -> [RunAdvice] {
    RunAdvice.all(story.history, configuration)
  }

  private func kinds(_ story: Story) -> [RunAdvice.Kind] { advice(story).map(\.kind) }

  @Test("a training that gains nothing more is done")
  func converged() throws {
    let story = Story(psnr: { share in [30 - 5 * exp(-12 * share), 30] })
    #expect(kinds(story) == [.converged])
    #expect(advice(story)[0].sentence.contains("30.00 dB"))
  }

  @Test("a training that still gains is to be longer, in the way that its learning rate allows")
  func stillImproving() throws {
    let story = Story(psnr: { share in [20 + 8 * share, 20 + 8 * share] })
    #expect(kinds(story) == [.stillImproving])
    #expect(advice(story)[0].sentence.contains("--resume with --epochs 400"))
    #expect(advice(story)[0].sentence.contains("2.00 dB"))
    var other = self
    other.configuration.training.schedule.kind = .cosine
    other.configuration.training.timeBudget = 420
    let again = other.advice(story)[0].sentence
    #expect(again.contains("--time 840") && again.contains("anew"))
  }

  @Test("the noise of validations is no improvement")
  func noise() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20 {
      var noise: [Double] = []
      for _ in 0..<20 { noise.append(Double.random(in: -0.08...0.08, using: &random)) }
      let values = noise
      let story = Story(psnr: { share in
        let value = 30 + values[min(Int(share * 20), 19)]
        return [value, value]
      })
      #expect(kinds(story) == [.converged])
    }
  }

  @Test("a training that is no better than the input itself is underfitted")
  func underfitted() throws {
    let story = Story(psnr: { _ in [18.5, 18.7] })
    #expect(kinds(story) == [.underfitted])
    let sentence = try #require(advice(story).first).sentence
    for words in ["18.60 dB", "18.00 dB", "learning rate"] { #expect(sentence.contains(words)) }
    let improving = Story(psnr: { share in [15 + 3.5 * share, 15 + 3.5 * share] })
    #expect(kinds(improving) == [.underfitted, .stillImproving])
    #expect(kinds(Story(psnr: { _ in [18.5, 18.7] }, trivial: nil)) == [.converged])
  }

  @Test("a structure that was not learned is named")
  func channel() throws {
    let story = Story(psnr: { _ in [30, 18.3] })
    #expect(kinds(story) == [.channelNotLearned])
    let sentence = try #require(advice(story).first).sentence
    #expect(sentence.hasPrefix("nuclei was not learned") && sentence.contains("18.30 dB"))
  }

  @Test("a validation that falls while the training's loss does not rise is overfitted")
  func overfitted() throws {
    let story = Story(psnr: { share in
      [30 - 6 * abs(share - 0.3), 30 - 6 * abs(share - 0.3)]
    })
    #expect(kinds(story) == [.overfitted])
    let sentence = try #require(advice(story).first).sentence
    for words in ["step 300", "30.00 dB", "training.flips", "More images"] {
      #expect(sentence.contains(words), "\(words)")
    }
  }

  @Test("one bad validation at the end is not overfitting")
  func chance() {
    let story = Story(psnr: { share in share > 0.96 ? [29, 29] : [30, 30] })
    #expect(kinds(story) == [.converged])
  }

  @Test("a validation that falls while the training's loss rises is unstable")
  func unstable() {
    let story = Story(
      psnr: { share in [30 - 6 * max(share - 0.3, 0), 30] }, reconstruction: { 1 + $0 })
    #expect(kinds(story) == [.unstable])
  }

  @Test("a loss that changes its kind on the way is not taken for one that rises")
  func stages() {
    var other = self
    other.configuration.loss.kind = .meanThenLikelihood
    other.configuration.loss.likelihoodFrom = 0.6
    let story = Story(
      psnr: { share in [30 - 6 * max(share - 0.2, 0), 30] },
      reconstruction: { $0 < 0.6 ? 1 - $0 : 3 })
    #expect(other.kinds(story) == [.overfitted])
  }

  @Test("levels that carry nothing are counted and named")
  func collapsed() throws {
    let some = Story(kl: [0.03, 0.0002, -0.0001])
    #expect(kinds(some) == [.converged, .collapsedPosterior])
    let sentence = try #require(advice(some).last).sentence
    #expect(sentence.contains("2 of 3 levels") && sentence.contains("1, 2"))
    let all = try #require(advice(Story(kl: [0.0001, 0])).last)
    #expect(all.kind == .collapsedPosterior && all.sentence.contains("all 2 levels"))
    #expect(kinds(Story(kl: nil)) == [.converged])
    #expect(kinds(Story(kl: [.nan, 0.1])) == [.converged])
    var free = self
    free.configuration.loss.freeBits = 0.05
    #expect(free.kinds(Story(kl: [0.05, 0.2])) == [.converged, .collapsedPosterior])
    free.configuration.loss.klWeight = 0
    #expect(free.kinds(Story(kl: [0, 0])) == [.converged])
  }

  @Test("skipped steps are told with their number")
  func skipped() throws {
    let story = Story(skipped: 7)
    #expect(kinds(story) == [.skippedSteps])
    #expect(try #require(advice(story).first).sentence.contains("7 of 1007 steps"))
  }

  @Test("nothing is judged without steps, without validations, or by very few")
  func tooFew() {
    #expect(RunAdvice.all(RunHistory(), configuration).isEmpty)
    #expect(kinds(Story(validations: 0)) == [.noValidation])
    #expect(kinds(Story(psnr: { _ in [] })) == [.noValidation])
    #expect(kinds(Story(psnr: { _ in [10, 10] }, validations: 2)) == [.tooShort])
  }

  @Test("every sentence ends as a sentence")
  func sentences() {
    let stories = [
      Story(), Story(psnr: { _ in [18.3, 18] }), Story(psnr: { _ in [30, 18] }),
      Story(psnr: { share in [30 - 9 * share, 30] }), Story(kl: [0, 1], skipped: 3),
      Story(validations: 0), Story(psnr: { share in [20 + 5 * share, 30] }),
    ]
    for piece in stories.flatMap(advice) {
      #expect(piece.sentence.hasSuffix(".") || piece.sentence.hasSuffix("?"), "\(piece.sentence)")
      #expect(!piece.sentence.contains("  "))
    }
  }
}
