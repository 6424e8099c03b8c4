extension Table {
  /// The table as Markdown, its cells padded so that it can be read as it is.
  func markdown() -> String {
    let header = columns.map { column in
      let title = RichText(plain: column.title).markdownCell
      guard let group = column.group else { return title }
      return RichText(plain: group).markdownCell + "<br>" + title
    }
    var body = rows.map { row in
      row.kind == .section
        ? [Self.strong(row.cells[0].text)] + columns.dropFirst().map { _ in "" }
        : row.cells.map(Self.markdown)
    }
    if rows.isEmpty { body = [["*no data yet*"] + columns.dropFirst().map { _ in "" }] }
    let widths = columns.indices.map { place in
      ([header] + body).map { $0[place].count }.reduce(3, max)
    }
    let rule = zip(columns, widths).map { column, width in
      switch column.alignment {
      case .leading: String(repeating: "-", count: width)
      case .trailing: String(repeating: "-", count: width - 1) + ":"
      case .center: ":" + String(repeating: "-", count: width - 2) + ":"
      }
    }
    let lines = ([header, rule] + body).map { cells in
      let padded = cells.enumerated().map { place, cell in
        let blanks = String(repeating: " ", count: widths[place] - cell.count)
        return columns[place].alignment == .trailing ? blanks + cell : cell + blanks
      }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    let title = caption.map { $0.markdown + "\n\n" } ?? ""
    return title + lines.joined(separator: "\n")
  }

  private static func markdown(_ cell: Cell) -> String {
    var text = cell.emphasis ? strong(cell.shown) : cell.shown.markdownCell
    if cell.state == .pending { text = "<em>\(text)</em>" }
    guard let detail = cell.detail else { return text }
    return text + "<br><sub>" + RichText(plain: detail).markdownCell + "</sub>"
  }

  private static func strong(_ text: RichText) -> String {
    RichText(
      runs: text.runs.map {
        RichText.Run($0.text, style: $0.style.union(.bold), link: $0.link)
      }
    ).markdownCell
  }
}
