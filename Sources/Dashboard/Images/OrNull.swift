/// A value of JSON that is `null`, and not left out, where it is not known.
@propertyWrapper
struct OrNull<Value: Encodable>: Encodable {
  /// The value.
  var wrappedValue: Value?

  /// A value that may be known.
  init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
  }
}

extension OrNull: Sendable where Value: Sendable {}
