import Report
import USplit

/// The rows of an experiment as a table, the paper's figures below ours.
struct ResultTable {
  let lineHeaders: [String]
  let metrics: [ReportedMetric]
  let results: [RowResult]

  /// Lines and columns of rows, each once, in order.
  private var lines: [[String]] { results.map(\.row.line).withoutRepetition() }
  private var columns: [String] { results.map(\.row.column).withoutRepetition() }

  func table() -> Table {
    var table = Table(
      columns: lineHeaders.map { .init($0, alignment: .leading) }
        + columns.flatMap { column in
          metrics.map { .init($0.title, group: columns == [""] ? nil : column) }
        })
    if let trivial = trivialLine() { table.append(trivial) }
    for line in lines {
      table.append(
        Table.Row(
          line.map { .init(.init(plain: $0)) }
            + columns.flatMap { column in metrics.map { cell(line, column, $0) } }))
    }
    return table
  }

  private func result(_ line: [String], _ column: String) -> RowResult? {
    results.first { $0.row.line == line && $0.row.column == column }
  }

  private func cell(_ line: [String], _ column: String, _ metric: ReportedMetric) -> Table.Cell {
    guard let result = result(line, column) else { return .missing() }
    let paper = metric.paper(result.row.paper).map { "paper \(metric.paperText($0))" }
    let values = result.values(metric)
    guard let text = text(values, metric) else {
      return result.records.isEmpty ? .pending(detail: paper) : .missing(detail: paper)
    }
    return Table.Cell(
      .init(plain: text), emphasis: text == best(column, metric), detail: paper)
  }

  /// The mean, and the spread where there is one; nil of no values.
  private func text(_ values: [Double], _ metric: ReportedMetric) -> String? {
    values.mean.map { mean in
      mean.formatted(digits: metric.digits)
        + (values.spread.map { " ± \($0.formatted(digits: metric.digits))" } ?? "")
    }
  }

  /// The best value of a column as it is printed; nil of fewer than two.
  private func best(_ column: String, _ metric: ReportedMetric) -> String? {
    let all = results.filter { $0.row.column == column }.map { $0.values(metric) }
      .filter { !$0.isEmpty }
    guard all.count > 1 else { return nil }
    func mean(_ values: [Double]) -> Double { values.mean ?? 0 }
    let winner =
      metric.isBetterWhenHigher
      ? all.max { mean($0) < mean($1) } : all.min { mean($0) < mean($1) }
    return winner.flatMap { text($0, metric) }
  }

  /// What the input itself scores, the answer that needs no network.
  private func trivialLine() -> Table.Row? {
    guard metrics.contains(.psnr) else { return nil }
    let values = columns.map { column in
      results.first { $0.row.column == column && $0.trivial != nil }?.trivial
    }
    guard values.contains(where: { $0 != nil }) else { return nil }
    let names = ["the input itself"] + lineHeaders.dropFirst().map { _ in "" }
    return Table.Row(
      names.map { .init(.init(plain: $0)) }
        + values.flatMap { value in
          metrics.map { metric in
            guard metric == .psnr, let value else { return Table.Cell.missing() }
            return Table.Cell(.init(plain: value.formatted(digits: metric.digits)))
          }
        })
  }

  /// What context gains over the same network without it, ours beside the paper's; nil where no
  /// row can be compared.
  func gains() -> Table? {
    guard metrics.contains(.psnr) else { return nil }
    var rows: [Table.Row] = []
    for line in lines {
      var cells: [Table.Cell] = []
      for column in columns {
        guard let result = result(line, column), let other = withoutContext(result) else {
          cells.append(.missing())
          continue
        }
        let paper = result.row.paper?.psnr.flatMap { ours in
          other.row.paper?.psnr.map { "paper \(signed(ours - $0, digits: 1))" }
        }
        let values = zip(result.values(.psnr), other.values(.psnr)).map { $0 - $1 }
        guard let mean = values.mean else {
          cells.append(.pending(detail: paper))
          continue
        }
        let spread = values.spread.map { " ± \($0.formatted(digits: 2))" } ?? ""
        cells.append(
          .init(.init(plain: signed(mean, digits: 2) + spread), detail: paper))
      }
      guard cells.contains(where: { $0.state != .missing }) else { continue }
      rows.append(Table.Row(line.map { .init(.init(plain: $0)) } + cells))
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      caption: "What context gains: PSNR in dB above the same network without context",
      columns: lineHeaders.map { .init($0, alignment: .leading) } + columns.map { .init($0) },
      rows: rows)
  }

  /// The row of the same kind of network, task and patch without context, tiled alike if there is
  /// one.
  private func withoutContext(_ result: RowResult) -> RowResult? {
    guard case .network(let shape) = result.row.system.method, shape.context != .vanilla,
      shape.context != .unaligned
    else { return nil }
    let plain = results.filter { other in
      guard case .network(let plain) = other.row.system.method else { return false }
      return plain.context == .vanilla && plain.backbone == shape.backbone
        && plain.patch == shape.patch && other.row.task == result.row.task
        && (plain.levels == nil || plain.levels == shape.levels)
    }
    return plain.first { $0.row.tiles == result.row.tiles } ?? plain.first
  }

  private func signed(_ value: Double, digits: Int) -> String {
    (value < 0 ? "−" : "+") + abs(value).formatted(digits: digits)
  }
}

extension Array where Element: Hashable {
  /// Each element once, where it stands first.
  func withoutRepetition() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
