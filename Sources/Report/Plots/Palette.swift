/// The colours of series: apart from each other for colour-blind readers, with a contrast of at
/// least 3 to 1 to the page.
enum Palette {
  /// A colour on a light and on a dark page.
  struct Color {
    let light: String
    let dark: String
  }

  /// In the order of the series; after the last the first comes again, with another marker.
  static let series = [
    Color(light: "#0067a5", dark: "#5bb3f0"),
    Color(light: "#d24e01", dark: "#ff8f52"),
    Color(light: "#00825f", dark: "#35c9a0"),
    Color(light: "#a23b8f", dark: "#e08ad4"),
    Color(light: "#94690a", dark: "#e2b93b"),
    Color(light: "#4a4f55", dark: "#c6ccd2"),
    Color(light: "#3d8fc4", dark: "#a5d8fa"),
    Color(light: "#c0507c", dark: "#ffa3bd"),
  ]
  static let ink = Color(light: "#1b2024", dark: "#e7eaed")
  static let muted = Color(light: "#566069", dark: "#a7b1ba")
  static let line = Color(light: "#dce1e6", dark: "#353d45")
  static let axis = Color(light: "#8a949e", dark: "#6f7a85")
  static let page = Color(light: "#ffffff", dark: "#14181c")
}
