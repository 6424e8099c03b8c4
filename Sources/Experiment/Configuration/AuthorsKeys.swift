import JSON

/// Typed look-ups in the authors' configuration by dotted path.
struct AuthorsKeys {
  /// What messages call the configuration.
  let source: String
  /// All of it.
  let tree: JSONValue

  func integer(_ path: String, else fallback: Int? = nil) throws(ConfigurationError) -> Int {
    switch value(path) {
    case .integer(let value): return value
    case nil, .null:
      guard let fallback else { throw missing(path) }
      return fallback
    case .some(let found): throw wrong(path, found, "a whole number")
    }
  }

  func integers(_ path: String) throws(ConfigurationError) -> [Int] {
    guard let found = value(path) else { throw missing(path) }
    guard case .list(let elements) = found else {
      throw wrong(path, found, "a list of whole numbers")
    }
    var values: [Int] = []
    for element in elements {
      guard case .integer(let value) = element else {
        throw wrong(path, element, "a list of whole numbers")
      }
      values.append(value)
    }
    return values
  }

  func number(_ path: String, else fallback: Double) throws(ConfigurationError) -> Double {
    switch value(path) {
    case .integer(let value): return Double(value)
    case .number(let value): return value
    case nil, .null: return fallback
    case .some(let found): throw wrong(path, found, "a number")
    }
  }

  func bool(_ path: String, else fallback: Bool) throws(ConfigurationError) -> Bool {
    switch value(path) {
    case .bool(let value): return value
    case nil, .null: return fallback
    case .some(let found): throw wrong(path, found, "true or false")
    }
  }

  func choice<Value>(
    _ path: String, else fallback: Value, _ names: [String: Value]
  ) throws(ConfigurationError) -> Value {
    guard let found = value(path), found != .null else { return fallback }
    guard case .text(let name) = found, let value = names[name] else {
      throw wrong(path, found, "one of " + names.keys.sorted().joined(separator: ", "))
    }
    return value
  }

  /// Two weights, none when neither is there; a missing one is 1.
  func pair(_ first: String, _ second: String) throws(ConfigurationError) -> [Double] {
    guard value(first) != nil || value(second) != nil else { return [] }
    return [try number(first, else: 1), try number(second, else: 1)]
  }

  /// Refuses encoders and decoders that differ where this program has one setting for both.
  func refuseDifferences(_ names: [String]) throws(ConfigurationError) {
    for name in names {
      let encoder = value("model.encoder.\(name)")
      let decoder = value("model.decoder.\(name)")
      guard encoder == decoder else {
        throw ConfigurationError(
          .wrongValue,
          "\(source): \"model.encoder.\(name)\" is \(encoder?.described ?? "missing"),"
            + " \"model.decoder.\(name)\" is \(decoder?.described ?? "missing"); only equal values"
            + " are supported")
      }
    }
  }

  /// Whether the key is there without a value.
  func isNull(_ path: String) -> Bool { value(path) == .null }

  /// The kinds of network among those of the authors' program that are here too, with its numbers.
  enum NetworkKind: Int {
    case ladder = 3
    case unet = 10
    case braveNet = 11
  }

  /// The kind of network, a ladder when nothing is said.
  func networkKind() throws(ConfigurationError) -> NetworkKind {
    let number = try integer("model.model_type", else: NetworkKind.ladder.rawValue)
    guard let kind = NetworkKind(rawValue: number) else {
      throw wrong(
        "model.model_type", .integer(number),
        "3 (hierarchical networks), 10 (U-Net) or 11 (BraveNet)")
    }
    return kind
  }

  /// Refuses the modes of the authors' hierarchical networks that have no counterpart here.
  func refuseOtherLadders() throws(ConfigurationError) {
    let hasContext = try integer("data.multiscale_lowres_count", else: 1) > 1
    let fixed: [(path: String, value: Bool, matters: Bool)] = [
      ("model.no_initial_downscaling", true, true),
      ("model.multiscale_retain_spatial_dims", true, hasContext),
      ("model.decoder.conv2d_bias", true, true),
      ("model.encoder.res_block_skip_padding", false, true),
      ("model.decoder.res_block_skip_padding", false, true),
      ("model.use_vampprior", false, true),
      ("model.enable_noise_model", false, true),
    ]
    for key in fixed where key.matters {
      let found = try bool(key.path, else: key.value)
      guard found == key.value else { throw wrong(key.path, .bool(found), "\(key.value)") }
    }
  }

  /// Refuses the modes of the authors' BraveNet that have no counterpart here.
  func refuseOtherBraveNets() throws(ConfigurationError) {
    _ = try choice("model.activation", else: true, ["relu": true])
    if let found = value("model.final_activation"), found != .null {
      throw wrong("model.final_activation", found, "null")
    }
    for (path, expected) in [("kernel_size", 3), ("padding", 1), ("strides", 1)] {
      let found = try integer("model.\(path)", else: expected)
      guard found == expected else {
        throw wrong("model.\(path)", .integer(found), "\(expected)")
      }
    }
    guard try bool("model.batch_normalization", else: true) else {
      throw wrong("model.batch_normalization", .bool(false), "true")
    }
  }

  private func value(_ path: String) -> JSONValue? {
    var value: JSONValue? = tree
    for key in path.split(separator: ".") {
      guard case .object(let members) = value else { return nil }
      value = members[String(key)]
    }
    return value
  }

  private func missing(_ path: String) -> ConfigurationError {
    ConfigurationError(.wrongValue, "\(source) lacks \"\(path)\"; is it one of this program?")
  }

  private func wrong(_ path: String, _ found: JSONValue, _ expected: String) -> ConfigurationError {
    ConfigurationError(
      .wrongValue, "\(source): \"\(path)\" is \(found.described), expected \(expected)")
  }
}
