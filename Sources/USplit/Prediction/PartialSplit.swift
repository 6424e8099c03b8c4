import Foundation
import Imaging
import Synchronization
import Torch

/// A split that is not yet complete: a hidden folder beside the output with the pixels so far and a
/// journal.
///
/// The folder outlives the process, so that another one can go on where this one ended. Only one at
/// a time may work on it, or one group of processes: each fills its part of the pixels and has a
/// journal of its own.
public final class PartialSplit: Sendable {
  /// What is to become of what an earlier split left.
  public enum Beginning: Sendable {
    /// It must not be there.
    case anew
    /// It goes on; without it the split begins.
    case resumed
    /// It is removed.
    case replacing
  }

  /// Seconds after which the pixels are flushed and the journal is written again.
  private static let pause = 5.0

  private struct State {
    var journal: SplitJournal
    var written: ContinuousClock.Instant
  }

  /// The folder.
  public let folder: URL
  /// The pixels of the result.
  public let image: RawImage
  /// Whether it goes on with what an earlier split left.
  public let isContinued: Bool
  private let state: Mutex<State>
  /// The claim on the folder; rank 0 has it for all.
  private let lock: FolderLock?
  private let rank: Int
  private let ranks: Int
  private let journalFile: URL

  /// The folder of a split with the given output, the same for every form of file.
  public static func folder(for output: URL) -> URL {
    output.deletingLastPathComponent().appendingPathComponent(
      ".\(ImageName(output).stem).usplit-partial", isDirectory: true)
  }

  /// Bytes of the pixels that an earlier split to the same output has on the disk.
  public static func bytesOnDisk(for output: URL) -> Int {
    var status = stat()
    guard stat(folder(for: output).appendingPathComponent(pixelsName).path, &status) == 0 else {
      return 0
    }
    return Int(clamping: status.st_blocks).multipliedReportingOverflow(by: 512).partialValue
  }

  /// Whether an earlier split to the same output left something.
  public static func exists(for output: URL) -> Bool {
    FileManager.default.fileExists(
      atPath: folder(for: output).appendingPathComponent(journalName).path)
  }

  private static let journalName = "journal.json"

  private static func journalName(_ rank: Int) -> String {
    rank == 0 ? journalName : "journal-\(rank).json"
  }

  private static let pixelsName = "pixels.raw"

  /// Begins, or goes on with, the split of one image.
  ///
  /// - Parameters:
  ///   - output: where the result will be
  ///   - description: of the result
  ///   - conditions: all that the result depends on
  ///   - beginning: what becomes of what is there
  ///   - group: the processes that split together; all of them call this
  /// - Throws: `ImagingError` where something is there and must not be, where it depends on other
  ///   conditions, where another process works on it, and where the disk takes nothing.
  public init(
    for output: URL, _ description: ImageDescription, conditions: [SplitCondition],
    beginning: Beginning, group: ProcessGroup? = nil
  ) throws {
    let folder = Self.folder(for: output)
    self.folder = folder
    self.rank = group?.rank ?? 0
    self.ranks = group?.count ?? 1
    self.journalFile = folder.appendingPathComponent(Self.journalName(group?.rank ?? 0))
    let conditions =
      conditions + (group.map { [SplitCondition("number of processes", $0.count)] } ?? [])
    let pixels = folder.appendingPathComponent(Self.pixelsName)
    if let group, !group.isFirst {
      // Rank 0 has made the folder and the file, or found them.
      lock = nil
      isContinued = try group.broadcast([0])[0] > 0
      image = try RawImage(opening: pixels, description)
      state = Mutex(
        State(journal: try Self.journal(journalFile, conditions, isContinued), written: .now))
      return
    }
    let isThere = Self.exists(for: output)
    if isThere, beginning == .anew {
      throw ImagingError(
        .exists,
        "\(folder.path) holds an unfinished split; go on with it with --resume, or begin anew with "
          + "--force")
    }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw ImagingError(
        .unwritable, "\(folder.path) cannot be made: \(error.localizedDescription)")
    }
    guard let lock = try FolderLock(folder) else {
      throw ImagingError(
        .exists, "another process is splitting to \(output.path); wait for it or end it")
    }
    self.lock = lock
    isContinued = isThere && beginning == .resumed
    let journal: SplitJournal
    if isContinued {
      journal = try Self.journal(journalFile, conditions, true)
      image = try RawImage(opening: pixels, description)
    } else {
      journal = SplitJournal(conditions: conditions)
      // A journal is there only beside the pixels that it tells of.
      try Self.removeJournals(in: folder)
      do throws(ImagingError) {
        image = try RawImage(creating: pixels, description)
        try journal.write(to: journalFile)
      } catch {
        try? FileManager.default.removeItem(at: folder)  // the reason is told
        throw error
      }
    }
    state = Mutex(State(journal: journal, written: .now))
    _ = try group?.broadcast([isContinued ? 1 : 0])
  }

  /// The journal that a split goes on with, or one of nothing where it begins.
  private static func journal(
    _ file: URL, _ conditions: [SplitCondition], _ isContinued: Bool
  ) throws(ImagingError) -> SplitJournal {
    guard isContinued, FileManager.default.fileExists(atPath: file.path) else {
      return SplitJournal(conditions: conditions)
    }
    let journal = try SplitJournal(contentsOf: file)
    if let difference = journal.difference(to: conditions) {
      throw ImagingError(
        .mismatch,
        "the unfinished split in \(file.deletingLastPathComponent().path) cannot go on: "
          + "\(difference); give the same again, or begin anew with --force")
    }
    return journal
  }

  private static func removeJournals(in folder: URL) throws(ImagingError) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix("journal") {
      try remove(folder.appendingPathComponent(name))
    }
  }

  /// The part of so many batches that this process computes.
  func share(of batches: Int) -> Range<Int> {
    batches * rank / ranks..<batches * (rank + 1) / ranks
  }

  /// Says where this process's part begins; of no effect where something is done already.
  func begin(frames: Int, batches: Int) {
    state.withLock { state in
      guard !state.journal.hasProgress else { return }
      state.journal.frames = frames
      state.journal.batches = batches
    }
  }

  /// The pixels of the result once all processes are done, from the disk: what others wrote to it may
  /// be another thing on a shared one than what was read before.
  ///
  /// - Throws: `ImagingError` where the disk does not give them.
  public func complete() throws(ImagingError) -> RawImage {
    guard ranks > 1 else { return image }
    return try RawImage(
      opening: folder.appendingPathComponent(Self.pixelsName), image.description)
  }

  /// Frames that are done.
  var frames: Int { state.withLock { $0.journal.frames } }
  /// Batches of tiles of the next frame that are done.
  var batches: Int { state.withLock { $0.journal.batches } }
  /// Pixels so far that did not fit into the type of the result and took its nearest value.
  public var clampedPixels: Int { state.withLock { $0.journal.clampedPixels } }

  /// Whether the disk has something that another process could go on with.
  public var hasProgress: Bool {
    (try? SplitJournal(contentsOf: journalFile))?.hasProgress ?? false
  }

  /// Notes that a batch of the current frame is in `image`; now and then on the disk too.
  func finish(batches: Int, clampedPixels: Int) throws(ImagingError) {
    try note(isForced: false) { journal in
      journal.batches = batches
      journal.clampedPixels += clampedPixels
    }
  }

  /// Notes that all batches of the current frame are in `image`.
  func finishFrame() throws(ImagingError) {
    try note(isForced: false) { journal in
      journal.batches = 0
      journal.frames += 1
    }
  }

  /// Brings all that is done to the disk, so that another process can go on with it.
  ///
  /// - Throws: `ImagingError` of kind `unwritable` where the disk does not take it.
  public func save() throws(ImagingError) { try note(isForced: true) { _ in } }

  /// Removes all of it.
  ///
  /// - Throws: `ImagingError` of kind `unwritable` where that fails.
  public func remove() throws(ImagingError) { try Self.remove(folder) }

  private func note(
    isForced: Bool, _ change: (inout SplitJournal) -> Void
  ) throws(ImagingError) {
    let now = ContinuousClock.now
    let due = state.withLock { state -> SplitJournal? in
      change(&state.journal)
      guard isForced || state.written.duration(to: now) > .seconds(Self.pause) else { return nil }
      state.written = now
      return state.journal
    }
    guard let due else { return }
    // The pixels first: a journal never tells of more than there is.
    try image.synchronize()
    try due.write(to: journalFile)
  }

  private static func remove(_ url: URL) throws(ImagingError) {
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      throw ImagingError(
        .unwritable, "\(url.path) cannot be removed: \(error.localizedDescription)")
    }
  }
}
