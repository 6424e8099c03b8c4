import Foundation

/// What tells a process from a later one with the same number.
enum ProcessIdentity {
  /// When a process was started, as a text that only means something on this computer; nil where
  /// there is none.
  static func start(of number: pid_t) -> String? {
    #if os(Linux)
      guard let text = file("/proc/\(number)/stat"), let name = text.lastIndex(of: ")") else {
        return nil
      }
      // The name before may hold spaces; the start is the 22nd field.
      let fields = text[name...].split(separator: " ")
      guard fields.count > 20 else { return nil }
      let boot = file("/proc/sys/kernel/random/boot_id")?.prefix(36) ?? ""
      return "\(boot)/\(fields[20])"
    #else
      var info = proc_bsdinfo()
      let size = Int32(MemoryLayout<proc_bsdinfo>.size)
      guard proc_pidinfo(number, PROC_PIDTBSDINFO, 0, &info, size) == size else { return nil }
      return "\(info.pbi_start_tvsec).\(info.pbi_start_tvusec)"
    #endif
  }

  /// The file of the program that a process runs.
  static func program(of number: pid_t) -> String? {
    #if os(Linux)
      return RealPath.of("/proc/\(number)/exe")
    #else
      var path = [CChar](repeating: 0, count: 4096)
      guard proc_pidpath(number, &path, UInt32(path.count)) > 0 else { return nil }
      return String(validatingCString: path)
    #endif
  }

  /// The words of its command line, with paths made absolute; nil where the system does not tell.
  static func arguments(of number: pid_t) -> [String]? {
    #if os(Linux)
      guard let text = file("/proc/\(number)/cmdline") else { return nil }
      return text.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
    #else
      return nil
    #endif
  }

  /// Its current folder; nil where the system does not tell.
  static func folder(of number: pid_t) -> String? {
    #if os(Linux)
      return RealPath.of("/proc/\(number)/cwd")
    #else
      return nil
    #endif
  }

  private static func file(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }
}
