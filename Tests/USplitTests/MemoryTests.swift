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
}
