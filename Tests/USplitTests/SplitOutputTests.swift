import Experiment
import Testing
import USplit

@Suite("Planes of a split")
struct SplitOutputTests {
  @Test("means come first, then deviations, then one draw of all targets after the other")
  func order() {
    var options = SplitOptions(inner: 32)
    options.samples = 2
    func names() -> [String] {
      options.outputs(targets: 2).map { $0.name(ofTarget: ["a", "b"][$0.target]) }
    }
    #expect(names() == ["a", "b"])
    options.withDeviation = true
    #expect(names() == ["a", "b", "a deviation", "b deviation"])
    options.keepsSamples = true
    let draws = ["a sample 1", "b sample 1", "a sample 2", "b sample 2"]
    #expect(names() == ["a", "b", "a deviation", "b deviation"] + draws)
    options.withDeviation = false
    #expect(names() == ["a", "b"] + draws)
  }

  @Test("as many planes are counted as there are")
  func count() {
    for (deviation, kept) in [(false, false), (true, false), (false, true), (true, true)] {
      var options = SplitOptions(inner: 32)
      options.samples = 5
      options.withDeviation = deviation
      options.keepsSamples = kept
      var network = NetworkConfiguration()
      network.targets = 3
      #expect(options.outputs(of: network) == options.outputs(targets: 3).count)
    }
  }
}
