/// A table with headers for columns and rows.
public struct Table: Sendable {
  /// Where a column's text stands.
  public enum Alignment: Sendable, Equatable {
    /// At the left, as words.
    case leading
    /// At the right, as numbers.
    case trailing
    /// In the middle.
    case center
  }

  /// A column.
  public struct Column: Sendable {
    /// Its header.
    public var title: String
    /// Where its text stands.
    public var alignment: Alignment
    /// The header above this and the neighbouring columns of the same group.
    public var group: String?

    /// Makes a column.
    public init(_ title: String, alignment: Alignment = .trailing, group: String? = nil) {
      self.title = title
      self.alignment = alignment
      self.group = group
    }
  }

  /// A cell.
  public struct Cell: Sendable {
    /// Whether there is a value.
    public enum State: Sendable, Equatable {
      /// There is one.
      case value
      /// There is none and there will be none; shown as a dash when the cell has no text.
      case missing
      /// There will be one; shown as "pending" when the cell has no text.
      case pending
    }

    /// The text.
    public var text: RichText
    /// Whether it is to be seen first, as the best of its column.
    public var emphasis: Bool
    /// A small second line, such as the number to compare with.
    public var detail: String?
    /// Whether there is a value.
    public var state: State

    /// Makes a cell.
    public init(
      _ text: RichText, emphasis: Bool = false, detail: String? = nil, state: State = .value
    ) {
      self.text = text
      self.emphasis = emphasis
      self.detail = detail
      self.state = state
    }

    /// A cell whose value there is not and will not be.
    public static func missing(detail: String? = nil) -> Cell {
      Cell("", detail: detail, state: .missing)
    }

    /// A cell whose value is still to come.
    public static func pending(detail: String? = nil) -> Cell {
      Cell("", detail: detail, state: .pending)
    }

    /// What is read: the text, or what stands for a missing one.
    var shown: RichText {
      guard text.isEmpty else { return text }
      return switch state {
      case .value: text
      case .missing: "–"
      case .pending: "pending"
      }
    }
  }

  /// A row.
  public struct Row: Sendable {
    /// What a row is.
    public enum Kind: Sendable, Equatable {
      /// One cell per column; the first is the row's header.
      case normal
      /// One cell over all columns: the header of the rows below.
      case section
    }

    /// What the row is.
    public let kind: Kind
    /// The cells.
    public let cells: [Cell]

    /// A row of one cell per column; the first is the row's header.
    public init(_ cells: [Cell]) {
      kind = .normal
      self.cells = cells
    }

    /// The header of the rows below.
    public static func section(_ title: RichText) -> Row { Row(title) }

    private init(_ title: RichText) {
      kind = .section
      cells = [Cell(title)]
    }
  }

  /// What the table shows.
  public var caption: RichText?
  /// The columns.
  public let columns: [Column]
  /// The rows.
  public private(set) var rows: [Row]

  /// Makes a table; every row must have a cell per column.
  public init(caption: RichText? = nil, columns: [Column], rows: [Row] = []) {
    precondition(!columns.isEmpty, "a table of 0 columns")
    self.caption = caption
    self.columns = columns
    self.rows = []
    for row in rows { append(row) }
  }

  /// Adds a row at the end, which must have a cell per column.
  public mutating func append(_ row: Row) {
    precondition(
      row.kind == .section || row.cells.count == columns.count,
      "a row of \(row.cells.count) cells in a table of \(columns.count) columns")
    rows.append(row)
  }

  /// The headers above the columns, each with the number of columns it spans; none without groups.
  var groups: [(title: String?, span: Int)] {
    guard columns.contains(where: { $0.group != nil }) else { return [] }
    var groups: [(title: String?, span: Int)] = []
    for column in columns {
      if let last = groups.last, last.title == column.group {
        groups[groups.count - 1].span += 1
      } else {
        groups.append((column.group, 1))
      }
    }
    return groups
  }
}
