extension Panel {
  /// The picture of one split image: the input, the predictions and their overlay; below, where
  /// targets are given, what the predictions leave of the input, the targets and their overlay.
  ///
  /// Prediction and target of a channel have the same contrast. What is left is the input minus
  /// the sum of the predictions, scaled and shifted to fit best, as the input may be their mean
  /// as well as their sum; it is shown from minus to plus a quarter of the input's contrast.
  ///
  /// - Parameters:
  ///   - input: the superimposed image
  ///   - predictions: one plane per channel, of the input's size
  ///   - targets: one plane per channel, or nil where they are not known
  ///   - names: one name per channel
  ///   - scores: one text per channel, such as `27.1 dB`
  ///   - title: the line above all
  ///   - footers: lines below all
  ///   - cells: sides of the images, in pixels, small ones enlarged and large ones reduced to lie
  ///     between; nil for the usual ones
  public static func splitPanel(
    input: Plane, predictions: [Plane], targets: [Plane]?, names: [String], scores: [String]?,
    title: String, footers: [String] = [], cells: ClosedRange<Int>? = nil
  ) -> RGBImage {
    let count = predictions.count
    precondition(
      count > 0 && names.count == count && (targets?.count ?? count) == count
        && (scores?.count ?? count) == count,
      "\(count) predictions, \(targets?.count ?? count) targets, \(names.count) names, "
        + "\(scores?.count ?? count) scores")
    let inputRange = ContrastRange.percentiles(of: [input])
    let ranges = predictions.enumerated().map { channel, prediction in
      ContrastRange.percentiles(of: [prediction] + (targets.map { [$0[channel]] } ?? []))
    }
    let colors = (0..<count).map { RGBColor.channels[$0 % RGBColor.channels.count] }
    func row(_ first: Cell, _ planes: [Plane], _ kind: String, _ scores: [String]?) -> [Cell] {
      let cells = planes.enumerated().map { channel, plane in
        Cell(
          .plane(plane, ranges[channel], .gray),
          caption: "\(names[channel]), \(kind)" + (scores.map { " \($0[channel])" } ?? ""),
          marker: colors[channel])
      }
      return [first] + cells + [Cell(.overlay(planes, ranges, colors), caption: "overlay, \(kind)")]
    }
    var rows = [
      row(
        Cell(.plane(input, inputRange, .gray), caption: "input"), predictions, "predicted", scores)
    ]
    if let targets {
      let quarter = (inputRange.high - inputRange.low) / 4
      let rest = remainder(of: input, after: predictions)
      let cell = Cell(
        .plane(rest, ContrastRange(low: -quarter, high: quarter), .residual),
        caption: "input - fitted predictions")
      rows.append(row(cell, targets, "target", nil))
    }
    guard let cells else { return Panel(title: title, rows: rows, footers: footers).render() }
    return Panel(
      title: title, rows: rows, footers: footers, minimumCellSize: cells.lowerBound,
      maximumCellSize: cells.upperBound
    ).render()
  }

  /// The input minus `a · sum + b` with the `a` and `b` that leave the least squares.
  static func remainder(of input: Plane, after predictions: [Plane]) -> Plane {
    var sum = [Float](repeating: 0, count: input.values.count)
    for plane in predictions {
      precondition(
        plane.values.count == sum.count,
        "a prediction of \(plane.values.count) pixels for an input of \(sum.count)")
      for index in 0..<sum.count { sum[index] += plane.values[index] }
    }
    let count = Double(max(1, sum.count))
    let meanInput = input.values.reduce(0) { $0 + Double($1) } / count
    let meanSum = sum.reduce(0) { $0 + Double($1) } / count
    var product = 0.0
    var square = 0.0
    for index in 0..<sum.count {
      let deviation = Double(sum[index]) - meanSum
      product += deviation * (Double(input.values[index]) - meanInput)
      square += deviation * deviation
    }
    let slope = square > 0 ? product / square : 0
    var rest = input
    for index in 0..<sum.count {
      rest.values[index] -= Float(slope * (Double(sum[index]) - meanSum) + meanInput)
    }
    return rest
  }
}
