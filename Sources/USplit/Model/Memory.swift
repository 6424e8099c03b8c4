import Foundation

#if canImport(Darwin)
  import Darwin
#endif

/// The memory of this process and of the machine, in bytes.
public enum Memory {
  /// What the process holds in main memory; nil when the system does not say.
  public static var resident: Int? {
    #if os(Linux)
      guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii),
        let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
      else { return nil }
      return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    #else
      var info = mach_task_basic_info()
      var count = mach_msg_type_number_t(
        MemoryLayout<mach_task_basic_info>.size / MemoryLayout<natural_t>.size)
      let result = withUnsafeMutablePointer(to: &info) { pointer in
        pointer.withMemoryRebound(to: integer_t.self, capacity: Int(count)) {
          task_info(mach_task_self_, task_flavor_t(MACH_TASK_BASIC_INFO), $0, &count)
        }
      }
      return result == KERN_SUCCESS ? Int(info.resident_size) : nil
    #endif
  }

  /// What the process held at most since `resetPeak()` or its start; nil when the system does not
  /// say.
  package static var peakResident: Int? {
    #if os(Linux)
      guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .ascii),
        let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
        let kibibytes = line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first
          .flatMap({ Int($0) })
      else { return nil }
      return kibibytes * 1024
    #else
      return nil
    #endif
  }

  /// Takes what is held now as the most that was held, where the system lets it.
  package static func resetPeak() {
    #if os(Linux)
      guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
      try? file.write(contentsOf: Data("5".utf8))  // the figure is then higher, which is safe
    #endif
  }

  /// What can still be had without swapping; on systems that do not say, half of what there is.
  public static var available: Int {
    #if os(Linux)
      if let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .ascii),
        let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
        let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
      {
        return kibibytes * 1024
      }
    #endif
    return Int(clamping: ProcessInfo.processInfo.physicalMemory / 2)
  }
}
