import Foundation

/// What a pickle of Python describes, as inert values: nothing in it is ever called or imported.
///
/// All values lie in one array and refer to each other by place. What is shared in Python is shared
/// here, so a pickle that unfolds to gigabytes stays small; lists that hold themselves do no harm;
/// and giving the values up takes no recursion. Whoever walks them must bound depth and steps.
public struct Pickle: Sendable, CustomStringConvertible {
  /// The place of a value.
  public struct Reference: Hashable, Sendable {
    let place: UInt32
  }

  /// What a value is.
  public enum Kind: Sendable, Equatable {
    /// `None`.
    case none
    /// `True` or `False`.
    case bool(Bool)
    /// An `int` of up to 64 bits.
    case integer(Int)
    /// A larger `int`; its value is not kept.
    case largeInteger
    /// A `float`.
    case float(Double)
    /// A `str`.
    case text(String)
    /// A `bytes` object of so many bytes; they are not kept.
    case bytes(count: Int)
    /// A `list` of the value's elements.
    case list
    /// A `tuple` of the value's elements.
    case tuple
    /// A `set` or `frozenset` of the value's elements.
    case set
    /// A `dict` of the value's pairs.
    case dictionary
    /// A class or function, by name.
    case symbol(module: String, name: String)
    /// What Python would make by calling a symbol; elements and pairs are what it would be given
    /// afterwards.
    case call(function: Reference, arguments: Reference)
    /// Something that lies outside the pickle.
    case persistent(Reference)
  }

  /// One value.
  public struct Value: Sendable {
    /// What it is.
    public let kind: Kind
    /// Its elements, in order.
    public internal(set) var elements: [Reference] = []
    /// Its keys and values in turns, in order.
    var members: [Reference] = []
    /// What the object's `__setstate__` would be given.
    public internal(set) var state: Reference?

    /// Its keys with their values, in order.
    public var pairs: [(key: Reference, value: Reference)] {
      stride(from: 0, to: members.count, by: 2).map { (members[$0], members[$0 + 1]) }
    }

    init(_ kind: Kind, elements: [Reference] = []) {
      self.kind = kind
      self.elements = elements
    }
  }

  /// The value that the pickle stands for.
  public let root: Reference
  private let values: [Value]

  /// Reads a pickle of protocol 2 to 5.
  ///
  /// - Parameters:
  ///   - data: exactly one pickle
  ///   - path: what messages call it
  /// - Throws: ``CheckpointError/malformed(path:reason:)`` or
  ///   ``CheckpointError/unsupported(path:reason:)`` with the place.
  public init(_ data: Data, path: String) throws(CheckpointError) {
    do throws(FormatError) {
      self = try Pickle(data)
    } catch {
      throw error.of(path)
    }
  }

  init(_ data: Data) throws(FormatError) {
    var reader = try PickleReader(data)
    root = try reader.read()
    values = reader.values
  }

  /// The value at a place.
  public subscript(reference: Reference) -> Value { values[Int(reference.place)] }

  /// How many values there are.
  public var count: Int { values.count }

  /// How many values there are, in words.
  public var description: String { "a pickle of \(count) values" }

  // MARK: Looking things up

  /// The text at a place; nil when it is something else.
  public func text(_ reference: Reference) -> String? {
    if case .text(let text) = self[reference].kind { text } else { nil }
  }

  /// The whole number at a place; nil when it is something else.
  public func integer(_ reference: Reference) -> Int? {
    if case .integer(let number) = self[reference].kind { number } else { nil }
  }

  /// The tuple at a place; nil when it is something else.
  public func tuple(_ reference: Reference) -> [Reference]? {
    let value = self[reference]
    return value.kind == .tuple ? value.elements : nil
  }

  /// The symbol at a place as `module.name`; nil when it is something else.
  public func symbol(_ reference: Reference) -> String? {
    if case .symbol(let module, let name) = self[reference].kind {
      "\(module).\(name)"
    } else {
      nil
    }
  }

  /// The symbol that Python would call for the value at a place; nil when it is no call.
  public func function(_ reference: Reference) -> String? {
    if case .call(let function, _) = self[reference].kind { symbol(function) } else { nil }
  }

  /// Whether the value is a `dict`, or one that remembers its order.
  public func isDictionary(_ reference: Reference) -> Bool {
    self[reference].kind == .dictionary || function(reference) == "collections.OrderedDict"
  }

  /// The value of a key that is a text; the last one, as in Python, when it is there twice.
  public func value(_ key: String, in reference: Reference) -> Reference? {
    self[reference].pairs.last { text($0.key) == key }?.value
  }

  /// What a value is, for messages.
  public func summary(_ reference: Reference) -> String {
    switch self[reference].kind {
    case .none: "None"
    case .bool: "a bool"
    case .integer, .largeInteger: "an int"
    case .float: "a float"
    case .text: "a str"
    case .bytes: "bytes"
    case .list: "a list"
    case .tuple: "a tuple"
    case .set: "a set"
    case .dictionary: "a dict"
    case .symbol(let module, let name): "the name \((module + "." + name).prefix(80))"
    case .call: "an object of \((function(reference) ?? "no known class").prefix(80))"
    case .persistent: "a storage"
    }
  }
}
