extension Collection<String> {
  /// The name that a mistyped one was probably meant to be; nil when none is near.
  func nearest(to name: String) -> String? {
    let nearest = map { (distance: editDistance(name, $0), name: $0) }
      .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
    guard let nearest, nearest.distance <= Swift.max(2, name.count / 3) else { return nil }
    return nearest.name
  }
}

/// The least number of letters to insert, remove, change or swap with their neighbour to turn
/// one text into the other, whatever their case.
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a.lowercased().prefix(100))
  let b = Array(b.lowercased().prefix(100))
  var before: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      let change = last[j] + (a[i] == b[j] ? 0 : 1)
      var best = min(change, last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
      row.append(best)
    }
    before = last
    last = row
  }
  return last[b.count]
}
