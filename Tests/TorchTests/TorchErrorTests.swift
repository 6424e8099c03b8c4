import Testing
import Torch

@Suite("Errors")
struct TorchErrorTests {
  @Test("an error is the sentence to show")
  func sentences() {
    #expect(TorchError.device("no GPU").description == "no GPU")
    #expect(TorchError.checkpoint("does not fit").description == "does not fit")
    #expect(
      TorchError.operation("moving", message: "no room").description == "moving failed: no room")
  }
}
