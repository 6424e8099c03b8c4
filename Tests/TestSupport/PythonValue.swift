import Foundation

/// A value of Python, to be written as a pickle.
public indirect enum PythonValue: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  case float(Double)
  case text(String)
  case list([PythonValue])
  case tuple([PythonValue])
  case dictionary([(PythonValue, PythonValue)])
  /// A `collections.OrderedDict`.
  case ordered([(PythonValue, PythonValue)])
  case symbol(String, String)
  case call(PythonValue, [PythonValue])
  /// An instance of a class, made without arguments and then given a state.
  case object(PythonValue, state: PythonValue)
  case persistent(PythonValue)

  /// A dictionary with text keys.
  public static func named(_ pairs: KeyValuePairs<String, PythonValue>) -> PythonValue {
    .dictionary(pairs.map { (.text($0.key), $0.value) })
  }

  /// The pickle of the value.
  ///
  /// - Parameter version: 2, or 4 with frames and memoised texts
  public func pickled(version: UInt8 = 2) -> Data {
    var body = Data()
    write(to: &body, version: version)
    body.append(0x2E)
    guard version >= 4 else { return Data([0x80, version]) + body }
    return Data([0x80, version, 0x95]) + littleEndian(UInt64(body.count)) + body
  }

  private func write(to bytes: inout Data, version: UInt8) {
    switch self {
    case .none: bytes.append(0x4E)
    case .bool(let flag): bytes.append(flag ? 0x88 : 0x89)
    case .integer(let number): Self.write(number, to: &bytes)
    case .float(let number):
      bytes.append(0x47)
      bytes.append(contentsOf: littleEndian(number.bitPattern).reversed())
    case .text(let text):
      if version >= 4, text.utf8.count < 256 {
        bytes += Data([0x8C, UInt8(text.utf8.count)]) + Data(text.utf8) + [0x94]
      } else {
        bytes += [0x58] + littleEndian(UInt32(text.utf8.count)) + Data(text.utf8)
      }
    case .list(let elements):
      bytes += [0x5D, 0x28]
      for element in elements { element.write(to: &bytes, version: version) }
      bytes.append(0x65)
    case .tuple(let elements):
      bytes.append(0x28)
      for element in elements { element.write(to: &bytes, version: version) }
      bytes.append(0x74)
    case .dictionary(let pairs):
      bytes.append(0x7D)
      Self.write(pairs, to: &bytes, version: version)
    case .ordered(let pairs):
      PythonValue.symbol("collections", "OrderedDict").write(to: &bytes, version: version)
      bytes += [0x29, 0x52]
      Self.write(pairs, to: &bytes, version: version)
    case .symbol(let module, let name):
      if version >= 4 {
        PythonValue.text(module).write(to: &bytes, version: version)
        PythonValue.text(name).write(to: &bytes, version: version)
        bytes.append(0x93)
      } else {
        bytes += [0x63] + Data("\(module)\n\(name)\n".utf8)
      }
    case .call(let function, let arguments):
      function.write(to: &bytes, version: version)
      PythonValue.tuple(arguments).write(to: &bytes, version: version)
      bytes.append(0x52)
    case .object(let type, let state):
      type.write(to: &bytes, version: version)
      bytes += [0x29, 0x81]
      state.write(to: &bytes, version: version)
      bytes.append(0x62)
    case .persistent(let id):
      id.write(to: &bytes, version: version)
      bytes.append(0x51)
    }
  }

  private static func write(
    _ pairs: [(PythonValue, PythonValue)], to bytes: inout Data, version: UInt8
  ) {
    bytes.append(0x28)
    for (key, value) in pairs {
      key.write(to: &bytes, version: version)
      value.write(to: &bytes, version: version)
    }
    bytes.append(0x75)
  }

  private static func write(_ number: Int, to bytes: inout Data) {
    if let small = UInt8(exactly: number) {
      bytes += [0x4B, small]
    } else if let medium = UInt16(exactly: number) {
      bytes += [0x4D] + littleEndian(medium)
    } else if let signed = Int32(exactly: number) {
      bytes += [0x4A] + littleEndian(UInt32(bitPattern: signed))
    } else {
      bytes += [0x8A, 8] + littleEndian(UInt64(bitPattern: Int64(number)))
    }
  }
}

/// A number's bytes, the least one first.
public func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> Data {
  withUnsafeBytes(of: number.littleEndian) { Data($0) }
}
