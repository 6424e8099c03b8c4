import CLibFuzzer
import Foundation
import FuzzTargets

/// Hands a target over to libFuzzer, or writes its first inputs where the arguments begin with
/// `--seeds OUT [FOLDER]`.
///
/// The target is named by the environment, which libFuzzer hands on to the processes it starts.
@main
enum USplitFuzz {
  private static let variable = "USPLIT_FUZZ_TARGET"

  /// What is tested.
  fileprivate static let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment[variable] ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
      fail("\(variable) is \"\(name)\"; the targets are \(names)")
    }
    return target
  }()

  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    let target = target
    if arguments.first == "--seeds" {
      do {
        try Seeds.write(target, Array(arguments.dropFirst()))
        return
      } catch {
        fail("cannot write first inputs: \(error)")
      }
    }
    var count = CommandLine.argc
    var values = CommandLine.unsafeArgv
    exit(LLVMFuzzerRunDriver(&count, &values, testOneInput))
  }

  private static func fail(_ text: String) -> Never {
    FileHandle.standardError.write(Data("usplit-fuzz: \(text)\n".utf8))
    exit(1)
  }
}

private let accepts = USplitFuzz.target.reader()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  _ = accepts(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}
