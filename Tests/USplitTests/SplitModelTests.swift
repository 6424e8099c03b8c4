import Experiment
import Foundation
import Imaging
import Safetensors
import TestSupport
import Testing
import Torch
import USplit

@Suite("Model files")
struct SplitModelTests {
  private let pass = Pass(mode: .evaluation, latents: .mean)

  /// A model, and the file that it was saved to.
  private func saved(
    _ folder: borrowing TemporaryFolder, _ configuration: Configuration = Tiny.configuration()
  ) throws -> (SplitModel, URL) {
    let model = try Tiny.model(configuration)
    model.description.figures.steps = 12
    model.description.figures.psnr = [20.5, 21]
    let url = folder.url.appendingPathComponent("model.safetensors")
    try model.save(to: url)
    return (model, url)
  }

  /// Writes the file anew with another metadata or other weights.
  private func rewrite(
    _ url: URL, metadata change: (inout [String: String]) -> Void = { _ in },
    dropping name: String = ""
  ) throws {
    let file = try SafetensorsFile(contentsOf: url)
    var metadata = file.metadata
    change(&metadata)
    let items = try file.entries.filter { $0.name != name }.map {
      SafetensorsFile.Item(
        name: $0.name, type: $0.type, shape: $0.shape, data: try file.data($0.name))
    }
    try SafetensorsFile.write(items, metadata: metadata, to: url)
  }

  private func refusal(_ url: URL) -> String {
    do {
      _ = try SplitModel(contentsOf: url)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test("a saved model predicts the same to the last bit")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let (model, url) = try saved(folder)
    let loaded = try SplitModel(contentsOf: url)
    let input = try Tiny.noise([2, 3, 16, 16])
    let found = loaded(input, pass).distribution
    let expected = model(input, pass).distribution
    #expect(try found.mean.floats() == expected.mean.floats())
    #expect(try found.logVariance?.floats() == expected.logVariance?.floats())
    #expect(loaded.description == model.description)
    #expect(try SplitModel.description(contentsOf: url) == model.description)
    #expect(loaded.description.figures.meanPSNR == 20.75)
  }

  @Test("each kind of network is saved and read", arguments: Backbone.allCases)
  func everyBackbone(_ backbone: Backbone) throws {
    let folder = try TemporaryFolder()
    let configuration = Tiny.configuration(backbone)
    let (model, url) = try saved(folder, configuration)
    let loaded = try SplitModel(contentsOf: url)
    #expect(loaded.network.configuration == configuration.network)
    let input = try Tiny.noise([2, 1 + configuration.network.contexts, 16, 16])
    let found = try loaded(input, pass).distribution.mean.floats()
    #expect(try found == model(input, pass).distribution.mean.floats())
    #expect(loaded(input, pass).auxiliary.count == (backbone == .braveNet ? 1 : 0))
    #expect(loaded.description == model.description)
  }

  @Test("a file can be overwritten, and nothing else is left in its folder")
  func overwritten() throws {
    let folder = try TemporaryFolder()
    let (model, url) = try saved(folder)
    model.description.figures.steps = 13
    try model.save(to: url)
    #expect(try SplitModel.description(contentsOf: url).figures.steps == 13)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["model.safetensors"])
  }

  @Test("a file of another version is refused")
  func otherVersion() throws {
    let folder = try TemporaryFolder()
    let (_, url) = try saved(folder)
    try rewrite(url, metadata: { $0["version"] = "2" })
    let text = refusal(url)
    #expect(text.contains("has model format version 2, this program reads version 1"), "\(text)")
    #expect(text.hasPrefix(url.path), "\(text)")
  }

  @Test("a description that was changed afterwards is refused")
  func changed() throws {
    let folder = try TemporaryFolder()
    let (_, url) = try saved(folder)
    try rewrite(
      url,
      metadata: {
        $0["usplit"] = $0["usplit"]?.replacingOccurrences(of: "nuclei", with: "nucleI")
      })
    let text = refusal(url)
    #expect(text.contains("its checksum does not match"), "\(text)")
  }

  @Test("a safetensors file that is no model is refused")
  func noModel() throws {
    let folder = try TemporaryFolder()
    let (_, url) = try saved(folder)
    try rewrite(url, metadata: { $0 = ["format": "pt"] })
    let text = refusal(url)
    #expect(text.contains("is a safetensors file but no usplit model"), "\(text)")
  }

  @Test("a file without some weights is refused with their names")
  func incomplete() throws {
    let folder = try TemporaryFolder()
    let (_, url) = try saved(folder)
    try rewrite(url, dropping: "likelihood.parameter_net.bias")
    let text = refusal(url)
    #expect(text.contains("lacks 1 of"), "\(text)")
    #expect(text.contains("likelihood.parameter_net.bias"), "\(text)")
  }

  @Test("a file cut short anywhere is refused and stops nothing")
  func cutShort() throws {
    let folder = try TemporaryFolder()
    let (_, url) = try saved(folder)
    let bytes = try Data(contentsOf: url)
    for share in [0, 0.0001, 0.01, 0.1, 0.5, 0.9, 0.999] {
      try bytes.prefix(Int(share * Double(bytes.count))).write(to: url)
      let text = refusal(url)
      #expect(text.contains(url.path), "\(text)")
    }
  }

  @Test("a missing file is refused with its path")
  func missing() throws {
    let text = refusal(URL(fileURLWithPath: "/nowhere/model.safetensors"))
    #expect(text.contains("/nowhere/model.safetensors"), "\(text)")
  }

  @Test("a description whose parts do not belong together is refused")
  func inconsistent() throws {
    let folder = try TemporaryFolder()
    let (model, url) = try saved(folder)
    model.description.channels = ["alone"]
    try model.save(to: url)
    let text = refusal(url)
    #expect(text.contains("the model has 2 targets but 1 channel names"), "\(text)")
    #expect(text.hasPrefix(url.path), "\(text)")
  }

  @Test("the same seed makes the same weights, another one others")
  func seeds() throws {
    func weights(_ seed: UInt64) throws -> [[Float]] {
      try Tiny.model(seed: seed).store.parameters.map { try $0.floats() }
    }
    let first = try weights(1)
    let again = try weights(1)
    let other = try weights(2)
    #expect(first == again)
    #expect(first != other)
  }
}
