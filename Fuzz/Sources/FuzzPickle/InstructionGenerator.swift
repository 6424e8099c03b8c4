import Fuzzing

/// Writes random pickles whose instructions mostly find what they need on the stack.
struct InstructionGenerator {
  private var bytes: [UInt8]
  /// Values on the stack, as far as can be told, above each open mark.
  private var heights = [0]
  private var kept: [Int] = []

  private init(version: UInt8) { bytes = [0x80, version] }

  /// A pickle of up to some thousand instructions.
  static func pickle(using generator: inout SeededGenerator) -> [UInt8] {
    var writer = InstructionGenerator(version: generator.once(in: 2) ? 2 : 4)
    let count = generator.once(in: 10) ? 5000 : generator.next(upTo: 300)
    for _ in 0..<count { writer.write(&generator) }
    writer.end()
    return writer.bytes
  }

  private var height: Int { heights[heights.count - 1] }

  private mutating func pushed(_ count: Int = 1) { heights[heights.count - 1] += count }

  private mutating func write(_ generator: inout SeededGenerator) {
    // Now and then without a look at the stack.
    let isCareless = generator.once(in: 3000)
    switch generator.next(upTo: 24) {
    case 0...3: leaf(&generator)
    case 4: container([0x29, 0x5D, 0x7D, 0x8F][generator.next(upTo: 4)])
    case 5, 6: recall(&generator)
    case 7, 8: keep(&generator)
    case 9,
      10 where heights.count < 50:
      bytes.append(0x28)
      heights.append(0)
    case 11,
      12 where heights.count > 1 || isCareless:
      tuple()
    case 13 where height >= 1 || isCareless: combine([0x85], taking: 1)
    case 14 where height >= 2 || isCareless: combine([0x86], taking: 2)
    case 15 where height >= 3 || isCareless: combine([0x87], taking: 3)
    case 16: filled(&generator)
    case 17: symbol(&generator)
    case 18 where height >= 2 || isCareless:
      combine([generator.once(in: 2) ? 0x52 : 0x81], taking: 2)
      if generator.once(in: 2) { state(&generator) }
    case 19 where height >= 1 || isCareless: combine([0x51], taking: 1)
    case 20: doubled(&generator)
    case 21 where height >= 1 || isCareless:
      bytes.append(0x30)
      pushed(-1)
    case 22 where generator.once(in: 200):
      bytes.append(UInt8.random(in: 0...255, using: &generator))
    default: leaf(&generator)
    }
  }

  private mutating func end() {
    while heights.count > 1 { tuple() }
    while height > 1 { combine([0x86], taking: 2) }
    if height == 0 { container(0x29) }
    bytes.append(0x2E)
  }

  // MARK: Values

  private mutating func leaf(_ generator: inout SeededGenerator) {
    let number = generator.awkwardNumber()
    switch generator.next(upTo: 8) {
    case 0: bytes.append([0x4E, 0x88, 0x89][generator.next(upTo: 3)])
    case 1: bytes += [0x4B, UInt8(truncatingIfNeeded: number)]
    case 2: bytes += [0x4A] + digits(number, 4)
    case 3: bytes += [0x8A, 8] + digits(number, 8)
    case 4: bytes += [0x47] + digits(number, 8)
    case 5: bytes += [0x43, 2, 1, 2]
    case 6: bytes += [0x8A, 12] + digits(number, 8) + digits(number, 4)
    default: text(["a", "_fields", "state_dict", "_ops", "_value"][generator.next(upTo: 5)])
    }
    pushed()
  }

  private func digits(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  private mutating func text(_ text: String) {
    bytes += [0x58] + digits(text.utf8.count, 4) + Array(text.utf8)
  }

  private mutating func container(_ opcode: UInt8) {
    bytes.append(opcode)
    pushed()
  }

  private mutating func symbol(_ generator: inout SeededGenerator) {
    let names = [
      "collections\nOrderedDict\n", "torch._utils\n_rebuild_tensor_v2\n", "torch\nFloatStorage\n",
      "ml_collections.config_dict.config_dict\nConfigDict\n",
      "ml_collections.config_dict.config_dict\nFieldReference\n", "os\nsystem\n",
    ]
    bytes += [0x63] + Array(names[generator.next(upTo: names.count)].utf8)
    pushed()
  }

  private mutating func tuple() {
    bytes.append(0x74)
    if heights.count > 1 { heights.removeLast() }
    pushed()
  }

  private mutating func combine(_ opcode: [UInt8], taking count: Int) {
    bytes += opcode
    pushed(1 - count)
  }

  // MARK: Sharing

  private mutating func keep(_ generator: inout SeededGenerator) {
    guard height > 0 else { return }
    let index = generator.next(upTo: 40)
    bytes += generator.once(in: 3) ? [0x72] + digits(index, 4) : [0x71, UInt8(index)]
    kept.append(index)
  }

  private mutating func recall(_ generator: inout SeededGenerator) {
    guard !kept.isEmpty else { return }
    let index = kept[generator.next(upTo: kept.count)]
    bytes += generator.once(in: 3) ? [0x6A] + digits(index, 4) : [0x68, UInt8(index)]
    pushed()
  }

  /// A list of the kept value many times, kept in its place: again and again, it unfolds without
  /// end.
  private mutating func doubled(_ generator: inout SeededGenerator) {
    guard kept.contains(0) else { return }
    bytes += [0x5D, 0x28]
    for _ in 0...generator.next(upTo: 20) { bytes += [0x68, 0] }
    bytes += [0x65, 0x71, 0]
    pushed()
  }

  /// A list or dictionary with elements of its own, sometimes itself.
  private mutating func filled(_ generator: inout SeededGenerator) {
    let isList = generator.once(in: 2)
    bytes += [isList ? 0x5D : 0x7D, 0x71, 1, 0x28]
    for index in 0..<generator.next(upTo: 6) {
      if !isList { text("k\(index)") }
      bytes += generator.once(in: 3) ? [0x68, 1] : [0x4B, UInt8(index)]
    }
    bytes.append(isList ? 0x65 : 0x75)
    kept.append(1)
    pushed()
  }

  /// A state with fields for the object on top.
  private mutating func state(_ generator: inout SeededGenerator) {
    bytes += [0x7D, 0x28]
    text(generator.once(in: 2) ? "_fields" : "_value")
    bytes += generator.once(in: 2) && kept.contains(1) ? [0x68, 1] : [0x7D]
    text("_ops")
    bytes += [0x5D, 0x75, 0x62]
  }
}
