import Foundation
import Imaging
import Synchronization

/// A split that is not yet complete: a hidden folder beside the output with the pixels so far and a
/// journal.
///
/// The folder outlives the process, so that another one can go on where this one ended. Only one at
/// a time may work on it.
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
  private let lock: FolderLock

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
  private static let pixelsName = "pixels.raw"

  /// Begins, or goes on with, the split of one image.
  ///
  /// - Parameters:
  ///   - output: where the result will be
  ///   - description: of the result
  ///   - conditions: all that the result depends on
  ///   - beginning: what becomes of what is there
  /// - Throws: `ImagingError` where something is there and must not be, where it depends on other
  ///   conditions, where another process works on it, and where the disk takes nothing.
  public init(
    for output: URL, _ description: ImageDescription, conditions: [SplitCondition],
    beginning: Beginning
  ) throws(ImagingError) {
    let folder = Self.folder(for: output)
    let journalFile = folder.appendingPathComponent(Self.journalName)
    let pixels = folder.appendingPathComponent(Self.pixelsName)
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
    self.folder = folder
    self.lock = lock
    isContinued = isThere && beginning == .resumed
    var journal = SplitJournal(conditions: conditions)
    if isContinued {
      journal = try SplitJournal(contentsOf: journalFile)
      if let difference = journal.difference(to: conditions) {
        throw ImagingError(
          .mismatch,
          "the unfinished split in \(folder.path) cannot go on: \(difference); give the same again, "
            + "or begin anew with --force")
      }
      image = try RawImage(opening: pixels, description)
    } else {
      // A journal is there only beside the pixels that it tells of.
      if isThere { try Self.remove(journalFile) }
      do throws(ImagingError) {
        image = try RawImage(creating: pixels, description)
        try journal.write(to: journalFile)
      } catch {
        try? FileManager.default.removeItem(at: folder)  // the reason is told
        throw error
      }
    }
    state = Mutex(State(journal: journal, written: .now))
  }

  /// Frames that are done.
  var frames: Int { state.withLock { $0.journal.frames } }
  /// Batches of tiles of the next frame that are done.
  var batches: Int { state.withLock { $0.journal.batches } }
  /// Pixels so far that did not fit into the type of the result and took its nearest value.
  public var clampedPixels: Int { state.withLock { $0.journal.clampedPixels } }

  /// Whether the disk has something that another process could go on with.
  public var hasProgress: Bool {
    (try? SplitJournal(contentsOf: folder.appendingPathComponent(Self.journalName)))?.hasProgress
      ?? false
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
    try due.write(to: folder.appendingPathComponent(Self.journalName))
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
