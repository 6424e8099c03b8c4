import Testing
import USplit

@Suite("Batches prepared ahead")
struct BatchLoaderTests {
  @Test("batches come in order, however many threads prepare them", arguments: [1, 3])
  func order(threads: Int) throws {
    let sampler = PatchSampler(try Tiny.data(), patch: 16, batch: 2, seed: 4, turns: true)
    let loader = BatchLoader(sampler, threads: threads)
    for index in 0..<20 { #expect(try loader.next().inputs == sampler(index).inputs) }
  }

  @Test("a loader begins where it is told")
  func later() throws {
    let sampler = PatchSampler(try Tiny.data(), patch: 16, batch: 2, seed: 4, turns: false)
    let loader = BatchLoader(sampler, from: 11, threads: 1)
    #expect(try loader.next().targets == sampler(11).targets)
    #expect(try loader.next().targets == sampler(12).targets)
  }
}
