/// A reader of a foreign format, as it is fed with broken input.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// Whole TIFF files.
  case tiff
  /// OME-XML in an otherwise good TIFF file, and as a companion file beside it.
  case omeXML = "ome-xml"
  /// ImageJ's or tifffile's description and ImageJ's tags in an otherwise good TIFF file.
  case imageJ = "imagej"
  /// The JSON of otherwise good OME-Zarr folders.
  case zarrMetadata = "zarr-metadata"
  /// One chunk of a Zarr array.
  case zarrChunk = "zarr-chunk"
  /// One shard of a Zarr array.
  case shard
  /// PyTorch's archives, and the pickles in them.
  case checkpoint
  /// Pickles, and the authors' configurations.
  case pickle

  /// What reads inputs in this process.
  ///
  /// - Returns: a function that tells whether an input was accepted; it ends the process where what
  ///   was accepted does not hold together. Inputs are read one at a time.
  public func reader() -> @Sendable ([UInt8]) -> Bool {
    switch self {
    case .tiff:
      let scratch = Scratch()
      return { ImageCheck.readTIFF(scratch.write($0, "fuzz.tif")) }
    case .omeXML:
      let scratch = Scratch()
      return { Markup.read($0, in: scratch) }
    case .imageJ:
      let scratch = Scratch()
      return { ImageCheck.readTIFF(scratch.write(ImageJInput($0).tiff, "fuzz.tif")) }
    case .zarrMetadata:
      let stores = MetadataStores()
      return { stores.read($0) }
    case .zarrChunk:
      let scratch = Scratch()
      return { ChunkInput($0).read(in: scratch) }
    case .shard:
      let scratch = Scratch()
      return { ShardInput(bytes: $0).read(in: scratch) }
    case .checkpoint: return { CheckpointInput($0).read() }
    case .pickle: return { PickleCheck.read($0) }
    }
  }
}
