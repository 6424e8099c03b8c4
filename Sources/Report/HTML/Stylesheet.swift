/// How a page looks, as CSS.
enum Stylesheet {
  /// All rules, which hold no characters that XML would have to escape.
  static var text: String {
    """
    :root {
      color-scheme: light dark;
    \(variables(\.light, best: "#e3f0f9", panel: "#f5f7f9", accent: "#00609b"))
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
    \(variables(\.dark, best: "#16354c", panel: "#1d242a", accent: "#6cbaf2"))
      }
    \(darkPlots)
    }
    \(page)
    \(tables)
    \(figures)
    \(print)
    """
  }

  private static func variables(
    _ scheme: KeyPath<Palette.Color, String>, best: String, panel: String, accent: String
  ) -> String {
    let colors = [
      ("ink", Palette.ink[keyPath: scheme]), ("muted", Palette.muted[keyPath: scheme]),
      ("line", Palette.line[keyPath: scheme]), ("page", Palette.page[keyPath: scheme]),
      ("best", best), ("panel", panel), ("accent", accent),
    ]
    return colors.map { "  --\($0): \($1);" }.joined(separator: "\n")
  }

  /// The colours of plots on a dark page; on a light one those of the drawing hold.
  private static var darkPlots: String {
    let series = Palette.series.enumerated().map { "  .plot .c\($0) { color: \($1.dark); }" }
    return
      (series + [
        "  .plot text.ink { fill: \(Palette.ink.dark); }",
        "  .plot text.muted { fill: \(Palette.muted.dark); }",
        "  .plot .page { fill: \(Palette.page.dark); }",
        "  .plot .edge { stroke: \(Palette.page.dark); }",
        "  .plot .grid { stroke: \(Palette.line.dark); }",
        "  .plot .axis { stroke: \(Palette.axis.dark); }",
        "  .plot .whisker { stroke: \(Palette.ink.dark); }",
      ]).joined(separator: "\n")
  }

  private static let page = """
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body {
      margin: 0 auto; padding: 2.5rem clamp(1rem, 4vw, 2.5rem) 3rem; max-width: 68rem;
      background: var(--page); color: var(--ink); font: 1rem/1.6 \(SVG.font);
      overflow-wrap: break-word;
    }
    h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 2.2em 0 .6em; text-wrap: balance; }
    h1 { font-size: clamp(1.6rem, 1.2rem + 2vw, 2.2rem); margin: 0 0 .5em; letter-spacing: -.01em; }
    h2 { font-size: 1.45rem; padding-bottom: .3em; border-bottom: 1px solid var(--line); }
    h3 { font-size: 1.15rem; }
    h4, h5, h6 { font-size: 1rem; }
    p, ul, pre { margin: 0 0 1em; }
    p, ul { max-width: 46rem; }
    ul { padding-left: 1.3em; }
    li { margin: .25em 0; }
    a { color: var(--accent); text-underline-offset: .15em; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    main { margin-top: 1.8rem; }
    .summary { font-size: 1.15rem; color: var(--muted); margin: 0; }
    nav {
      margin: 1.6rem 0 0; padding: .8rem 1rem; background: var(--panel); border-radius: .5rem;
    }
    nav ul {
      display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: 0; padding: 0; max-width: none;
      list-style: none;
    }
    nav a { text-decoration: none; }
    nav a:hover { text-decoration: underline; }
    .note {
      padding: .8rem 1rem; background: var(--panel); border-left: .25rem solid var(--accent);
      border-radius: .25rem;
    }
    code { font: .9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
    p code, li code, td code, th code {
      padding: .1em .3em; background: var(--panel); border-radius: .25em;
    }
    pre { padding: .9rem 1rem; background: var(--panel); border-radius: .5rem; overflow-x: auto; }
    footer {
      margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line);
      color: var(--muted); font-size: .875rem;
    }
    """

  private static let tables = """
    .scroll { overflow-x: auto; }
    main .scroll { margin: 0 0 1.6em; }
    table { border-collapse: collapse; font-size: .94rem; font-variant-numeric: tabular-nums; }
    caption {
      caption-side: top; padding-bottom: .6em; text-align: left; color: var(--muted);
      font-size: .92rem;
    }
    caption div { position: sticky; left: 0; max-width: min(46rem, 100vw - 2.5rem); }
    caption strong { color: var(--ink); }
    th, td { padding: .42rem .8rem; text-align: left; vertical-align: top; line-height: 1.4; }
    thead th { vertical-align: bottom; font-weight: 600; white-space: nowrap; }
    thead tr:last-child th { border-bottom: 2px solid var(--line); }
    thead th.group {
      text-align: center; color: var(--muted); border-bottom: 1px solid var(--line);
    }
    tbody tr { border-bottom: 1px solid var(--line); }
    tbody th { min-width: 7rem; font-weight: 500; }
    tbody th:first-child, thead tr:last-child th:first-child {
      position: sticky; left: 0; background: var(--page);
    }
    tbody tr:hover td, tbody tr:hover th { background: var(--panel); }
    tr.section th {
      padding-top: 1rem; color: var(--muted); font-size: .85rem; font-weight: 600;
      letter-spacing: .02em;
    }
    tbody tr:hover td.best, td.best, th.best { background: var(--best); }
    .trailing { text-align: right; }
    td.trailing { white-space: nowrap; }
    .center { text-align: center; }
    th.start, td.start { border-left: 1px solid var(--line); }
    td small, th small { display: block; color: var(--muted); font-size: .8rem; font-weight: 400; }
    .missing, .pending, .empty { color: var(--muted); }
    .pending { font-style: italic; }
    .pending small { font-style: normal; }
    """

  private static let figures = """
    figure { margin: 1.6em 0; }
    figcaption, figure p { max-width: 46rem; color: var(--muted); font-size: .92rem; }
    figcaption strong { color: var(--ink); }
    figure.plot figcaption { margin-bottom: .6rem; font-size: 1rem; }
    figure.plot p { margin: .4rem 0 0; }
    figure.plot .scroll { margin: 0; }
    figure.plot svg { display: block; max-width: 100%; min-width: 27rem; height: auto; }
    figure.plot svg.narrow { min-width: 21rem; }
    figure.plot svg.wide { min-width: 40rem; }
    figure.plot svg svg { min-width: 0; max-width: none; }
    figure img { display: block; max-width: 100%; height: auto; border-radius: .3rem; }
    figure.picture figcaption { margin-top: .6rem; }
    details { margin-top: .5rem; font-size: .92rem; }
    summary { color: var(--muted); cursor: pointer; width: fit-content; }
    details .scroll { margin-top: .5rem; }
    details td, details th { min-width: 0; padding: .2rem .7rem; }
    .columns {
      display: grid; gap: 0 2.5rem; align-items: start;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr));
    }
    .columns div { min-width: 0; }
    """

  private static let print = """
    @media print {
      body { max-width: none; padding: 0; font-size: 10pt; }
      figure, table, pre, .note { break-inside: avoid; }
      h2, h3, h4, p:has(+ .scroll), p:has(+ pre), p:has(+ figure), p:has(+ ul) {
        break-after: avoid;
      }
      h2 { margin-top: 1.4em; }
      .columns { grid-template-columns: 1fr 1fr; gap: 0 1.5rem; }
      .scroll { overflow: visible; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; overflow: visible; }
      figure.plot svg.narrow, figure.plot svg.wide, figure.plot svg { min-width: 0; }
      nav, details { display: none; }
      td.best { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    }
    """
}
