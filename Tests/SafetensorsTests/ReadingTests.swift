import Foundation
import Safetensors
import Testing

private func file(_ type: String, _ shape: Int, _ data: [UInt8]) throws -> SafetensorsFile {
  // An odd number of bytes first, so that nothing after it is aligned.
  let header =
    #"{"odd":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
    + #""x":{"dtype":"\#(type)","shape":[\#(shape)],"data_offsets":[1,\#(1 + data.count)]}}"#
  return try opened(bytes(header: header, data: [9] + data))
}

private func little<Value: FixedWidthInteger>(_ values: [Value]) -> [UInt8] {
  values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
}

@Suite("Reading tensors")
struct ReadingTests {
  @Test("whole numbers of every width are converted")
  func convertsIntegers() throws {
    let cases: [(String, [UInt8])] = [
      ("I64", little([Int64(-3), 5])), ("I32", little([Int32(-3), 5])),
      ("I16", little([Int16(-3), 5])), ("I8", little([Int8(-3), 5])),
    ]
    for (type, data) in cases {
      let file = try file(type, 2, data)
      #expect(try file.integers("x") == [-3, 5])
      #expect(try file.floats("x") == [-3, 5])
      #expect(try file.doubles("x") == [-3, 5])
    }
    let unsigned: [(String, [UInt8])] = [
      ("U64", little([UInt64(200), 5])), ("U32", little([UInt32(200), 5])),
      ("U16", little([UInt16(200), 5])), ("U8", [200, 5]),
    ]
    for (type, data) in unsigned {
      let file = try file(type, 2, data)
      #expect(try file.integers("x") == [200, 5])
      #expect(try file.floats("x") == [200, 5])
      #expect(try file.doubles("x") == [200, 5])
    }
    let truth = try file("BOOL", 3, [0, 1, 2])
    #expect(try truth.integers("x") == [0, 1, 1])
    #expect(try truth.floats("x") == [0, 1, 1])
    #expect(try truth.doubles("x") == [0, 1, 1])
  }

  @Test("numbers with fractions of every width are converted, aligned or not")
  func convertsFractions() throws {
    let values: [Double] = [1.5, -0.25, .infinity]
    let cases: [(String, [UInt8])] = [
      ("F64", little(values.map(\.bitPattern))),
      ("F32", little(values.map { Float($0).bitPattern })),
      ("F16", little([UInt16(0x3E00), 0xB400, 0x7C00])),
      ("BF16", little([UInt16(0x3FC0), 0xBE80, 0x7F80])),
    ]
    for (type, data) in cases {
      let file = try file(type, 3, data)
      #expect(try file.floats("x") == values.map(Float.init))
      #expect(try file.doubles("x") == values)
      #expect(try file.data("x") == Data(data))
    }
  }

  @Test("half precision knows subnormal numbers, signed zero and NaN")
  func convertsHalves() throws {
    let patterns: [UInt16] = [0x0001, 0x83FF, 0x8000, 0x7BFF, 0x7E00]
    let floats = try file("F16", 5, little(patterns)).floats("x")
    #expect(floats[0] == 0x1p-24)
    #expect(floats[1] == -1023 * 0x1p-24)
    #expect(floats[2] == 0 && floats[2].sign == .minus)
    #expect(floats[3] == 65504)
    #expect(floats[4].isNaN)
  }

  @Test("a number that is no Int is refused")
  func refusesWideNumbers() throws {
    #expect(try file("F32", 1, little([Float(3).bitPattern])).integers("x") == [3])
    for data in [Float(1.5), .nan, .infinity] {
      #expect(throws: SafetensorsError.self) {
        try file("F32", 1, little([data.bitPattern])).integers("x")
      }
    }
    #expect(throws: SafetensorsError.self) {
      try file("U64", 1, little([UInt64.max])).integers("x")
    }
  }

  @Test("scalars and empty tensors have one and no element")
  func readsScalars() throws {
    let header =
      #"{"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"#
      + #""e":{"dtype":"F32","shape":[0,7],"data_offsets":[4,4]}}"#
    let file = try opened(bytes(header: header, data: little([Float(2).bitPattern])))
    #expect(try file.floats("s") == [2])
    #expect(try file.floats("e") == [])
    #expect(file["e"]?.count == 0)
  }
}
