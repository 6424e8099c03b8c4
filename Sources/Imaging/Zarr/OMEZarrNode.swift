import Foundation
import JSON

/// A value of a metadata file and where it stands, so that messages name the file and the key.
struct OMEZarrNode {
  /// The value.
  let value: JSONValue
  /// The metadata file.
  let file: URL
  /// The way to the value, such as `multiscales[0].axes`.
  let key: String

  /// A member of this object; nil where there is none and where it is null.
  ///
  /// - Throws: `ImagingError` where this is no object.
  func member(_ name: String) throws(ImagingError) -> OMEZarrNode? {
    guard let members = value.object else { throw malformed(expected: "an object") }
    guard let member = members[name], member != .null else { return nil }
    return OMEZarrNode(value: member, file: file, key: key.isEmpty ? name : "\(key).\(name)")
  }

  /// A member that has to be there.
  func required(_ name: String) throws(ImagingError) -> OMEZarrNode {
    if let member = try member(name) { return member }
    throw ImagingError(
      .notAnImage,
      "\(file.path): \(key.isEmpty ? "the metadata lack" : "\(key) lacks") the key \"\(name)\"")
  }

  /// The elements of this list.
  func elements() throws(ImagingError) -> [OMEZarrNode] {
    guard let list = value.list else { throw malformed(expected: "a list") }
    return list.enumerated().map { index, element in
      OMEZarrNode(value: element, file: file, key: "\(key)[\(index)]")
    }
  }

  /// This text.
  func text() throws(ImagingError) -> String {
    guard let text = value.text else { throw malformed(expected: "a text") }
    return text
  }

  /// The numbers of this list.
  func numbers() throws(ImagingError) -> [Double] {
    var numbers: [Double] = []
    for element in try elements() {
      guard let number = element.value.number else {
        throw element.malformed(expected: "a number")
      }
      numbers.append(number)
    }
    return numbers
  }

  /// The error of a value that is not what it has to be.
  func malformed(expected: String) -> ImagingError {
    ImagingError(
      .notAnImage,
      "\(file.path): \(key.isEmpty ? "the file" : key) is \(value.described), expected \(expected)")
  }
}
