import USplit

extension SplitTask {
  /// Actin and nuclei of PaviaATN.
  static let actNuc = SplitTask(
    id: "act-nuc", name: "Act vs Nuc",
    source: .published(.paviaATN, channels: ["actin", "nucleus"]))
  /// Tubulin and nuclei of PaviaATN.
  static let tubNuc = SplitTask(
    id: "tub-nuc", name: "Tub vs Nuc",
    source: .published(.paviaATN, channels: ["tubulin", "nucleus"]))
  /// Actin and tubulin of PaviaATN.
  static let actTub = SplitTask(
    id: "act-tub", name: "Act vs Tub",
    source: .published(.paviaATN, channels: ["actin", "tubulin"]))
  /// Actin and mitochondria of Hagen et al.
  static let actMit = SplitTask(
    id: "act-mit", name: "Act vs Mit",
    source: .published(.hagen, channels: ["actin", "mitochondria"]))

  /// Cytoplasm and nuclei of the translocation assay: small nuclei, 12 pixels across.
  static let gfpDNA = SplitTask(
    id: "gfp-dna", name: "GFP vs DNA",
    source: .published(.translocation, channels: ["gfp", "dna"]))
  /// Endoplasmic reticulum and actin of Schwann cells: similar structures.
  static let erActin = SplitTask(
    id: "er-actin", name: "ER vs actin", source: .published(.schwann, channels: ["er", "actin"]))
  /// Nuclei and actin of Schwann cells: different structures.
  static let nucleiActin = SplitTask(
    id: "nuclei-actin", name: "Nuclei vs actin",
    source: .published(.schwann, channels: ["nuclei", "actin"]))
}
