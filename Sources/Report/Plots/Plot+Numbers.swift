extension Plot {
  /// The most rows of ``numbers``; a plot of more points has no such table.
  static let mostRows = 100

  /// The points as a table, nil when there are none or too many to be read.
  var numbers: Table? {
    let places = Set(series.flatMap(\.points).map(\.x).filter(\.isFinite)).sorted()
    guard 1...Self.mostRows ~= places.count else { return nil }
    let first = Table.Column(
      xAxis.label.isEmpty ? "x" : xAxis.label,
      alignment: xAxis.categories == nil ? .trailing : .leading)
    var table = Table(columns: [first] + series.map { Table.Column($0.name) })
    for place in places {
      let values = series.map { series -> Table.Cell in
        let found = series.points.filter { $0.x == place }
        if found.isEmpty { return .missing() }
        return Table.Cell(RichText(plain: found.map(words).joined(separator: ", ")))
      }
      table.append(Table.Row([Table.Cell(RichText(plain: words(x: place)))] + values))
    }
    return table
  }

  /// A place on the horizontal axis in words.
  func words(x: Double) -> String {
    guard let names = xAxis.categories else { return NumberText.value(x) }
    let place = Int(x.rounded())
    return names.indices.contains(place) ? names[place].onOneLine : NumberText.value(x)
  }

  /// A value and its error in words.
  func words(_ point: Point) -> String {
    point.drawnError.map { NumberText.value(point.y, error: $0) } ?? NumberText.value(point.y)
  }
}
