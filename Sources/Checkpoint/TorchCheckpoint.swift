import Foundation

/// The weights in a checkpoint that `torch.save` or PyTorch Lightning wrote (PyTorch 1.6 or later).
///
/// Nothing in the file is ever carried out. Of the pickle inside only the state dict is looked at:
/// optimiser states, callbacks and the like stay where they are. Copies share the mapped file; do
/// not shorten it in place while it is open.
public struct TorchCheckpoint: Sendable {
  /// How the elements of a tensor are stored, little-endian.
  public enum ElementType: String, Sendable, CaseIterable {
    case float64 = "DoubleStorage"
    case float32 = "FloatStorage"
    case float16 = "HalfStorage"
    case bfloat16 = "BFloat16Storage"
    case int64 = "LongStorage"
    case int32 = "IntStorage"
    case int16 = "ShortStorage"
    case int8 = "CharStorage"
    case uint8 = "ByteStorage"
    case bool = "BoolStorage"

    /// The size of one element in bytes.
    public var byteCount: Int {
      switch self {
      case .float64, .int64: 8
      case .float32, .int32: 4
      case .float16, .bfloat16, .int16: 2
      case .int8, .uint8, .bool: 1
      }
    }
  }

  /// One tensor of the state dict.
  public struct Entry: Sendable, Equatable {
    /// Its name, such as `first_bottom_up.0.weight`.
    public let name: String
    /// How its elements are stored.
    public let type: ElementType
    /// Its shape, outermost dimension first; empty for a scalar.
    public let shape: [Int]
    /// The number of elements.
    public let count: Int
    let view: StorageView
  }

  /// The most tensors that a state dict may have.
  public static let tensorLimit = 100_000

  /// What messages call the file.
  public let path: String
  /// The tensors in the order of the state dict.
  public let entries: [Entry]
  /// Names in the state dict that are no tensors, or of a kind that is not read, and what they are.
  public let skipped: [String]
  /// The epoch in which a Lightning checkpoint was written, counted from 0.
  public let epoch: Int?
  /// The training steps before a Lightning checkpoint was written.
  public let steps: Int?
  private let archive: ZipArchive
  private let places: [String: Int]

  /// Opens a checkpoint and checks all that its state dict needs.
  ///
  /// - Throws: ``CheckpointError`` with a sentence.
  public init(contentsOf url: URL) throws(CheckpointError) {
    try self.init(try MappedFile.data(url), path: url.path)
  }

  /// Reads a checkpoint that is in memory.
  ///
  /// - Parameter path: what messages call it
  /// - Throws: as ``init(contentsOf:)``.
  public init(_ data: Data, path: String) throws(CheckpointError) {
    do throws(FormatError) {
      self = try TorchCheckpoint(checked: data, path: path)
    } catch {
      throw error.of(path)
    }
  }

  private init(checked data: Data, path: String) throws(FormatError) {
    try TorchFile.refuseOtherFormats(data)
    let archive = try ZipArchive(data)
    let root = try TorchFile.root(of: archive)
    guard let object = archive[root + "data.pkl"] else {
      throw FormatError(reason: "its zip archive has no data.pkl")
    }
    let pickle = try Pickle(archive.data(object))
    let dictionary = try StateDictionary(pickle)
    self.path = path
    self.epoch = dictionary.epoch
    self.steps = dictionary.steps
    self.skipped = dictionary.skipped
    self.archive = archive
    let reader = TensorReader(pickle: pickle, archive: archive, root: root)
    var entries: [Entry] = []
    var places: [String: Int] = [:]
    var size = 0
    let sizeLimit = Int(clamping: 4 * Int128(data.count) + 1 << 20)
    for (name, tensor) in dictionary.tensors {
      let entry = try reader.entry(tensor, named: name)
      guard places.updateValue(entries.count, forKey: name) == nil else {
        throw FormatError(reason: "its state dict names \"\(name)\" twice")
      }
      size = Int(clamping: Int128(size) + Int128(entry.count) * Int128(entry.type.byteCount))
      guard size <= sizeLimit else {
        throw FormatError(
          reason: "its tensors take \(size) bytes and more, which \(data.count) bytes cannot hold")
      }
      entries.append(entry)
    }
    try reader.checkStorages(of: entries)
    self.entries = entries
    self.places = places
  }

  /// The tensor of that name, nil when the checkpoint has none.
  public subscript(name: String) -> Entry? { places[name].map { entries[$0] } }

  /// A tensor's bytes, little-endian, in C order.
  ///
  /// - Throws: ``CheckpointError/missing(path:name:count:)``.
  public func data(_ name: String) throws(CheckpointError) -> Data {
    guard let entry = self[name] else {
      throw .missing(path: path, name: name, count: entries.count)
    }
    return entry.view.gathered(
      archive.unchecked(entry.view.storage), shape: entry.shape, count: entry.count,
      width: entry.type.byteCount)
  }

  /// Whether two tensors are the same bytes of the file.
  public func areShared(_ first: Entry, _ second: Entry) -> Bool {
    first.view == second.view && first.shape == second.shape
  }
}
