import Foundation

/// Escapes of the form `\u00B5`, which ImageJ and JSON use for what is not ASCII.
extension String {
  /// The text with escapes replaced by what they stand for.
  var replacingEscapes: String {
    var parts = components(separatedBy: "\\u")[...]
    var result = parts.popFirst() ?? ""
    for part in parts {
      if part.count >= 4, let code = UInt32(part.prefix(4), radix: 16),
        let scalar = Unicode.Scalar(code)
      {
        result.unicodeScalars.append(scalar)
        result += part.dropFirst(4)
      } else {
        result += "\\u" + part
      }
    }
    return result
  }

  /// The text in ASCII, all else escaped.
  var escapedToASCII: String {
    var result = ""
    for unit in utf16 {
      if unit < 128 {
        result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      } else {
        let digits = String(unit, radix: 16, uppercase: true)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return result
  }
}
