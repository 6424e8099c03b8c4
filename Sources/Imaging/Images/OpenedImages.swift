import Foundation

/// One of several files that were opened after each other, and what it gave.
public struct OpenedImages<Content> {
  /// The file or folder.
  public let url: URL
  /// What its images gave.
  public let content: Content
  /// Other files that were named and are of the same set; they are not opened again.
  public fileprivate(set) var others: [URL] = []

  /// A sentence on the others; nil where there are none.
  public var remark: String? {
    guard !others.isEmpty else { return nil }
    let names = others.prefix(3).map(\.lastPathComponent).joined(separator: ", ")
    let more = others.count > 3 ? " and \(others.count - 3) more" : ""
    return "Its image is of a set of files that is taken once: \(names)\(more) "
      + (others.count > 1 ? "belong to it." : "belongs to it.")
  }
}

extension ImageFile {
  /// Opens files one after the other, each set of files once.
  ///
  /// Any file of a set of OME-TIFF files gives the images of the whole set: of those that are named,
  /// the first is kept, or one whose set is larger.
  ///
  /// - Parameters:
  ///   - urls: files and folders
  ///   - options: how they are read
  ///   - failed: told of what cannot be opened; what it throws ends all, else the file is left out
  ///   - content: what is kept of the images of each, so that not all need to stay open
  /// - Throws: what `failed` throws, the error itself by default; `ImagingError` of kind `ambiguous`
  ///   where two sets have some files in common.
  public static func open<Content>(
    _ urls: [URL], _ options: ImageReadingOptions = ImageReadingOptions(),
    failed: (URL, ImagingError) throws(ImagingError) -> Void = {
      (_: URL, error: ImagingError) throws(ImagingError) in throw error
    },
    _ content: (URL, [any ImageSource]) -> Content
  ) throws(ImagingError) -> [OpenedImages<Content>] {
    var opened: [(file: OpenedImages<Content>, own: String, set: Set<String>)] = []
    var known: Set<String> = []
    var members: [(url: URL, path: String)] = []
    for url in urls {
      let own = realPath(url.path)
      if known.contains(own) {
        members.append((url, own))
        continue
      }
      do throws(ImagingError) {
        let images = try images(in: url, options)
        let set = Set(images.flatMap(\.fileSet).map(realPath))
        known.formUnion(set)
        opened.append((OpenedImages(url: url, content: content(url, images)), own, set))
      } catch {
        try failed(url, error)
      }
    }
    // A set that was opened later may hold files that came before, each as an image of its own.
    let sets = opened.map(\.set).filter { $0.count > 1 }
    let isPart = opened.map { file in
      sets.contains { $0.count > max(file.set.count, 1) && $0.contains(file.own) }
    }
    members += zip(opened, isPart).filter(\.1).map { ($0.0.file.url, $0.0.own) }
    var kept = zip(opened, isPart).filter { !$0.1 }.map(\.0)
    var owners: [String: URL] = [:]
    for (file, _, set) in kept {
      for path in set.sorted() {
        guard let other = owners.updateValue(file.url, forKey: path) else { continue }
        throw ImagingError(
          .ambiguous,
          "\(other.path) and \(file.url.path) are of two sets that both hold \(path); name the "
            + "files of one")
      }
    }
    for index in kept.indices {
      let set = kept[index].set
      kept[index].file.others = members.filter { set.contains($0.path) }.map(\.url)
    }
    return kept.map(\.file)
  }

  private static func realPath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
