import Foundation
import Imaging

/// The parameters of a request for an image, read with bounds.
struct ImageQuery: Sendable {
  private let values: [String: String]

  /// The largest number that is taken as one, so that sums and products of two are no trouble.
  private static let most = Int(Int32.max)

  /// The parameters of a request.
  init(_ request: Request) { values = request.query }

  /// A text that has to be there.
  func text(_ name: String) throws(RequestError) -> String {
    guard let text = values[name], !text.isEmpty else {
      throw RequestError(400, "The parameter \(name) is missing.")
    }
    return text
  }

  /// A text; nil where it is not there.
  func optionalText(_ name: String) -> String? { values[name] }

  /// A whole number from 0 on; the standard, where there is one, in place of one that is not there.
  func count(_ name: String, or standard: Int? = nil) throws(RequestError) -> Int {
    guard let text = values[name] else {
      if let standard { return standard }
      throw RequestError(400, "The parameter \(name) is missing; a whole number is meant.")
    }
    return try Self.count(text[...], name)
  }

  /// Whole numbers from 0 on, with commas between them; nil where they are not there.
  ///
  /// - Parameter most: how many there may be
  func counts(_ name: String, most: Int) throws(RequestError) -> [Int]? {
    guard let text = values[name] else { return nil }
    let parts = text.split(separator: ",", maxSplits: most, omittingEmptySubsequences: false)
    if parts.count > most {
      throw RequestError(400, "The parameter \(name) has more than \(most) numbers; ask in parts.")
    }
    var numbers: [Int] = []
    for part in parts { numbers.append(try Self.count(part, name)) }
    return numbers
  }

  /// A number of any sign that need not be whole.
  func number(_ name: String) throws(RequestError) -> Double {
    let text = try text(name)
    guard text.utf8.count <= 32, let number = Double(text), abs(number) <= Double(Self.most) else {
      throw RequestError(400, "The parameter \(name) is not a number of pixels.")
    }
    return number
  }

  /// The time point and the slice, in a plane of the first channel.
  func plane() throws(RequestError) -> PlaneIndex {
    PlaneIndex(time: try count("t", or: 0), slice: try count("z", or: 0))
  }

  private static func count(_ text: Substring, _ name: String) throws(RequestError) -> Int {
    guard text.utf8.count <= 10, text.utf8.allSatisfy({ (48...57).contains($0) }),
      let number = Int(text), number <= most
    else {
      throw RequestError(
        400, "The parameter \(name) is not a whole number from 0 to \(most).")
    }
    return number
  }
}

extension ImageDescription {
  /// Stops a request for a time point, slice or channel that the image does not have.
  ///
  /// - Throws: ``RequestError`` 404 that says how many there are.
  func require(_ plane: PlaneIndex) throws(RequestError) {
    for (number, count, name) in [
      (plane.time, times, "time point"), (plane.slice, slices, "slice"),
      (plane.channel, channels.count, "channel"),
    ] where number >= count {
      throw RequestError(
        404, "There is no \(name) \(number); the image has \(count) (counted from 0).")
    }
  }
}
