import TestSupport
import Testing
import Torch

@Suite("The program as a whole")
struct ProgramTests {
  @Test("USPLIT_KERNELS takes what the processor has, and refuses the rest by name")
  func kernels() throws {
    let folder = try TemporaryFolder()
    func run(_ kernels: String) throws -> Outcome {
      try Usplit.run(["config"], in: folder.url, environment: ["USPLIT_KERNELS": kernels])
    }
    for kernels in ["", "none", "baseline", "\(Kernels.best)"] {
      #expect(try run(kernels).status == 0)
    }
    let outcome = try run("fast")
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    for words in ["USPLIT_KERNELS is \"fast\"", "none, baseline"] {
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
  }
}
