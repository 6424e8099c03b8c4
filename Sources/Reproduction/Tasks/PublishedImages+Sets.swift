import Experiment

extension PublishedImages {
  /// Keratinocytes in four colours, the paper's section S.3.
  static let paviaATN = PublishedImages(
    folder: "PaviaATN", name: "PaviaATN",
    origin: "Zenodo, record 8235843 (doi 10.5281/zenodo.8235843): OptiMEM100x014.tif",
    channels: [
      ChannelSource(name: "nucleus", file: "OptiMEM100x014.tif", channel: .index(0)),
      ChannelSource(name: "actin", file: "OptiMEM100x014.tif", channel: .index(2)),
      ChannelSource(name: "tubulin", file: "OptiMEM100x014.tif", channel: .index(3)),
    ], split: .dealt)

  /// Actin and mitochondria of Hagen et al., 2021 ("Fluorescence microscopy datasets for training
  /// deep neural networks", GigaScience 10).
  static let hagen = PublishedImages(
    folder: "Hagen", name: "Hagen et al.",
    origin: "GigaDB, data set 100888 (doi 10.5524/100888): actin-60x-noise2-highsnr.tif and "
      + "mito-60x-noise2-highsnr.tif",
    channels: [
      ChannelSource(name: "actin", file: "actin-60x-noise2-highsnr.tif"),
      ChannelSource(name: "mitochondria", file: "mito-60x-noise2-highsnr.tif"),
    ], split: .startingTest)

  /// A translocation assay of U2OS cells at low magnification, 30 fields of 640 × 640 pixels.
  static let translocation = PublishedImages(
    folder: "sbs_u2os", name: "Translocation assay, U2OS",
    origin: "GitHub, CellProfiler/CellProfiler, tests/core/data/ExampleSBSImages, as two stacks "
      + "gfp_cytoplasm.tif and dna.tif",
    channels: [
      ChannelSource(name: "gfp", file: "gfp_cytoplasm.tif"),
      ChannelSource(name: "dna", file: "dna.tif"),
    ], split: .leading)

  /// Cell Painting of Schwann cells, 3 fields of 904 × 1224 pixels.
  static let schwann = PublishedImages(
    folder: "nf1_schwann", name: "NF1 Cell Painting, Schwann cells",
    origin: "GitHub, WayScience/nf1_cellpainting_data, plate 2, as the stacks er.tif, actin.tif "
      + "and nuclei.tif",
    channels: [
      ChannelSource(name: "er", file: "er.tif"),
      ChannelSource(name: "actin", file: "actin.tif"),
      ChannelSource(name: "nuclei", file: "nuclei.tif"),
    ], split: .regions)
}

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
