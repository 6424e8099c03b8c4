/// A report: what it says, independent of how it is written.
///
/// ``html()`` gives one page that needs no other file, ``MarkdownWriter`` a Markdown file with its
/// figures beside it.
public struct Document: Sendable {
  /// The title, on one line.
  public var title: String
  /// What stands below the title, such as the outcome in one or two sentences.
  public var summary: RichText?
  /// The contents, from top to bottom.
  public var blocks: [Block]
  /// The small print at the end, such as what wrote the report and when.
  public var footer: RichText?

  /// A document of the given contents.
  public init(
    title: String, summary: RichText? = nil, blocks: [Block] = [], footer: RichText? = nil
  ) {
    self.title = title
    self.summary = summary
    self.blocks = blocks
    self.footer = footer
  }
}

/// One piece of a document.
public indirect enum Block: Sendable {
  /// A heading of level 2 to 6; the title is the one of level 1.
  case heading(String, level: Int)
  /// Running text.
  case paragraph(RichText)
  /// Text set off from the rest, such as what the reader must know about the numbers.
  case note(RichText)
  /// A list with bullets.
  case list([RichText])
  /// A table.
  case table(Table)
  /// A plot.
  case plot(Plot)
  /// A picture.
  case picture(Picture)
  /// Text kept as it is, in letters of equal width, such as a command.
  case code(String)
  /// Blocks beside each other where there is room, one after the other where there is none.
  case columns([[Block]])
}
