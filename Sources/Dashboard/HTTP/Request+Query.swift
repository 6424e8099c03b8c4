extension Request {
  /// A value of the query that has to be there.
  ///
  /// - Throws: ``RequestError`` (400) that names it.
  func required(_ name: String) throws(RequestError) -> String {
    guard let value = query[name], !value.isEmpty else {
      throw RequestError(400, "The request lacks \(name)= in its query.")
    }
    return value
  }

  /// A whole number of the query; nil where it is not there.
  ///
  /// - Throws: ``RequestError`` (400) for another text, or a number out of range.
  func integer(_ name: String, in range: ClosedRange<Int>) throws(RequestError) -> Int? {
    guard let text = query[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw RequestError(
        400,
        "\(name)=\(text.prefix(40)) is no whole number from \(range.lowerBound) to "
          + "\(range.upperBound).")
    }
    return number
  }
}
