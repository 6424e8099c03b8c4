import FuzzTargets
import Fuzzing

private let accepts = FuzzTarget.shard.reader()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  _ = accepts(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

@main
enum FuzzShard {
  static func main() { Fuzzer.run(.shard, testOneInput) }
}
