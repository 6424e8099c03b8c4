import Foundation

/// Writes a document as a Markdown file, its plots as SVG and its pictures as PNG files beside it.
public struct MarkdownWriter: Sendable {
  /// The document.
  public let document: Document

  /// Makes a writer of a document.
  public init(_ document: Document) {
    self.document = document
  }

  /// Writes `name.md` and the folder `name-figures` into a folder, which is made where missing.
  ///
  /// Each file is written under a temporary name first, the Markdown file after its figures.
  /// Figures of an earlier `name.md` that this one does not show are removed.
  ///
  /// - Returns: the Markdown file.
  /// - Throws: ``ReportError`` when the name cannot be a file's or a file cannot be written.
  @discardableResult
  public func write(to folder: URL, name: String) throws(ReportError) -> URL {
    guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/"), !name.contains("\0") else {
      throw ReportError(
        .wrongName,
        "a report cannot be called \"\(name)\"; give a name without slashes and leading dot")
    }
    let file = folder.appendingPathComponent(name + ".md")
    let figureFolder = folder.appendingPathComponent(name + "-figures", isDirectory: true)
    let (text, figures) = markdown(figureFolder: name + "-figures")
    let stale = Self.figures(of: file, folder: name + "-figures").subtracting(figures.map(\.name))
    do {
      try FileManager.default.createDirectory(
        at: figures.isEmpty ? folder : figureFolder, withIntermediateDirectories: true)
    } catch {
      throw ReportError(
        .unwritable, "cannot make \(figureFolder.path): \(error.localizedDescription)")
    }
    for figure in figures {
      try FileReplacement.write(
        figure.data, to: figureFolder.appendingPathComponent(figure.name))
    }
    try FileReplacement.write(Data(text.utf8), to: file)
    for name in stale.sorted() {
      let old = figureFolder.appendingPathComponent(name)
      guard FileManager.default.fileExists(atPath: old.path) else { continue }
      do {
        try FileManager.default.removeItem(at: old)
      } catch {
        throw ReportError(
          .unwritable,
          "\(old.path), of an earlier report, cannot be removed: \(error.localizedDescription)")
      }
    }
    return file
  }

  /// A file beside the Markdown.
  struct Figure {
    let name: String
    let data: Data
  }

  /// The text, which refers to the figures by the folder's name, and the figures.
  func markdown(figureFolder: String) -> (text: String, figures: [Figure]) {
    var blocks = ["# " + MarkdownText.escaped(document.title.onOneLine)]
    var figures: [Figure] = []
    if let summary = document.summary { blocks.append(summary.markdown) }
    for block in document.blocks {
      blocks += Self.markdown(block, folder: figureFolder, &figures)
    }
    if let footer = document.footer { blocks += ["---", footer.markdown] }
    return (blocks.joined(separator: "\n\n") + "\n", figures)
  }

  private static func markdown(
    _ block: Block, folder: String, _ figures: inout [Figure]
  ) -> [String] {
    switch block {
    case .heading(let title, let level):
      precondition(2...6 ~= level, "a heading of level \(level); levels are 2 to 6")
      return [String(repeating: "#", count: level) + " " + MarkdownText.escaped(title.onOneLine)]
    case .paragraph(let text):
      return [text.markdown]
    case .note(let text):
      return ["> " + text.markdown]
    case .list(let items):
      return [items.map { "- " + $0.markdown }.joined(separator: "\n")]
    case .table(let table):
      return [table.markdown()]
    case .plot(let plot):
      let link = add(
        Data(plot.svg().utf8), kind: "svg", title: plot.title,
        alternative: plot.title.onOneLine + ". " + plot.summary, folder: folder, &figures)
      return [link] + (plot.note.map { [$0.markdown] } ?? [])
    case .picture(let picture):
      let link = add(
        picture.png, kind: "png", title: picture.alternative, alternative: picture.alternative,
        folder: folder, &figures)
      return [link] + (picture.caption.isEmpty ? [] : [picture.caption.markdown])
    case .code(let text):
      return [MarkdownText.codeBlock(text)]
    case .columns(let columns):
      return columns.joined().flatMap { markdown($0, folder: folder, &figures) }
    }
  }

  /// Adds a figure and gives the Markdown that shows it.
  private static func add(
    _ data: Data, kind: String, title: String, alternative: String, folder: String,
    _ figures: inout [Figure]
  ) -> String {
    let number = String(figures.count + 1)
    let slug = title.slug
    let name =
      (number.count < 2 ? "0" : "") + number + (slug.isEmpty ? "" : "-" + slug) + "." + kind
    figures.append(Figure(name: name, data: data))
    return "![\(MarkdownText.escaped(alternative.onOneLine))]"
      + "(\(MarkdownText.destination(folder + "/" + name)))"
  }

  /// The figures that a Markdown file of this writer shows; none where there is no file.
  private static func figures(of file: URL, folder: String) -> Set<String> {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    let start = "](" + MarkdownText.destination(folder + "/")
    let names = text.components(separatedBy: start).dropFirst().compactMap { part in
      part.split(separator: ")", maxSplits: 1, omittingEmptySubsequences: false).first
    }
    // A name that this writer gives: digits first, no other folder.
    return Set(
      names.map(String.init).filter { name in
        name.first?.isNumber == true && !name.contains("/")
          && (name.hasSuffix(".svg") || name.hasSuffix(".png"))
      })
  }
}
