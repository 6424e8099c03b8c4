import Experiment
import Foundation
import Imaging
import JSON

/// Everything about a trained model but its weights: enough to split a new image, and to say in
/// words what the model is.
public struct ModelDescription: Codable, Equatable, Sendable {
  /// How the training went.
  public struct Figures: Codable, Equatable, Sendable {
    /// Steps taken.
    public var steps = 0
    /// Epochs begun.
    public var epochs = 0
    /// Seconds of training.
    public var seconds = 0.0
    /// The validation's PSNR of every target, in dB; empty before the first validation.
    public var psnr: [Double] = []

    /// Nothing yet.
    public init() {}

    /// Mean of `psnr`; nil before the first validation.
    public var meanPSNR: Double? {
      psnr.isEmpty ? nil : psnr.reduce(0, +) / Double(psnr.count)
    }
  }

  /// The version of the file format that this program writes and reads.
  public static let formatVersion = 1

  /// The program that wrote it.
  public var program = "usplit \(version)"
  /// All settings of the training.
  public var configuration: Configuration
  /// Names of the targets.
  public var channels: [String]
  /// How an input becomes numbers.
  public var inputScale: InputScale
  /// Statistics of the targets.
  public var normalisation: Normalisation
  /// What lies beyond the border of an image.
  public var padding: Imaging.Padding
  /// Size of a pixel of the training images, if known.
  public var pixelSize: PixelSize?
  /// How the axes of the training files were read, such as `NYX`.
  public var axes: String
  /// Rows of the training frames.
  public var height: Int
  /// Columns of the training frames.
  public var width: Int
  /// Which parts trained, validated and tested.
  public var split: DataSplit
  /// How the training went.
  public var figures = Figures()
  /// Turns of each patch whose predictions are averaged unless another number is asked for
  /// (``SplitOptions/turns``); nil where none was chosen: 1.
  public var turns: Int?
  /// How large errors are beside predicted deviations; nil where that was not measured.
  public var calibration: Calibration?

  /// The description of a model that is about to be trained.
  ///
  /// - Parameter data: prepared with the same settings
  public init(_ configuration: Configuration, _ data: PreparedData) {
    precondition(
      data.augmentation == configuration.training.augmentation,
      "the settings change patches by \(configuration.training.augmentation), but the data were "
        + "prepared for \(data.augmentation)")
    self.configuration = configuration
    self.channels = data.names
    self.inputScale = data.inputScale
    self.normalisation = data.normalisation
    self.padding = data.padding
    self.pixelSize = data.pixelSize
    self.axes = data.axes
    self.height = data.height
    self.width = data.width
    self.split = data.split
  }

  /// The network's shape.
  public var network: NetworkConfiguration { configuration.network }

  /// Reads what a file says about its model.
  ///
  /// Settings that are younger than the file have the values that change nothing.
  ///
  /// - Parameters:
  ///   - json: the description as JSON
  ///   - path: the file's
  /// - Throws: `ModelError` when it cannot be understood or its parts do not belong together.
  init(json: String, of path: String) throws(ModelError) {
    do {
      var tree = try JSONParser.parse(Array(json.utf8))
      if let settings = tree["configuration"], var members = tree.object {
        let configuration = try Configuration(
          json: Data(settings.serialised.utf8), source: "its configuration", over: Configuration())
        members["configuration"] = try JSONParser.parse(Array(JSONEncoder().encode(configuration)))
        tree = .object(members)
      }
      self = try JSONDecoder().decode(ModelDescription.self, from: Data(tree.serialised.utf8))
      try validate()
    } catch let error as ModelError {
      throw ModelError("\(path): \(error.description)")
    } catch {
      throw ModelError("\(path) has a description that this program cannot read: \(error)")
    }
  }

  /// Checks that the parts belong together.
  ///
  /// - Throws: a sentence that names what does not.
  func validate() throws(ModelError) {
    let targets = network.targets
    let counts = [
      ("channel names", channels.count), ("target means", normalisation.targetMean.count),
      ("target deviations", normalisation.targetStd.count),
      ("clip values", normalisation.clip.count),
    ]
    for (name, count) in counts where count != targets {
      throw ModelError("the model has \(targets) targets but \(count) \(name)")
    }
    if !inputScale.weights.isEmpty, inputScale.weights.count != targets {
      throw ModelError("the model has \(targets) targets but \(inputScale.weights.count) weights")
    }
    if let calibration, !calibration.fits(targets: targets) {
      throw ModelError(
        "the model has \(targets) targets and a calibration of \(calibration.mean.count) and "
          + "\(calibration.drawn.count) scales; one each of rising positive numbers is expected")
    }
    if let turns, ![1, 2, 4, 8].contains(turns) {
      throw ModelError("the model asks for \(turns) turns of each patch; 1, 2, 4 or 8 are possible")
    }
    let numbers =
      normalisation.targetMean + normalisation.targetStd + inputScale.weights
      + [inputScale.clip, inputScale.offset, inputScale.factor]
    guard numbers.allSatisfy(\.isFinite) else {
      throw ModelError("the model's statistics hold a number that is not finite")
    }
  }
}

/// A model file that cannot be used; the sentence to show.
public struct ModelError: Error, CustomStringConvertible, Equatable {
  /// What is wrong, where, and what to do.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// The version of this program.
public let version = "0.1.0"
