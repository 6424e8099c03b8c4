import Foundation

/// Runs inputs one after another, and watches time and memory of each.
public struct Fuzzer {
  private var options = Options()
  private var generator: SeededGenerator

  struct Options {
    var seconds = 60.0
    var seed: UInt64 = 0
    var limit = 2.0
    var memory = 1024
    var replay: String?
    var seeds: String?
  }

  /// Reads `--seconds`, `--seed`, `--limit`, `--memory`, `--replay` and `--seeds`; ends the program
  /// with 64 for anything else.
  public init(_ arguments: [String] = CommandLine.arguments) {
    var rest = arguments.dropFirst()
    while let name = rest.popFirst() {
      guard let value = rest.popFirst(), options.set(name, value) else {
        Self.tell(
          "usage: \(arguments.first ?? "fuzz") [--seconds N] [--seed N] [--limit SECONDS] "
            + "[--memory MIB] [--replay FILE] [--seeds FOLDER]")
        exit(64)
      }
    }
    generator = SeededGenerator(seed: options.seed)
  }

  /// Makes inputs and runs them until the time is over; ends the program.
  ///
  /// - Parameters:
  ///   - makeInput: gives the next input
  ///   - run: reads an input; whether it was accepted
  public mutating func fuzz(
    _ makeInput: (inout SeededGenerator) -> [UInt8], run: (Data) -> Bool
  ) -> Never {
    do {
      if let path = options.replay {
        let data = try LastInput.read(URL(fileURLWithPath: path))
        Self.tell("\(data.count) bytes were \(run(data) ? "accepted" : "refused")")
        exit(0)
      }
      let last = try LastInput(URL(fileURLWithPath: "fuzz-last.bin"))
      try fuzz(makeInput, run, last)
    } catch {
      Self.tell("cannot go on: \(error)")
      exit(1)
    }
  }

  private mutating func fuzz(
    _ makeInput: (inout SeededGenerator) -> [UInt8], _ run: (Data) -> Bool, _ last: LastInput
  ) throws -> Never {
    let clock = ContinuousClock()
    let start = clock.now
    var (runs, accepted, slowest, largest) = (0, 0, 0.0, 0)
    while clock.now - start < .seconds(options.seconds) {
      let input = makeInput(&generator)
      last.keep(input)
      let begin = clock.now
      if run(Data(input)) { accepted += 1 }
      let time = (clock.now - begin) / .seconds(1)
      let memory = Self.residentMebibytes
      runs += 1
      slowest = max(slowest, time)
      largest = max(largest, memory)
      if time > options.limit || memory > options.memory {
        let failure = URL(fileURLWithPath: "fuzz-failure.bin")
        try Data(input).write(to: failure)
        Self.tell(
          "run \(runs) took \(time) s and left \(memory) MiB; its input of \(input.count) bytes is "
            + failure.path)
        exit(1)
      }
    }
    Self.tell(
      "\(runs) inputs, \(accepted) accepted; slowest \((slowest * 1000).rounded()) ms, most memory "
        + "\(largest) MiB")
    exit(0)
  }

  /// Files of up to 64 KiB under the folder of `--seeds` whose path `isSeed` takes, sorted by it;
  /// none without a folder.
  public func seeds(_ isSeed: (String) -> Bool) -> [[UInt8]] {
    guard let folder = options.seeds else { return [] }
    guard let paths = FileManager.default.enumerator(atPath: folder) else {
      Self.tell("there is no folder \(folder)")
      exit(1)
    }
    let root = URL(fileURLWithPath: folder)
    return paths.compactMap { $0 as? String }.filter(isSeed).sorted().compactMap { path in
      let url = root.appendingPathComponent(path)
      let values = try? url.resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey])
      guard values?.isRegularFile == true, (values?.fileSize ?? 0) <= 1 << 16 else { return nil }
      return (try? Data(contentsOf: url)).map { [UInt8]($0) }
    }
  }

  private static func tell(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// What the process holds in main memory; 0 where the system does not say it in a file.
  private static var residentMebibytes: Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii) else {
      return 0
    }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return (pages * Int(sysconf(Int32(_SC_PAGESIZE)))) >> 20
  }
}

extension Fuzzer.Options {
  mutating func set(_ name: String, _ value: String) -> Bool {
    switch name {
    case "--seconds": Double(value).map { seconds = $0 } != nil
    case "--seed": UInt64(value).map { seed = $0 } != nil
    case "--limit": Double(value).map { limit = $0 } != nil
    case "--memory": Int(value).map { memory = $0 } != nil
    case "--replay":
      {
        replay = value; return true
      }()
    case "--seeds":
      {
        seeds = value; return true
      }()
    default: false
    }
  }
}
