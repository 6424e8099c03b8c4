import Foundation
import JSON

/// The configuration that the authors' program keeps beside its checkpoints, as JSON.
///
/// `config.pkl` is a pickled `ConfigDict` or `FrozenConfigDict` of the Python package
/// ml_collections; a plain `dict` and a file that is JSON already are read too.
public struct AuthorsConfigFile: Sendable {
  /// All settings.
  public let json: String
  /// Settings that JSON cannot hold, with what they are; they are left out.
  public let skipped: [String]

  /// The most bytes of JSON that are read.
  public static let sizeLimit = 10_000_000

  /// Reads a file of either kind.
  ///
  /// - Throws: ``CheckpointError`` with a sentence.
  public init(contentsOf url: URL) throws(CheckpointError) {
    try self.init(try MappedFile.data(url), path: url.path)
  }

  /// Reads a configuration that is in memory.
  ///
  /// - Parameter path: what messages call it
  /// - Throws: as ``init(contentsOf:)``.
  public init(_ data: Data, path: String) throws(CheckpointError) {
    guard !data.isEmpty else { throw .malformed(path: path, reason: "it is empty") }
    guard data.first == 0x80 else {
      guard data.count <= Self.sizeLimit, let text = String(validating: data, as: UTF8.self),
        text.first(where: { !$0.isWhitespace }) == "{"
      else {
        throw .unsupported(
          path: path,
          reason: "it is neither JSON nor a pickle; expected the config.pkl that the authors' "
            + "program wrote")
      }
      json = text
      skipped = []
      return
    }
    let pickle = try Pickle(data, path: path)
    var writer = ConfigWriter(pickle)
    do throws(FormatError) {
      try writer.write()
    } catch {
      throw error.of(path)
    }
    json = writer.json
    skipped = writer.skipped
  }
}

/// Writes the settings in a pickle as JSON.
private struct ConfigWriter {
  private let pickle: Pickle
  private(set) var json = ""
  private(set) var skipped: [String] = []
  /// What shared values may unfold to.
  private var steps = 0
  private static let stepLimit = 200_000
  private static let textLimit = AuthorsConfigFile.sizeLimit
  private static let depthLimit = 32

  init(_ pickle: Pickle) { self.pickle = pickle }

  mutating func write() throws(FormatError) {
    guard try fields(pickle.root) != nil else {
      throw FormatError.unsupported(
        "it holds \(pickle.summary(pickle.root)), expected a ConfigDict or a dict of settings")
    }
    try write(pickle.root, path: [])
  }

  /// Writes one value, which `isWritable` said to be possible.
  private mutating func write(
    _ reference: Pickle.Reference, path: [String]
  ) throws(FormatError) {
    try spend(1)
    guard path.count <= Self.depthLimit else {
      throw FormatError(
        reason: "its settings are nested deeper than \(Self.depthLimit), at \(Self.shown(path))")
    }
    let value = pickle[reference]
    if let pairs = try fields(reference) {
      try writeObject(pairs, path: path)
      return
    }
    switch value.kind {
    case .bool(let flag): json += "\(flag)"
    case .integer(let number): json += "\(number)"
    case .float(let number): json += "\(number)"
    case .text(let text): try write(text: text)
    case .list, .tuple, .set: try writeList(value.elements, path: path)
    case .call:
      if let inner = try referenced(reference) {
        try write(inner, path: path + ["value"])
      } else {
        json += "null"
      }
    default: json += "null"
    }
  }

  private mutating func writeObject(
    _ pairs: [(key: Pickle.Reference, value: Pickle.Reference)], path: [String]
  ) throws(FormatError) {
    var last: [String: Int] = [:]
    for (place, pair) in pairs.enumerated() {
      guard let key = pickle.text(pair.key) else {
        try skip(path, "a key that is \(pickle.summary(pair.key))")
        continue
      }
      last[key] = place
    }
    json += "{"
    var isFirst = true
    for (place, pair) in pairs.enumerated() {
      try spend(1)
      guard let key = pickle.text(pair.key), last[key] == place else { continue }
      guard try isWritable(pair.value) else {
        try skip(path + [key], pickle.summary(pair.value))
        continue
      }
      if !isFirst { json += "," }
      isFirst = false
      try write(text: key)
      json += ":"
      try write(pair.value, path: path + [key])
    }
    json += "}"
  }

  private mutating func writeList(
    _ elements: [Pickle.Reference], path: [String]
  ) throws(FormatError) {
    json += "["
    var isFirst = true
    for (place, element) in elements.enumerated() {
      try spend(1)
      let inner = path + [String(place)]
      guard try isWritable(element) else {
        try skip(inner, pickle.summary(element))
        continue
      }
      if !isFirst { json += "," }
      isFirst = false
      try write(element, path: inner)
    }
    json += "]"
  }

  /// Whether JSON has a form for the value.
  private mutating func isWritable(_ reference: Pickle.Reference) throws(FormatError) -> Bool {
    switch pickle[reference].kind {
    case .none, .bool, .integer, .text, .list, .tuple, .set, .dictionary: return true
    case .float(let number): return number.isFinite
    case .call:
      if try fields(reference) != nil { return true }
      guard let inner = try referenced(reference) else { return false }
      guard case .call = pickle[inner].kind else { return try isWritable(inner) }
      return try fields(inner) != nil
    case .largeInteger, .bytes, .symbol, .persistent: return false
    }
  }

  /// The settings of a dictionary or a `ConfigDict`; nil for anything else.
  private mutating func fields(
    _ reference: Pickle.Reference
  ) throws(FormatError) -> [(key: Pickle.Reference, value: Pickle.Reference)]? {
    if pickle.isDictionary(reference) {
      try spend(pickle[reference].members.count / 2)
      return pickle[reference].pairs
    }
    guard let name = pickle.function(reference), name.hasPrefix("ml_collections."),
      name.hasSuffix(".ConfigDict") || name.hasSuffix(".FrozenConfigDict"),
      let fields = try state(reference, "_fields"), pickle.isDictionary(fields)
    else { return nil }
    try spend(pickle[fields].members.count / 2)
    return pickle[fields].pairs
  }

  /// What an `ml_collections.FieldReference` without operations refers to.
  private mutating func referenced(
    _ reference: Pickle.Reference
  ) throws(FormatError) -> Pickle.Reference? {
    guard let name = pickle.function(reference), name.hasPrefix("ml_collections."),
      name.hasSuffix(".FieldReference"), let operations = try state(reference, "_ops"),
      pickle[operations].elements.isEmpty
    else { return nil }
    return try state(reference, "_value")
  }

  private mutating func state(
    _ reference: Pickle.Reference, _ key: String
  ) throws(FormatError) -> Pickle.Reference? {
    guard let state = pickle[reference].state else { return nil }
    try spend(pickle[state].members.count / 2)
    return pickle.value(key, in: state)
  }

  private mutating func write(text: String) throws(FormatError) {
    guard json.utf8.count + text.utf8.count <= Self.textLimit else { throw tooLarge }
    json += JSONValue.literal(text)
  }

  private mutating func spend(_ count: Int) throws(FormatError) {
    steps += count
    guard steps <= Self.stepLimit else { throw tooLarge }
  }

  private mutating func skip(_ path: [String], _ what: String) throws(FormatError) {
    try spend(1)
    skipped.append("\(Self.shown(path)): \(what)".printable)
  }

  private static func shown(_ path: [String]) -> String {
    path.isEmpty ? "the settings" : String(path.joined(separator: ".").prefix(200))
  }

  private var tooLarge: FormatError {
    FormatError.unsupported(
      "its settings unfold to more than \(Self.stepLimit) values or \(Self.textLimit) bytes; a "
        + "configuration has hundreds")
  }
}
