import Report

/// The rows of an experiment as curves, with error bars over seeds.
struct ResultPlot {
  let title: String
  let x: String
  let categories: [String]
  let metric: ReportedMetric
  let results: [RowResult]

  func plot() -> Plot {
    let names = results.map { $0.row.line[0] }.withoutRepetition()
    let series = names.map { name in
      let own = results.filter { $0.row.line[0] == name }
      return Plot.Series(name, points: own.compactMap(point))
    }
    let seeds = results.map(\.records.count).max() ?? 0
    return Plot(
      title: title,
      xAxis: .init(x, scale: categories.isEmpty ? .linear : .categories(categories)),
      yAxis: .init(metric.title), series: series,
      note: seeds > 1 ? "Bars: standard deviation over \(seeds) trainings." : nil)
  }

  private func point(_ result: RowResult) -> Plot.Point? {
    let values = result.values(metric)
    guard let mean = values.mean else { return nil }
    let place = result.row.line[1]
    let position =
      categories.isEmpty ? Double(place) : categories.firstIndex(of: place).map(Double.init)
    return position.map { Plot.Point(x: $0, y: mean, error: values.spread) }
  }
}
