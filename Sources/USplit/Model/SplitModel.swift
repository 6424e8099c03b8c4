import Experiment
import Foundation
import Safetensors
import Torch

/// A network with all that is needed to split an image: what a model file holds.
public final class SplitModel {
  /// Everything but the weights.
  public var description: ModelDescription
  /// The weights.
  public let store: ParameterStore
  /// The network.
  public let network: any SplitNetwork
  private let constraint: SumConstraint?

  /// A model with fresh weights.
  ///
  /// - Throws: `ConfigurationError` for an impossible network, `TorchError` when the device has no
  ///   room for it.
  public init(
    _ description: ModelDescription, seed: UInt64 = 0, device: Device = .cpu
  ) throws {
    let network = description.network
    // Pixel by pixel is the faster order for convolutions on the CPU (docs/architecture.md).
    let store = try ParameterStore(
      seed: seed, device: device, layout: device == .cpu ? .channelsLast : .channelsFirst)
    self.network = try network.makeNetwork(store.root)
    self.store = store
    self.description = description
    self.constraint =
      network.sumToInput && !description.inputScale.weights.isEmpty
      ? SumConstraint(description.inputScale, description.normalisation) : nil
  }

  /// What a pass gives, with the means corrected to add up to the input where the model does that.
  public struct Prediction {
    /// Normalised targets.
    public let distribution: PixelDistribution
    /// Latent variables, bottom first.
    public let latents: [LatentOutput]
    /// Further predictions that only help the training, not corrected.
    public let auxiliary: [PixelDistribution]
  }

  /// Splits a batch of normalised patches, `[B, 1 + K, H, W]`.
  public func callAsFunction(
    _ input: Tensor, _ pass: Pass, detachesVariance: Bool = false
  ) -> Prediction {
    corrected(network(input, pass, detachesVariance: detachesVariance), input)
  }

  /// Splits the same batch as often as the result is called, with new latent variables each time;
  /// what does not depend on them is computed once.
  public func samples(of input: Tensor, _ pass: Pass) -> () -> Prediction {
    let sample = network.samples(of: input, pass)
    return { self.corrected(sample(), input) }
  }

  private func corrected(_ output: NetworkOutput, _ input: Tensor) -> Prediction {
    var distribution = output.prediction
    if let constraint {
      distribution = distribution.with(
        mean: constraint(distribution.mean, input: input.sliced(1, 0..<1)))
    }
    return Prediction(
      distribution: distribution, latents: output.latents, auxiliary: output.auxiliary)
  }

  // MARK: Files

  private enum Key {
    static let format = "format"
    static let version = "version"
    static let description = "usplit"
    static let checksum = "checksum"
  }

  /// Writes the model file: under a temporary name first, then renamed.
  ///
  /// - Throws: `TorchError` or `SafetensorsError` when the weights cannot be read or the file not
  ///   be written.
  public func save(to url: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = try encoder.encode(description)
    let text = String(decoding: json, as: UTF8.self)
    try SafetensorsFile.write(
      store.items(),
      metadata: [
        Key.format: "usplit-model", Key.version: String(ModelDescription.formatVersion),
        Key.description: text, Key.checksum: Checksum(text).text,
      ], to: url)
  }

  /// Reads a model file.
  ///
  /// - Throws: `ModelError`, `SafetensorsError`, `ConfigurationError` or `TorchError`, each with a
  ///   sentence, when the file is missing, cut short, changed, of another version, or its weights
  ///   do not fit its configuration.
  public convenience init(contentsOf url: URL, device: Device = .cpu) throws {
    let file = try SafetensorsFile(contentsOf: url)
    let description = try Self.description(of: file)
    try self.init(description, device: device)
    try store.load(file)
  }

  /// Reads what a model file says about its model, without the weights.
  ///
  /// - Throws: as `init(contentsOf:device:)`.
  public static func description(contentsOf url: URL) throws -> ModelDescription {
    try description(of: try SafetensorsFile(contentsOf: url))
  }

  private static func description(of file: SafetensorsFile) throws(ModelError) -> ModelDescription {
    let path = file.url.path
    guard file.metadata[Key.format] == "usplit-model", let text = file.metadata[Key.description]
    else {
      throw ModelError(
        "\(path) is a safetensors file but no usplit model: its metadata lack the entry \"usplit\"; "
          + "expected a file that usplit train wrote")
    }
    let found = file.metadata[Key.version] ?? "none"
    guard found == String(ModelDescription.formatVersion) else {
      throw ModelError(
        "\(path) has model format version \(found), this program reads version "
          + "\(ModelDescription.formatVersion); use the usplit that wrote it, or train anew")
    }
    guard file.metadata[Key.checksum] == Checksum(text).text else {
      throw ModelError(
        "\(path) has a header that was changed after it was written (its checksum does not match); "
          + "take an unchanged copy")
    }
    return try ModelDescription(json: text, of: path)
  }
}
