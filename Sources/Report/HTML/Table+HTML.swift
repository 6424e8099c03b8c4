extension Table {
  /// The table as HTML, which scrolls by itself where it is wider than the page.
  func html() -> String {
    var table =
      caption.map { Markup.element("caption", [:], Markup.element("div", [:], $0.html)) } ?? ""
    table += Markup.element("thead", [:], header())
    var bodies: [String] = []
    var body = ""
    for row in rows {
      if row.kind == .section, !body.isEmpty {
        bodies.append(body)
        body = ""
      }
      body += html(row)
    }
    if rows.isEmpty {
      let cell = Markup.element(
        "td", ["colspan": String(columns.count), "class": "empty"], "no data yet")
      body = Markup.element("tr", [:], cell)
    }
    bodies.append(body)
    table += bodies.map { Markup.element("tbody", [:], $0) }.joined()
    // Whoever has no mouse can scroll only what can be reached by the keyboard.
    return Markup.element(
      "div",
      [
        "class": "scroll", "role": "region", "tabindex": "0",
        "aria-label": caption.map { "Table: " + $0.plain.onOneLine } ?? "Table",
      ], Markup.element("table", [:], table))
  }

  private func header() -> String {
    var rows = ""
    let groups = self.groups
    if !groups.isEmpty {
      var place = 0
      let cells = groups.map { group in
        let spans = group.span > 1 ? String(group.span) : nil
        let style = place == 0 ? nil : "start"
        place += group.span
        guard let title = group.title else {
          return Markup.element("td", ["colspan": spans], "")
        }
        return Markup.element(
          "th",
          [
            "scope": "colgroup", "colspan": spans,
            "class": ["group", style].compactMap { $0 }.joined(separator: " "),
          ], RichText(plain: title).html)
      }
      rows += Markup.element("tr", [:], cells.joined())
    }
    let cells = columns.enumerated().map { place, column in
      Markup.element(
        "th", ["scope": "col", "class": style(place)], RichText(plain: column.title).html)
    }
    return rows + Markup.element("tr", [:], cells.joined())
  }

  private func html(_ row: Row) -> String {
    if row.kind == .section {
      let cell = Markup.element(
        "th", ["scope": "rowgroup", "colspan": String(columns.count)], row.cells[0].text.html)
      return Markup.element("tr", ["class": "section"], cell)
    }
    let cells = row.cells.enumerated().map { place, cell in
      var text = cell.shown.html
      if cell.state == .missing, cell.text.isEmpty {
        text = Markup.element("span", ["role": "img", "aria-label": "no value"], text)
      }
      if cell.emphasis { text = Markup.element("strong", [:], text) }
      if let detail = cell.detail {
        text += Markup.element("small", [:], RichText(plain: detail).html)
      }
      let style = [style(place), style(of: cell)].compactMap { $0 }.joined(separator: " ")
      return Markup.element(
        place == 0 ? "th" : "td",
        ["scope": place == 0 ? "row" : nil, "class": style.isEmpty ? nil : style], text)
    }
    return Markup.element("tr", [:], cells.joined())
  }

  /// A column's classes: its alignment and whether it begins a group.
  private func style(_ place: Int) -> String? {
    var names: [String] = []
    switch columns[place].alignment {
    case .leading: break
    case .trailing: names.append("trailing")
    case .center: names.append("center")
    }
    if place > 0, columns[place].group != columns[place - 1].group { names.append("start") }
    return names.isEmpty ? nil : names.joined(separator: " ")
  }

  private func style(of cell: Cell) -> String? {
    switch cell.state {
    case .value: cell.emphasis ? "best" : nil
    case .missing: "missing"
    case .pending: "pending"
    }
  }
}
