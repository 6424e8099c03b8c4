import Experiment

extension PublishedImages {
  /// All sets that are known by name.
  public static let all = [paviaATN, hagen, translocation, schwann]

  /// Keratinocytes in four colours, the paper's section S.3: 61 frames of 2720 × 2720 pixels.
  ///
  /// Channels 0 and 1 both show nuclei (RFP670 and mTurquoise); the paper's models are of channel 0.
  public static let paviaATN = PublishedImages(
    folder: "PaviaATN", name: "PaviaATN",
    origin: "Zenodo, record 8235843 (doi 10.5281/zenodo.8235843): OptiMEM100x014.tif",
    channels: [
      ChannelSource(name: "nucleus", file: "OptiMEM100x014.tif", channel: .index(0)),
      ChannelSource(name: "nucleus-mturquoise", file: "OptiMEM100x014.tif", channel: .index(1)),
      ChannelSource(name: "actin", file: "OptiMEM100x014.tif", channel: .index(2)),
      ChannelSource(name: "tubulin", file: "OptiMEM100x014.tif", channel: .index(3)),
    ], channelsPerFile: 4, split: .dealt, structures: [])

  /// Actin and mitochondria of Hagen et al., 2021 ("Fluorescence microscopy datasets for training
  /// deep neural networks", GigaScience 10).
  public static let hagen = PublishedImages(
    folder: "Hagen", name: "Hagen et al.",
    origin: "GigaDB, data set 100888 (doi 10.5524/100888): actin-60x-noise2-highsnr.tif and "
      + "mito-60x-noise2-highsnr.tif",
    channels: [
      ChannelSource(name: "actin", file: "actin-60x-noise2-highsnr.tif"),
      ChannelSource(name: "mitochondria", file: "mito-60x-noise2-highsnr.tif"),
    ], split: .startingTest, structures: ["actin", "mitochondria"])

  /// A translocation assay of U2OS cells at low magnification, 30 fields of 640 × 640 pixels.
  public static let translocation = PublishedImages(
    folder: "sbs_u2os", name: "Translocation assay, U2OS",
    origin: "GitHub, CellProfiler/CellProfiler, tests/core/data/ExampleSBSImages, as two stacks "
      + "gfp_cytoplasm.tif and dna.tif",
    channels: [
      ChannelSource(name: "gfp", file: "gfp_cytoplasm.tif"),
      ChannelSource(name: "dna", file: "dna.tif"),
    ], split: .leading, structures: ["gfp", "dna"])

  /// Cell Painting of Schwann cells, 3 fields of 904 × 1224 pixels.
  public static let schwann = PublishedImages(
    folder: "nf1_schwann", name: "NF1 Cell Painting, Schwann cells",
    origin: "GitHub, WayScience/nf1_cellpainting_data, plate 2, as the stacks er.tif, actin.tif "
      + "and nuclei.tif",
    channels: [
      ChannelSource(name: "er", file: "er.tif"),
      ChannelSource(name: "actin", file: "actin.tif"),
      ChannelSource(name: "nuclei", file: "nuclei.tif"),
    ], split: .regions, structures: ["er", "actin"])
}
