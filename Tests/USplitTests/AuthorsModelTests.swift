import Checkpoint
import Experiment
import Foundation
import TestSupport
import Testing
import Torch
import USplit

@Suite("Models of the authors' checkpoints")
struct AuthorsModelTests {
  private static let plain = Tiny.configuration {
    $0.network.sumToInput = false
    $0.network.logVarianceMaximum = NetworkConfiguration.unbounded
    $0.network.blocksPerLevel = 2
  }

  private func refusal(_ file: CheckpointFile) -> String {
    do {
      let checkpoint = try file.opened()
      _ = try AuthorsModel(checkpoint, configuration: nil, targets: 2).model(.two)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test("an imported model predicts as the one it was made of, and is saved and read again")
  func predicts() throws {
    let original = try Tiny.model(Self.plain)
    let file = try CheckpointFile(original.store)
    let authors = try AuthorsModel(try file.opened(), configuration: nil, targets: 2)
    let model = try authors.model(.two)
    let input = try Tiny.noise([1, 3, 16, 16])
    let pass = Pass(mode: .evaluation, latents: .mean)
    #expect(
      try model(input, pass).distribution.mean.floats()
        == original(input, pass).distribution.mean.floats())
    let folder = try TemporaryFolder()
    let url = folder.url.appendingPathComponent("model.safetensors")
    try model.save(to: url)
    let description = try SplitModel(contentsOf: url).description
    #expect(description == model.description)
    #expect(description.program == "usplit \(USplit.version), from model.ckpt")
    #expect(description.figures.epochs == 4 && description.figures.steps == 70_000)
    #expect(!description.knowsItsImages)
    #expect(description.inputScale.clip == 500 && description.inputScale.factor == 0.02)
    #expect(description.inputScale.weights == [0.5, 0.5])
  }

  @Test("a configuration file decides over the weights")
  func configured() throws {
    let original = try Tiny.model(Self.plain)
    let json = """
      {"data": {"image_size": 16, "multiscale_lowres_count": 3, "clip_percentile": 0.9,
                "input_is_sum": true},
       "model": {"z_dims": [4, 4], "non_stochastic_version": true,
                 "encoder": {"n_filters": 4, "blocks_per_layer": 2},
                 "decoder": {"n_filters": 4, "blocks_per_layer": 2,
                             "multiscale_retain_spatial_dims": false}}}
      """
    let file = try AuthorsConfigFile(Data(json.utf8), path: "config.json")
    let checkpoint = try CheckpointFile(original.store).opened()
    let model = try AuthorsModel(checkpoint, configuration: file, targets: 2).model(.two)
    #expect(model.description.network.backbone == .hae)
    #expect(model.description.normalisation.options.clipQuantile == 0.9)
    #expect(model.description.normalisation.inputGain == 2)
    #expect(model.description.inputScale.factor == 0.04)
  }

  @Test("what is not in the weights is said")
  func notes() throws {
    var file = try CheckpointFile(Tiny.model(Self.plain).store)
    file.state.append((.text("extra"), .integer(1)))
    let notes = try AuthorsModel(try file.opened(), configuration: nil, targets: 2).notes
      .joined(separator: "\n")
    for words in ["taken as HVAE", "nonlinearity", "0.995", "left out of the checkpoint: extra"] {
      #expect(notes.contains(words), "\(words) in \(notes)")
    }
  }

  @Test("tensors that are missing, too many or of another shape are told at once")
  func misfits() throws {
    var file = try CheckpointFile(Tiny.model(Self.plain).store)
    file.state.removeAll { pair in
      if case .text("final_top_down.0.res.block.0.bias") = pair.0 { true } else { false }
    }
    file.add("stranger", [1], [0])
    let text = refusal(file)
    #expect(text.contains("lacks 1 of"), "\(text)")
    #expect(text.contains("final_top_down.0.res.block.0.bias"), "\(text)")
    #expect(text.contains("has 1 that the network does not know: stranger"), "\(text)")
  }

  @Test("two names of one tensor must hold the same values")
  func aliases() throws {
    var network = NetworkConfiguration()
    network.set(backbone: .unet)
    (network.filters, network.depth, network.contexts) = (2, 3, 1)
    (network.context, network.separateContextBranch) = (.regular, false)
    let store = try ParameterStore(seed: 1)
    _ = try network.makeNetwork(store.root)
    let json = """
      {"data": {"image_size": 64, "multiscale_lowres_count": 2},
       "model": {"model_type": 10, "init_channel_count": 2, "n_levels": 3,
                 "multiscale_lowres_separate_branch": false}}
      """
    let config = try AuthorsConfigFile(Data(json.utf8), path: "config.json")
    var file = try CheckpointFile(store)
    let same = try AuthorsModel(try file.opened(), configuration: config, targets: 2)
    #expect(try same.model(.two).store.parameterCount == store.parameterCount)
    let name = "lowres_net.0.double_conv.1.bias"
    file.state.removeAll { pair in
      if case .text(let text) = pair.0 { text == name } else { false }
    }
    file.add(name, [4], [7, 7, 7, 7])
    let changed = try AuthorsModel(try file.opened(), configuration: config, targets: 2)
    #expect(throws: TorchError.self) { try changed.model(.two) }
  }

  @Test("a network that would be far larger than its file is refused before it is made")
  func inflated() throws {
    var file = try CheckpointFile(Tiny.model(Self.plain).store)
    file.state.removeAll { pair in
      if case .text("first_bottom_up.0.weight") = pair.0 { true } else { false }
    }
    file.add(
      "first_bottom_up.0.weight", [60_000, 1, 3, 3], [Float](repeating: 0, count: 540_000))
    let text = refusal(file)
    #expect(text.contains("of another shape"), "\(text)")
  }
}
