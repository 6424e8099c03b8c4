import Foundation

/// Carries out the instructions of a pickle on a stack of references.
///
/// Each instruction takes time and memory in proportion to its own bytes and to what it takes off
/// the stack, so a pickle costs no more than its size; the limits bound that.
struct PickleReader {
  /// The most bytes of a pickle.
  static let sizeLimit = 32 << 20
  /// The most values that a pickle may hold.
  static let valueLimit = 1_000_000
  /// The most instructions of a pickle.
  static let instructionLimit = 8_000_000
  /// The most marks that may be open.
  static let depthLimit = 1_000

  typealias Reference = Pickle.Reference

  private(set) var values: [Pickle.Value] = []
  private var scanner: PickleScanner
  private var instructions = 0
  private var stack: [Reference] = []
  /// Heights of the stack at the open marks.
  private var marks: [Int] = []
  private var memo: [UInt32: Reference] = [:]

  init(_ data: Data) throws(FormatError) {
    guard data.count <= Self.sizeLimit else {
      throw FormatError.unsupported(
        "its pickle has \(data.count) bytes, at most \(Self.sizeLimit) are read")
    }
    scanner = PickleScanner(data)
  }

  mutating func read() throws(FormatError) -> Reference {
    while true {
      let start = scanner.place
      instructions += 1
      guard instructions <= Self.instructionLimit else {
        throw FormatError.unsupported(
          "its pickle has more than \(Self.instructionLimit) instructions")
      }
      let byte = try scanner.byte()
      guard let opcode = PickleOpcode(rawValue: byte) else { throw unknown(byte, at: start) }
      if opcode == .stop { return try end() }
      try carryOut(opcode, at: start)
    }
  }

  private mutating func end() throws(FormatError) -> Reference {
    let root = try pop()
    guard stack.isEmpty, marks.isEmpty, scanner.rest == 0 else {
      throw broken(
        "the pickle ends there with \(stack.count + marks.count) values and marks left over and "
          + "\(scanner.rest) bytes after it", at: scanner.place - 1)
    }
    return root
  }

  private mutating func carryOut(_ opcode: PickleOpcode, at start: Int) throws(FormatError) {
    switch opcode {
    case .stop: preconditionFailure("STOP is carried out by read()")
    case .protocolVersion: try checkProtocol(at: start)
    case .frame: try checkFrame(at: start)
    case .mark, .pop, .popMark: try mark(opcode, at: start)
    case .none: try push(.none)
    case .newTrue: try push(.bool(true))
    case .newFalse: try push(.bool(false))
    case .binInt:
      let bits = UInt32(truncatingIfNeeded: try scanner.number(bytes: 4))
      try push(.integer(Int(Int32(bitPattern: bits))))
    case .binInt1: try push(.integer(try scanner.number(bytes: 1)))
    case .binInt2: try push(.integer(try scanner.number(bytes: 2)))
    case .long1: try push(scanner.longInteger())
    case .binFloat: try push(.float(try scanner.float()))
    case .binUnicode: try push(.text(try scanner.text(lengthBytes: 4)))
    case .shortBinUnicode, .shortBinString: try push(.text(try scanner.text(lengthBytes: 1)))
    case .binUnicode8: try push(.text(try scanner.text(lengthBytes: 8)))
    case .binBytes: try pushBytes(lengthBytes: 4)
    case .shortBinBytes: try pushBytes(lengthBytes: 1)
    case .binBytes8: try pushBytes(lengthBytes: 8)
    case .emptyTuple: try push(.tuple)
    case .emptyList: try push(.list)
    case .emptySet: try push(.set)
    case .emptyDictionary: try push(.dictionary)
    case .tuple: try push(.tuple, elements: popToMark(at: start))
    case .frozenSet: try push(.set, elements: popToMark(at: start))
    case .tuple1: try push(.tuple, elements: pop(count: 1))
    case .tuple2: try push(.tuple, elements: pop(count: 2))
    case .tuple3: try push(.tuple, elements: pop(count: 3))
    case .append: try add(elements: pop(count: 1), at: start)
    case .appends, .addItems: try add(elements: popToMark(at: start), at: start)
    case .setItem: try add(members: pop(count: 2), at: start)
    case .setItems: try add(members: popToMark(at: start), at: start)
    case .binPut: memo[UInt32(try scanner.number(bytes: 1))] = try top(at: start)
    case .longBinPut: memo[UInt32(try scanner.number(bytes: 4))] = try top(at: start)
    case .memoize: memo[UInt32(memo.count)] = try top(at: start)
    case .binGet: try recall(try scanner.number(bytes: 1), at: start)
    case .longBinGet: try recall(try scanner.number(bytes: 4), at: start)
    case .global: try push(.symbol(module: try scanner.line(), name: try scanner.line()))
    case .stackGlobal: try pushStackGlobal(at: start)
    case .binPersistentID: try push(.persistent(try pop()))
    case .reduce, .newObject:
      let parts = try pop(count: 2)
      try push(.call(function: parts[0], arguments: parts[1]))
    case .newObjectWithKeywords:
      let parts = try pop(count: 3)
      let both = try add(Pickle.Value(.tuple, elements: [parts[1], parts[2]]))
      try push(.call(function: parts[0], arguments: both))
    case .build: try build(at: start)
    }
  }

  // MARK: Headers

  private mutating func pushBytes(lengthBytes: Int) throws(FormatError) {
    let length = try scanner.number(bytes: lengthBytes)
    try push(.bytes(count: try scanner.take(length).count))
  }

  private mutating func checkProtocol(at start: Int) throws(FormatError) {
    let version = try scanner.number(bytes: 1)
    guard (2...5).contains(version) else {
      throw FormatError.unsupported(
        "its pickle has protocol \(version) (byte \(start)); 2 to 5 are read")
    }
  }

  private mutating func checkFrame(at start: Int) throws(FormatError) {
    let length = try scanner.number(bytes: 8)
    guard length <= scanner.rest else {
      throw broken("a frame there should have \(length) bytes, but the pickle ends", at: start)
    }
  }

  // MARK: The stack

  private mutating func add(_ value: Pickle.Value) throws(FormatError) -> Reference {
    guard values.count < Self.valueLimit else {
      throw FormatError.unsupported("its pickle holds more than \(Self.valueLimit) values")
    }
    values.append(value)
    return Reference(place: UInt32(values.count - 1))
  }

  private mutating func push(_ kind: Pickle.Kind, elements: [Reference] = []) throws(FormatError) {
    stack.append(try add(Pickle.Value(kind, elements: elements)))
  }

  /// The height below which an instruction may not reach.
  private var floor: Int { marks.last ?? 0 }

  private mutating func pop() throws(FormatError) -> Reference {
    guard stack.count > floor, let reference = stack.popLast() else {
      throw broken("the stack has nothing to take", at: scanner.place - 1)
    }
    return reference
  }

  private mutating func pop(count: Int) throws(FormatError) -> [Reference] {
    guard stack.count - floor >= count else {
      throw broken("the stack has less than the \(count) values to take", at: scanner.place - 1)
    }
    let result = Array(stack.suffix(count))
    stack.removeLast(count)
    return result
  }

  private mutating func popToMark(at start: Int) throws(FormatError) -> [Reference] {
    guard let height = marks.popLast() else { throw broken("there is no mark", at: start) }
    let result = Array(stack[height...])
    stack.removeLast(result.count)
    return result
  }

  private func top(at start: Int) throws(FormatError) -> Reference {
    guard stack.count > floor, let reference = stack.last else {
      throw broken("the stack is empty", at: start)
    }
    return reference
  }

  private mutating func mark(_ opcode: PickleOpcode, at start: Int) throws(FormatError) {
    switch opcode {
    case .mark:
      guard marks.count < Self.depthLimit else {
        throw FormatError.unsupported("its pickle is nested deeper than \(Self.depthLimit)")
      }
      marks.append(stack.count)
    case .popMark: _ = try popToMark(at: start)
    default:
      // As in Python, a mark on top is what goes.
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    }
  }

  private mutating func recall(_ index: Int, at start: Int) throws(FormatError) {
    guard let reference = memo[UInt32(index)] else {
      throw broken("nothing was kept as \(index)", at: start)
    }
    stack.append(reference)
  }

  // MARK: Objects

  private mutating func add(elements: [Reference], at start: Int) throws(FormatError) {
    let target = Int(try top(at: start).place)
    switch values[target].kind {
    case .list, .set, .call: values[target].elements.append(contentsOf: elements)
    default: throw broken("elements are added to what takes none", at: start)
    }
  }

  private mutating func add(members: [Reference], at start: Int) throws(FormatError) {
    let target = Int(try top(at: start).place)
    switch values[target].kind {
    case .dictionary, .call: break
    default: throw broken("keys are added to what is no dictionary", at: start)
    }
    guard members.count % 2 == 0 else {
      throw broken("a dictionary gets \(members.count) keys and values, not pairs", at: start)
    }
    values[target].members.append(contentsOf: members)
  }

  private mutating func pushStackGlobal(at start: Int) throws(FormatError) {
    let names = try pop(count: 2).map { values[Int($0.place)].kind }
    guard case .text(let module) = names[0], case .text(let name) = names[1] else {
      throw broken("a name is no text", at: start)
    }
    try push(.symbol(module: module, name: name))
  }

  private mutating func build(at start: Int) throws(FormatError) {
    let state = try pop()
    let target = Int(try top(at: start).place)
    guard case .call = values[target].kind else {
      throw broken("a state is given to what is no object", at: start)
    }
    values[target].state = state
  }

  // MARK: Errors

  private func broken(_ what: String, at offset: Int) -> FormatError {
    PickleScanner.broken(what, at: offset)
  }

  private func unknown(_ byte: UInt8, at offset: Int) -> FormatError {
    let code = "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    guard let name = PickleOpcode.otherNames[byte] else {
      return broken("\(code) is no instruction", at: offset)
    }
    return FormatError.unsupported(
      "its pickle holds the instruction \(name) (\(code)) at byte \(offset), which torch.save "
        + "never writes")
  }
}
