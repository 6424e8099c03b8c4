import Experiment
import Foundation
import TestSupport
import Testing

/// The fields of a protocol buffer message, numbers as their bits.
private struct Fields {
  var numbers: [Int: [UInt64]] = [:]
  var bytes: [Int: [[UInt8]]] = [:]

  init(_ message: [UInt8]) throws {
    var place = 0
    func variable() throws -> UInt64 {
      var value: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 64, by: 7) {
        try #require(place < message.count)
        let byte = message[place]
        place += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
      }
      throw CancellationError()
    }
    func fixed(_ count: Int) throws -> UInt64 {
      try #require(place + count <= message.count)
      defer { place += count }
      return message[place..<place + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    while place < message.count {
      let key = try variable()
      let field = Int(key >> 3)
      switch key & 7 {
      case 0: numbers[field, default: []].append(try variable())
      case 1: numbers[field, default: []].append(try fixed(8))
      case 5: numbers[field, default: []].append(try fixed(4))
      default:
        let count = Int(try variable())
        try #require(place + count <= message.count)
        bytes[field, default: []].append(Array(message[place..<place + count]))
        place += count
      }
    }
  }
}

/// An event that was read back.
private struct ReadEvent {
  var step = 0
  var time = 0.0
  var version: String?
  var restarts = false
  var scalars: [String: Float] = [:]
  var pictures: [String: (size: [UInt64], png: [UInt8])] = [:]

  init(_ message: [UInt8]) throws {
    let fields = try Fields(message)
    step = Int(fields.numbers[2]?.first ?? 0)
    time = Double(bitPattern: fields.numbers[1]?.first ?? 0)
    version = fields.bytes[3].map { String(decoding: $0[0], as: UTF8.self) }
    restarts = try fields.bytes[7].map { try Fields($0[0]).numbers[1] == [1] } ?? false
    for entry in try fields.bytes[5].map({ try Fields($0[0]).bytes[1] ?? [] }) ?? [] {
      let value = try Fields(entry)
      let tag = String(decoding: try #require(value.bytes[1]?.first), as: UTF8.self)
      if let bits = value.numbers[2]?.first { scalars[tag] = Float(bitPattern: UInt32(bits)) }
      if let image = try value.bytes[4].map({ try Fields($0[0]) }) {
        pictures[tag] = (
          [1, 2, 3].compactMap { image.numbers[$0]?.first }, image.bytes[4]?.first ?? []
        )
      }
    }
  }

  /// All events of a file, whose records must be whole.
  static func all(in url: URL) throws -> [ReadEvent] {
    let data = [UInt8](try Data(contentsOf: url))
    var events: [ReadEvent] = []
    var place = 0
    while place < data.count {
      try #require(place + 16 <= data.count)
      let length = data[place..<place + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
      try #require(place + 16 + length <= data.count)
      let event = Array(data[place + 12..<place + 12 + length])
      #expect(Data(data[place..<place + 16 + length]) == TensorBoardWriter.record(event))
      events.append(try ReadEvent(event))
      place += 16 + length
    }
    return events
  }
}

private func step(_ number: Int, loss: Double = 0.5) -> MetricEvent {
  var event = MetricEvent(.step)
  event.step = number
  event.loss = loss
  return event
}

@Suite("Event files of TensorBoard")
struct TensorBoardWriterTests {
  @Test("the checksum is CRC-32C, turned and shifted")
  func checksum() {
    #expect(MaskedChecksum.plain([]) == 0)
    #expect(MaskedChecksum.plain("123456789".utf8) == 0xE306_9283)
    #expect(MaskedChecksum.plain([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(MaskedChecksum.masked("123456789".utf8) == 0xC78A_B0E5)
    #expect(MaskedChecksum.masked([]) == 0xA282_EAD8)
  }

  @Test("events and records are byte for byte what TensorBoard's own library makes")
  func bytes() {
    let scalar = TensorBoardEvent(time: 1.5, step: 300, content: .scalars([("a", 0.5)])).bytes
    #expect(
      scalar == [
        9, 0, 0, 0, 0, 0, 0, 248, 63, 16, 172, 2, 42, 10, 10, 8, 10, 1, 97, 21, 0, 0, 0, 63,
      ])
    #expect(
      TensorBoardWriter.record(scalar)
        == Data([24, 0, 0, 0, 0, 0, 0, 0, 163, 127, 75, 34] + scalar + [100, 7, 106, 63]))
    let restart = TensorBoardEvent(time: 0, step: 7, content: .restart).bytes
    #expect(restart == [UInt8](repeating: 0, count: 9).replacingFirst(9) + [16, 7, 58, 2, 8, 1])
  }

  @Test("a file begins with its version, then holds the numbers of steps and validations")
  func scalars() throws {
    let folder = try TemporaryFolder()
    let writer = try TensorBoardWriter(in: folder.url, names: ["actin", "µ/tubulin"])
    var first = step(1)
    first.reconstruction = 0.25
    first.kl = 0.125
    first.klPerLevel = [1, .nan]
    first.learningRate = 1e-3
    first.gradientNorm = 2
    first.patchesPerSecond = 100
    first.residentMemoryMiB = 300
    try writer.write(first)
    var validation = MetricEvent(.validation)
    validation.step = 1
    validation.reconstruction = 3
    validation.psnr = [20, 30]
    validation.meanPSNR = 25
    validation.trivialPSNR = [10, 11]
    try writer.write(validation)
    var note = MetricEvent(.note)
    note.text = "nothing to draw"
    try writer.write(note)
    try writer.close()

    let events = try ReadEvent.all(in: writer.url)
    #expect(events.count == 3)
    #expect(events[0].version == "brain.Event:2")
    #expect(abs(events[0].time - Date().timeIntervalSince1970) < 600)
    #expect(events[1].step == 1 && events[1].version == nil)
    #expect(events[1].scalars["kl/level_1"]?.isNaN == true)
    #expect(
      events[1].scalars.filter { !$0.value.isNaN } == [
        "training/loss": 0.5, "training/reconstruction": 0.25, "training/kl": 0.125,
        "kl/level_0": 1, "optimiser/learning_rate": 1e-3, "optimiser/gradient_norm": 2,
        "speed/patches_per_second": 100, "speed/resident_memory_mib": 300,
      ])
    #expect(
      events[2].scalars == [
        "validation/reconstruction": 3, "psnr/mean": 25, "psnr/actin": 20, "psnr/µ/tubulin": 30,
        "psnr_of_input/actin": 10, "psnr_of_input/µ/tubulin": 11,
      ])
  }

  @Test("a picture is kept as its PNG file, with its size; something else is refused")
  func pictures() throws {
    let folder = try TemporaryFolder()
    let writer = try TensorBoardWriter(in: folder.url, names: [])
    let head: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82]
    let png = Data(head + [0, 0, 1, 2, 0, 0, 0, 5, 8, 2, 0, 0, 0])
    try writer.write(preview: png, step: 4)
    let event = try #require(try ReadEvent.all(in: writer.url).last)
    #expect(event.step == 4)
    #expect(event.pictures["preview"]?.size == [5, 258, 3])
    #expect(event.pictures["preview"]?.png == [UInt8](png))
    for wrong in [Data(), Data(head), Data(repeating: 1, count: 100)] {
      #expect(throws: RunDirectoryError.self) { try writer.write(preview: wrong, step: 4) }
    }
  }

  @Test("a resumed training goes on in a new file, which is read after the others and voids steps")
  func resumes() throws {
    let folder = try TemporaryFolder()
    let late = folder.url.appendingPathComponent("events.out.tfevents.4000000000.host.1.0")
    try Data().write(to: late)
    var validation = MetricEvent(.validation)
    validation.step = 12
    let histories = [
      nil, RunHistory([step(11), step(12), validation]),
      RunHistory([step(12), validation, step(13)]),
      RunHistory(),
    ]
    let writers = try histories.map {
      try TensorBoardWriter(in: folder.url, names: [], resuming: $0)
    }
    #expect(try TensorBoardWriter.files(in: folder.url) == [late] + writers.map(\.url))
    #expect(try ReadEvent.all(in: writers[0].url).map(\.restarts) == [false])
    let resumed = try ReadEvent.all(in: writers[1].url)
    #expect(resumed.map(\.restarts) == [false, true])
    #expect(resumed.map(\.step) == [0, 13])
    // A step whose validation was not kept is void, since it will be validated again.
    let again = try ReadEvent.all(in: writers[2].url)
    #expect(again.map(\.restarts) == [false, true, false] && again.map(\.step) == [0, 13, 13])
    #expect(again[2].scalars == ["training/loss": 0.5])
    #expect(try ReadEvent.all(in: writers[3].url).map(\.step) == [0, 0])
  }

  @Test("a training that goes back to an earlier step voids what was told of it")
  func goesBack() throws {
    let folder = try TemporaryFolder()
    let writer = try TensorBoardWriter(in: folder.url, names: [])
    for number in [1, 2, 3, 2, 3] { try writer.write(step(number)) }
    let events = try ReadEvent.all(in: writer.url)
    #expect(events.map(\.step) == [0, 1, 2, 3, 2, 2, 3])
    #expect(events.map(\.restarts) == [false, false, false, false, true, false, false])
  }

  @Test("a folder that is not there or cannot take the file is told")
  func tellsObstacles() throws {
    let folder = try TemporaryFolder()
    let none = folder.url.appendingPathComponent("none")
    let error = #expect(throws: RunDirectoryError.self) {
      try TensorBoardWriter(in: none, names: [])
    }
    #expect(error?.kind == .unwritable)
    #expect(throws: RunDirectoryError.self) { try TensorBoardWriter.files(in: none) }
    let writer = try TensorBoardWriter(in: folder.url, names: [])
    try writer.close()
    #expect(throws: RunDirectoryError.self) { try writer.write(step(1)) }
  }
}

extension [UInt8] {
  fileprivate func replacingFirst(_ value: UInt8) -> [UInt8] { [value] + dropFirst() }
}
