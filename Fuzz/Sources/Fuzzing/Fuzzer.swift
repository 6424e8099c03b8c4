import CLibFuzzer
import Foundation
import FuzzTargets

/// Hands a program over to libFuzzer.
public enum Fuzzer {
  /// Runs libFuzzer with the program's arguments, or writes first inputs where they begin with
  /// `--seeds OUT [FOLDER]`; ends the program.
  ///
  /// - Parameters:
  ///   - target: what is tested
  ///   - test: reads one input
  public static func run(
    _ target: FuzzTarget, _ test: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
  ) -> Never {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.first == "--seeds" {
      do {
        try Seeds.write(target, Array(arguments.dropFirst()))
        exit(0)
      } catch {
        FileHandle.standardError.write(Data("cannot write first inputs: \(error)\n".utf8))
        exit(1)
      }
    }
    var count = CommandLine.argc
    var values = CommandLine.unsafeArgv
    exit(LLVMFuzzerRunDriver(&count, &values, test))
  }
}
