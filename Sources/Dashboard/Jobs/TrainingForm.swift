import Experiment
import Foundation
import JSON

/// A training that a client describes.
struct TrainingForm: Sendable {
  /// What a client may say.
  static let keys: Set = [
    "name", "targets", "input", "preset", "time", "epochs", "context", "backbone", "levels",
    "batch", "seed", "settings", "dryRun",
  ]
  private static let mostTargets = 16
  private static let mostSettings = 200

  /// The name of the run; nil where only the cost is asked for.
  let name: String?
  /// Where the structures' images lie.
  let targets: [(name: String, image: ImageChoice)]
  /// The superimposed image that was acquired.
  let input: ImageChoice?
  /// Settings to start from.
  let preset: Preset?
  /// The time that the training may take, in seconds.
  let seconds: Double?
  /// The time as it was written.
  let time: String?
  /// Most epochs.
  let epochs: Int?
  /// The kind of context.
  let context: ContextVariant?
  /// The kind of network.
  let backbone: Backbone?
  /// Levels of a ladder.
  let levels: Int?
  /// Patches per step.
  let batch: Int?
  /// The seed of all random numbers.
  let seed: Int?
  /// Single settings.
  let settings: [(key: String, value: String)]
  /// Whether only the command is asked for.
  let isDry: Bool

  /// Reads a form.
  ///
  /// - Throws: ``RequestError`` (400) that names what is wrong.
  init(_ form: Form, _ roots: FileRoots) throws(RequestError) {
    name = try form.text("name")
    if let name, !GivenName.isFolderName(name) {
      throw form.wrong(
        "name", "letters, digits, spaces and -_.+ that do not begin with a point or a hyphen")
    }
    targets = try Self.targets(form, roots)
    input = try form.value("input").map { value throws(RequestError) in
      try Self.image(value, place: "input", roots)
    }
    preset = try form.choice("preset", of: Preset.self)
    (time, seconds) = try Self.time(form)
    epochs = try form.integer("epochs", in: 1...1_000_000)
    context = try form.choice("context", of: ContextVariant.self)
    backbone = try form.choice("backbone", of: Backbone.self)
    levels = try form.integer("levels", in: 1...64)
    batch = try form.integer("batch", in: 1...65536)
    seed = try form.integer("seed", in: 0...Int.max)
    settings = try Self.settings(form)
    isDry = try form.bool("dryRun")
  }

  /// The options that shape the network and its cost.
  var networkArguments: [String] {
    option("preset", preset?.rawValue) + option("context", context?.rawValue)
      + option("backbone", backbone?.rawValue) + option("levels", levels)
      + option("batch", batch)
      + settings.map { "--set=\($0.key)=\($0.value)" }
  }

  /// The arguments of the program.
  ///
  /// - Parameter folder: of the run
  func arguments(output folder: URL) -> [String] {
    ["train", "--output=\(folder.path)"]
      + targets.map { "--target=\($0.name)=\($0.image.argument)" }
      + option("input", input?.argument) + networkArguments + option("time", time)
      + option("epochs", epochs) + option("seed", seed)
  }

  private func option(_ name: String, _ value: (some CustomStringConvertible)?) -> [String] {
    value.map { ["--\(name)=\($0)"] } ?? []
  }

  private static func targets(
    _ form: Form, _ roots: FileRoots
  ) throws(RequestError) -> [(name: String, image: ImageChoice)] {
    var targets: [(name: String, image: ImageChoice)] = []
    for (place, value) in try form.list("targets", atMost: mostTargets).enumerated() {
      let part = try Form(value, keys: ["name", "path", "channel"], place: "targets[\(place)]")
      let name = try part.required("name")
      guard GivenName.isTargetName(name) else {
        throw part.wrong("name", "up to 100 characters without =, / and commas")
      }
      guard !targets.contains(where: { $0.name == name }) else {
        throw RequestError(400, "Two structures are called \(name); give each a name of its own.")
      }
      let image = try ImageChoice(
        part.required("path"), channel: part.value("channel"), mayBeFolder: true, roots)
      targets.append((name, image))
    }
    return targets
  }

  private static func image(
    _ value: JSONValue, place: String, _ roots: FileRoots
  ) throws(RequestError) -> ImageChoice {
    let part = try Form(value, keys: ["path", "channel"], place: place)
    return try ImageChoice(
      part.required("path"), channel: part.value("channel"), mayBeFolder: true, roots)
  }

  /// A span of time such as `90s`, `7m` or `1h30m`.
  static func time(_ form: Form) throws(RequestError) -> (text: String?, seconds: Double?) {
    guard let text = try form.text("time", atMost: 20) else { return (nil, nil) }
    guard
      let match = text.wholeMatch(
        of: /(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,9}(?:\.[0-9]{1,6})?)s?)?/)
    else { throw form.wrong("time", "a span such as 90s, 7m or 1h30m") }
    func number(_ text: Substring?) -> Double { text.flatMap { Double($0) } ?? 0 }
    return (text, 3600 * number(match.1) + 60 * number(match.2) + number(match.3))
  }

  private static func settings(
    _ form: Form
  ) throws(RequestError) -> [(key: String, value: String)] {
    let members = try form.object("settings")
    guard members.count <= mostSettings else {
      throw form.wrong("settings", "an object of at most \(mostSettings) settings")
    }
    let known: Set<String>
    do {
      known = Set(try Configuration().settingKeys().map(\.path))
    } catch {
      throw RequestError(500, error.description)
    }
    return try members.sorted { $0.key < $1.key }.map { key, value throws(RequestError) in
      guard known.contains(key), !key.contains("[]") else {
        throw RequestError(
          400, "There is no setting \"\(key.prefix(80))\"; usplit config --keys lists them.")
      }
      // A text is what somebody has typed, a number perhaps. Line ends are no part of JSON's texts,
      // which have them escaped.
      let text = (value.text ?? value.serialised).replacing("\n", with: " ")
      return (key, text.trimmingCharacters(in: .whitespaces))
    }
  }
}
