import Foundation
import FuzzTargets
import Testing

@Suite("Inputs that fuzzing has kept")
struct FuzzRegressionTests {
  @Test(
    "broken input is refused with an error, good input is read, and nothing ends the process",
    arguments: FuzzTarget.allCases)
  func keptInputs(_ target: FuzzTarget) throws {
    let corpus = try #require(Bundle.module.url(forResource: "Corpus", withExtension: nil))
    let files = try FileManager.default.contentsOfDirectory(
      at: corpus.appendingPathComponent(target.rawValue), includingPropertiesForKeys: nil)
    let accepts = target.reader()
    let accepted = try files.count { accepts([UInt8](try Data(contentsOf: $0))) }
    #expect((1..<files.count).contains(accepted), "of \(files.count) inputs, \(accepted)")
  }
}
