import CImageIO

/// The memory that pixels are decoded into.
public enum DecodedMemory {
  /// Has freed memory go back to the system, for a process that runs for days beside others.
  ///
  /// Allocations of the whole process from 2 MiB on become slower by a page fault for each page.
  public static func returnToSystem() { cimageio_return_memory() }
}
