import Testing
import USplit

@Suite("Memory")
struct MemoryTests {
  @Test("the process holds some memory, and less than the machine has")
  func plausible() throws {
    let resident = try #require(Memory.resident)
    #expect(resident > 10 << 20)
    #expect(Memory.available > 0)
  }

  // In a process of its own: the figure is the whole process's.
  @Test("the most that the process held is known on Linux")
  func peak() async {
    #if os(Linux)
      await #expect(processExitsWith: .success) {
        Memory.resetPeak()
        let before = Memory.peakResident ?? .max
        var block = [UInt8](repeating: 1, count: 64 << 20)
        block.withUnsafeMutableBytes { $0[12345] = 2 }
        let after = Memory.peakResident ?? 0
        guard after >= before + (60 << 20), block[12345] == 2 else {
          fatalError("\(before) bytes before, \(after) after")
        }
      }
    #endif
  }
}
