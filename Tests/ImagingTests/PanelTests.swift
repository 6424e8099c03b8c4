import Imaging
import Testing

@Suite("Panels")
struct PanelTests {
  private func ramp(_ height: Int, _ width: Int, from start: Float = 0) -> Plane {
    Plane(
      height: height, width: width, values: (0..<height * width).map { start + Float($0) })
  }

  private func count(_ picture: RGBImage, _ color: RGBColor) -> Int {
    var count = 0
    for y in 0..<picture.height {
      for x in 0..<picture.width where picture[y, x] == color { count += 1 }
    }
    return count
  }

  @Test("percentiles are those of all planes together, without what is not finite")
  func percentiles() {
    var plane = ramp(10, 10)
    plane.values[3] = .nan
    plane.values[4] = -.infinity
    let range = ContrastRange.percentiles(of: [plane, ramp(10, 10, from: 100)], low: 0, high: 100)
    #expect(range == ContrastRange(low: 0, high: 199))
    let middle = ContrastRange.percentiles(of: [ramp(1, 101)], low: 10, high: 90)
    #expect(middle == ContrastRange(low: 10, high: 90))
  }

  @Test("a constant plane has a contrast range all the same")
  func constant() {
    let range = ContrastRange.percentiles(of: [Plane(height: 3, width: 3, repeating: 5)])
    #expect(range.low == 5)
    #expect(range.high > 5)
    let huge = ContrastRange(low: 1e30, high: 1e30)
    #expect(huge.high > huge.low)
  }

  @Test("colour maps run from their first to their last colour")
  func colorMaps() {
    let plane = Plane(height: 1, width: 5, values: [-9, 0, 0.5, 1, .nan])
    let range = ContrastRange(low: 0, high: 1)
    let gray = ColorMap.gray.render(plane, range: range)
    #expect(gray[0, 0] == RGBColor(0, 0, 0))
    #expect(gray[0, 3] == RGBColor(255, 255, 255))
    #expect(gray[0, 4] == RGBColor(0, 0, 0))
    #expect(ColorMap.magenta.render(plane, range: range)[0, 3] == RGBColor(255, 0, 255))
    let residual = ColorMap.residual.render(
      Plane(height: 1, width: 3, values: [-1, 0, 1]), range: ContrastRange(low: -1, high: 1))
    #expect(residual[0, 0].blue > residual[0, 0].red)
    #expect(residual[0, 1].green < 5)
    #expect(residual[0, 2].red > residual[0, 2].blue)
  }

  @Test("an overlay adds colours up to white")
  func composite() {
    let planes = [
      Plane(height: 1, width: 3, values: [1, 0, 1]), Plane(height: 1, width: 3, values: [0, 1, 1]),
    ]
    let ranges = [ContrastRange(low: 0, high: 1), ContrastRange(low: 0, high: 1)]
    let picture = Panel.composite(planes: planes, ranges: ranges)
    #expect(picture[0, 0] == RGBColor(0, 255, 0))
    #expect(picture[0, 1] == RGBColor(255, 0, 255))
    #expect(picture[0, 2] == RGBColor(255, 255, 255))
  }

  @Test("small planes are enlarged and large ones reduced by whole factors")
  func sizes() {
    func side(_ size: Int) -> Int {
      let plane = Plane(height: size, width: size, repeating: 1)
      let cell = Panel.Cell(
        .plane(plane, ContrastRange(low: 0, high: 1), .gray), caption: "")
      let panel = Panel(rows: [[cell]], minimumCellSize: 20, maximumCellSize: 50)
      return Int(Double(count(panel.render(), RGBColor(255, 255, 255))).squareRoot())
    }
    #expect(side(10) == 20)
    #expect(side(7) == 21)
    #expect(side(30) == 30)
    #expect(side(100) == 50)
    #expect(side(101) == 34)
  }

  @Test("cells of a row stand side by side, and titles, captions and footers take room")
  func layout() {
    let plane = Plane(height: 50, width: 60, repeating: 1)
    let cell = Panel.Cell(.plane(plane, ContrastRange(low: 0, high: 1), .gray), caption: "actin")
    func picture(_ title: String?, _ rows: [[Panel.Cell]], _ footers: [String]) -> RGBImage {
      Panel(
        title: title, rows: rows, footers: footers, minimumCellSize: 60, maximumCellSize: 60
      ).render()
    }
    let one = picture(nil, [[cell]], [])
    let two = picture(nil, [[cell, cell]], [])
    #expect(two.height == one.height)
    #expect(two.width - one.width >= 60)
    #expect(picture(nil, [[cell], [cell]], []).height - one.height >= 50)
    #expect(picture("a title", [[cell]], []).height > one.height)
    #expect(picture(nil, [[cell]], ["a footer"]).height > one.height)
    #expect(one[0, 0] == RGBColor(0x11, 0x11, 0x11))
    let empty = picture(nil, [[Panel.Cell(.empty, caption: "none")]], [])
    #expect(empty.width >= 60)
  }

  @Test("text of any characters and length is drawn within the picture")
  func text() {
    let cell = Panel.Cell(
      .plane(ramp(4, 4), ContrastRange(low: 0, high: 15), .gray),
      caption: String(repeating: "long é 漢 ", count: 50))
    let title = String(repeating: "unbrokenword", count: 40) + " and\nmore"
    let picture = Panel(title: title, rows: [[cell]], footers: [""]).render()
    #expect(count(picture, RGBColor(0xf2, 0xf2, 0xf2)) > 100)
    for y in 0..<picture.height { #expect(picture[y, picture.width - 1].red == 0x11) }
  }

  @Test("prediction and target of a channel have the same contrast")
  func sameContrast() {
    // The prediction is half as bright as the target, so it has to look half as bright.
    let target = ramp(384, 384)
    var prediction = target
    for index in prediction.values.indices { prediction.values[index] /= 2 }
    let range = ContrastRange.percentiles(of: [prediction, target])
    let shown = ColorMap.gray.render(prediction, range: range)
    let picture = Panel.splitPanel(
      input: target, predictions: [prediction], targets: [target], names: ["actin"],
      scores: ["6.0 dB"], title: "test")
    let row = Array(shown.bytes[(3 * 384 * 300)..<(3 * 384 * 301)])
    let found = (0..<picture.height).contains { y in
      let line = Array(picture.bytes[(3 * picture.width * y)..<(3 * picture.width * (y + 1))])
      return stride(from: 0, through: line.count - row.count, by: 3).contains {
        line[$0] == row[0] && Array(line[$0..<$0 + row.count]) == row
      }
    }
    #expect(found)
  }

  @Test("a panel without targets has one row")
  func withoutTargets() {
    let plane = ramp(40, 40)
    func panel(_ targets: [Plane]?) -> RGBImage {
      Panel.splitPanel(
        input: plane, predictions: [plane, plane], targets: targets, names: ["a", "b"],
        scores: nil, title: "test")
    }
    let (one, two) = (panel(nil), panel([plane, plane]))
    #expect(one.width == two.width)
    #expect(one.height < two.height)
  }
}
