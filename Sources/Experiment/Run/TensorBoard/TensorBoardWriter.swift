import Foundation

/// Writes the metrics of a run as an event file that TensorBoard shows.
///
/// A file is a sequence of records: the length of an event as 8 bytes, a checksum of these, the
/// event, a checksum of it; numbers are little-endian. The file lies in the run's folder itself,
/// since TensorBoard names a run by the folder of its event files: `tensorboard --logdir` works with
/// the folder of one run, and with one that holds several.
///
/// Each event is written at once, as in `metrics.jsonl`: nothing is lost when the program is killed,
/// and a step is a few hundred bytes.
public final class TensorBoardWriter {
  /// The file.
  public let url: URL
  private let names: [String]
  private let handle: FileHandle
  private var length: UInt64 = 0
  private var isTorn = false
  private var lastStep = -1

  /// Opens a new file in a folder.
  ///
  /// - Parameters:
  ///   - folder: the run's
  ///   - names: the targets', for the numbers that there are of each
  ///   - history: the metrics from which a resumed training goes on. What older files tell beyond
  ///     them is void then; nil for a training that begins
  /// - Throws: ``RunDirectoryError`` when the file cannot be written.
  public init(
    in folder: URL, names: [String], resuming history: RunHistory? = nil
  ) throws(RunDirectoryError) {
    self.names = names
    let url = Self.newFile(in: folder)
    self.url = url
    do {
      try Data().write(to: url, options: .withoutOverwriting)
      handle = try FileHandle(forUpdating: url)
    } catch {
      throw Self.failure(url, error)
    }
    try write(.version, step: 0)
    if let history { try resume(history) }
  }

  /// Voids what older files tell beyond the metrics.
  ///
  /// The last step's validation may have been told there and will be told again: then the step is
  /// void as well, and told anew.
  private func resume(_ history: RunHistory) throws(RunDirectoryError) {
    let last = history.latestStep
    let step = last?.step ?? 0
    if history.validations.last?.step == step { return try write(.restart, step: step + 1) }
    try write(.restart, step: step)
    if let last { try write(last) }
  }

  /// Appends the numbers of an event, if TensorBoard has a place for them.
  ///
  /// Where a training went back to an earlier step, what was told of that and later ones is void.
  /// After a failure the event can be written again: nothing of it stays in the file.
  ///
  /// - Throws: ``RunDirectoryError`` when that fails, as on a full disk.
  public func write(_ event: MetricEvent) throws(RunDirectoryError) {
    let scalars = event.scalars(names: names)
    guard !scalars.isEmpty else { return }
    let step = event.step ?? 0
    if event.event == .step {
      if step <= lastStep { try write(.restart, step: step) }
      lastStep = step
    }
    try write(.scalars(scalars), step: step)
  }

  /// Appends a picture.
  ///
  /// - Parameters:
  ///   - png: the contents of a PNG file
  ///   - step: the steps so far
  /// - Throws: ``RunDirectoryError`` when that fails, or these are no PNG file's.
  public func write(preview png: Data, step: Int) throws(RunDirectoryError) {
    let bytes = [UInt8](png)
    guard bytes.count >= 24, bytes[1...3].elementsEqual("PNG".utf8) else {
      throw RunDirectoryError(
        .unreadable,
        "a preview of \(bytes.count) bytes is no PNG file, so it cannot be added to "
          + url.path)
    }
    func number(_ place: Int) -> Int {
      bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    try write(
      .picture(tag: "preview", png: bytes, height: number(20), width: number(16)), step: step)
  }

  /// Closes the file; nothing can be written after.
  ///
  /// - Throws: ``RunDirectoryError`` when that fails.
  public func close() throws(RunDirectoryError) {
    do {
      try handle.close()
    } catch {
      throw Self.failure(url, error)
    }
  }

  private func write(_ content: TensorBoardEvent.Content, step: Int) throws(RunDirectoryError) {
    let time = Date().timeIntervalSince1970
    try append(
      Self.record(TensorBoardEvent(time: time, step: step, content: content).bytes))
  }

  private func append(_ record: Data) throws(RunDirectoryError) {
    do {
      if isTorn {
        try handle.truncate(atOffset: length)
        try handle.seek(toOffset: length)
      }
      isTorn = true
      try handle.write(contentsOf: record)
      isTorn = false
      length += UInt64(record.count)
    } catch {
      throw Self.failure(url, error)
    }
  }

  /// An event with its length and checksums.
  package static func record(_ event: [UInt8]) -> Data {
    func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: number.littleEndian) { [UInt8]($0) }
    }
    let length = bytes(UInt64(event.count))
    var record = Data(capacity: event.count + 16)
    record.append(contentsOf: length)
    record.append(contentsOf: bytes(MaskedChecksum.masked(length)))
    record.append(contentsOf: event)
    record.append(contentsOf: bytes(MaskedChecksum.masked(event)))
    return record
  }

  private static func failure(_ url: URL, _ error: any Error) -> RunDirectoryError {
    RunDirectoryError(.unwritable, "cannot write \(url.path): \(error.localizedDescription)")
  }
}

extension TensorBoardWriter {
  private static let prefix = "events.out.tfevents."

  /// The event files of a folder, oldest first.
  ///
  /// - Throws: ``RunDirectoryError`` when the folder cannot be listed.
  public static func files(in folder: URL) throws(RunDirectoryError) -> [URL] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasPrefix(prefix) }.sorted().map { folder.appendingPathComponent($0) }
    } catch {
      throw RunDirectoryError(
        .unreadable, "cannot list \(folder.path): \(error.localizedDescription)")
    }
  }

  /// A name that sorts behind those of all files that are there, which is the order in which
  /// TensorBoard reads them.
  private static func newFile(in folder: URL) -> URL {
    let latest = (try? files(in: folder))?.last
      .flatMap { $0.lastPathComponent.dropFirst(prefix.count).split(separator: ".").first }
      .flatMap { Int($0) }
    let now = Int(Date().timeIntervalSince1970)
    let time = max(now, latest.map { $0 + 1 } ?? 0)
    let host = HostName.current.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_" }
    let process = ProcessInfo.processInfo.processIdentifier
    return folder.appendingPathComponent("\(prefix)\(time).\(String(host)).\(process).0")
  }
}
