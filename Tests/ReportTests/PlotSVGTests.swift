import Foundation
import Report
import Testing

/// A plot of one series.
private func plot(
  _ values: [(Double, Double)], x: Plot.Axis = .init("x"), y: Plot.Axis = .init("y"),
  error: Double? = nil, style: Plot.Series.Style = .line
) -> Plot {
  Plot(
    title: "t", xAxis: x, yAxis: y,
    series: [
      .init("s", points: values.map { .init(x: $0.0, y: $0.1, error: error) }, style: style)
    ])
}

/// The words of an SVG's lines of text.
private func words(_ plot: Plot) -> [String] {
  plot.svg().components(separatedBy: "<text").dropFirst().compactMap { part in
    part.split(separator: ">", maxSplits: 1).last?.components(separatedBy: "</text>").first
  }
}

@Suite("Plots as SVG")
struct PlotSVGTests {
  @Test(
    "odd numbers give a well-formed drawing",
    arguments: [
      [], [(1, 33.8)], [(1, 5), (2, 5)], [(0, 0)], [(0, 0), (0, 0)], [(.nan, 1), (1, .infinity)],
      [(-1e300, -1e300), (1e300, 1e300)], [(1, 1), (1 + 1e-15, 1e-300)],
      [(0, .leastNonzeroMagnitude), (.leastNonzeroMagnitude, 0)],
      [(1e9, 1e9 + 1), (1e9 + 2, 1e9)], [(1, 2), (2, .nan), (3, 4)], [(-5, -5), (-4, -3)],
    ] as [[(Double, Double)]], [Plot.Axis.Scale.linear, .log2])
  func odd(values: [(Double, Double)], scale: Plot.Axis.Scale) {
    for error in [nil, 0.1, -1, .nan, .infinity, 1e300] {
      let svg = plot(
        values, x: .init("x", scale: scale), y: .init("y", scale: scale), error: error
      ).svg()
      #expect(XMLReading(svg).isWellFormed)
      #expect(!svg.contains("nan") && !svg.contains("inf") && !svg.contains("e+"))
    }
  }

  @Test(
    "odd words are escaped", arguments: [nasty, "", "a\nb", String(repeating: "word ", count: 99)])
  func oddWords(text: String) throws {
    guard case .plot(let plot) = try document(text).blocks[6] else {
      Issue.record("the document has no plot where it should be")
      return
    }
    let drawing = XMLReading(plot.svg())
    #expect(drawing.isWellFormed)
    #expect(drawing.count("script") == 0)
  }

  @Test("a plot without anything to draw says so")
  func empty() {
    let log = Plot.Axis("y", scale: .log2)
    for empty in [plot([]), plot([(.nan, 1)]), plot([(1, -1)], y: log)] {
      #expect(words(empty).contains("no data yet"))
    }
    #expect(
      words(Plot(title: "t", xAxis: .init(""), yAxis: .init(""), series: []))
        .contains("no data yet"))
    #expect(!words(plot([(1, 1)])).contains("no data yet"))
  }

  @Test("ticks are round numbers that enclose the values")
  func linearTicks() {
    let ticks = words(plot([(0, 28.4), (10, 34.2)]))
    for number in 28...35 { #expect(ticks.contains(String(number))) }
    #expect(words(plot([(0, -0.04), (1, 0.02)])).contains("−0.04"))
    #expect(words(plot([(0, 0), (50_000, 1)])).contains("40,000"))
    #expect(words(plot([(0, 0), (1, 2e9)])).contains("1.5×10⁹"))
  }

  @Test("ticks of a logarithmic axis are powers of two")
  func logTicks() {
    let axis = Plot.Axis("x", scale: .log2)
    let ticks = words(plot([(64, 1), (512, 2)], x: axis))
    for number in ["64", "128", "256", "512"] { #expect(ticks.contains(number)) }
    #expect(words(plot([(1, 1), (1e9, 2)], x: axis)).contains("2²⁰"))
    #expect(words(plot([(100, 1), (120, 2)], x: axis)).contains("110"))
  }

  @Test("an axis of equal values has a tick at them")
  func equalValues() {
    #expect(words(plot([(1, 33), (2, 33)])).contains { $0.hasPrefix("33") })
    #expect(words(plot([(1, 0)])).contains { $0.hasPrefix("0") })
  }

  @Test("bars reach from zero, markers and error bars have words")
  func bars() {
    let axis = Plot.Axis("", scale: .categories(["U-Net", "HVAE"]))
    let bars = plot([(0, 30), (1, 32)], x: axis, error: 0.5, style: .bars)
    #expect(words(bars).contains("0") && words(bars).contains("HVAE"))
    #expect(bars.svg().contains("<title>s, HVAE: 32.00 ± 0.50</title>"))
    #expect(XMLReading(bars.svg()).count("rect") == 4)
  }

  @Test("names of categories are turned or left out rather than put over each other")
  func manyCategories() {
    func labels(_ count: Int) -> [String] {
      let names = (0..<count).map { "category number \($0)" }
      return words(plot([(0, 1)], x: .init("", scale: .categories(names))))
        .filter { $0.hasPrefix("category") }
    }
    #expect(labels(2).count == 2)
    #expect(
      plot([(0, 1)], x: .init("", scale: .categories(Array(repeating: "Watermelon", count: 20))))
        .svg().contains("rotate(-40"))
    #expect(labels(40).count == 40)
    #expect((10...60).contains(labels(200).count))
  }

  @Test("a gap interrupts the line")
  func gap() {
    func jumps(_ values: [(Double, Double)]) -> [Int] {
      XMLReading(plot(values).svg()).values("d").map { $0.count { $0 == "M" } }
    }
    // The legend's line and the series.
    #expect(jumps([(1, 1), (2, 1), (3, 1)]) == [1, 1])
    #expect(jumps([(1, 1), (2, .nan), (3, 1)]) == [1, 2])
  }

  @Test("a long curve has no markers")
  func longCurve() {
    let curve = plot((0..<500).map { (Double($0), Double($0)) })
    #expect(XMLReading(curve.svg()).count("circle") == 0)
  }

  @Test("mistakes of whoever makes a plot are told")
  func mistakes() async {
    await #expect(processExitsWith: .failure) {
      _ = Plot(
        title: "t", xAxis: .init("x"), yAxis: .init("y"),
        series: [.init("s", points: [], style: .bars)])
    }
    await #expect(processExitsWith: .failure) {
      _ = Plot.Axis("x", scale: .log2, range: 0...1)
    }
  }
}
