import ArgumentParser
import Experiment

// What a shell offers for the values of arguments.

extension CompletionKind {
  /// A model file.
  static let model = CompletionKind.file(extensions: ["safetensors"])
  /// A file of JSON.
  static let jsonFile = CompletionKind.file(extensions: ["json"])
  /// A device that computes.
  static let device = CompletionKind.list(["cpu", "cuda", "mps"])
  /// The keys of all settings.
  static let setting = CompletionKind.custom { _, _, _ in
    // Nobody reads an error that comes while a word is completed.
    ((try? Configuration.preset(.fast).settingKeys()) ?? []).map { $0.path + "=" }
  }
}
