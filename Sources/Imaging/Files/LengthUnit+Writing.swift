extension LengthUnit {
  /// OME's symbol of a unit's name in full; nil where OME has none.
  static func omeSymbol(_ name: String) -> String? { table[name]?.symbol }

  /// Metres of a unit's name in full; nil where it is no unit of length.
  static func meters(_ name: String) -> Double? { table[name]?.meters }

  /// The units of length that OME-XML and OME-Zarr share, by name.
  private static let table: [String: (symbol: String, meters: Double)] = [
    "angstrom": ("\u{c5}", 1e-10), "attometer": ("am", 1e-18), "centimeter": ("cm", 1e-2),
    "decimeter": ("dm", 1e-1), "exameter": ("Em", 1e18), "femtometer": ("fm", 1e-15),
    "foot": ("ft", 0.3048), "gigameter": ("Gm", 1e9), "hectometer": ("hm", 1e2),
    "inch": ("in", 0.0254), "kilometer": ("km", 1e3), "megameter": ("Mm", 1e6),
    "meter": ("m", 1), "micrometer": ("\u{b5}m", 1e-6), "mile": ("mi", 1609.344),
    "millimeter": ("mm", 1e-3), "nanometer": ("nm", 1e-9), "parsec": ("pc", 3.0857e16),
    "petameter": ("Pm", 1e15), "picometer": ("pm", 1e-12), "terameter": ("Tm", 1e12),
    "yard": ("yd", 0.9144), "yoctometer": ("ym", 1e-24), "yottameter": ("Ym", 1e24),
    "zeptometer": ("zm", 1e-21), "zettameter": ("Zm", 1e21),
  ]
}
