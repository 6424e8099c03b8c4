import Foundation
import Report
import Testing

@Suite("Pictures")
struct PictureTests {
  @Test("the size is read from the file's header")
  func size() throws {
    var bytes = onePixel
    bytes.replaceSubrange(16..<24, with: [0, 0, 2, 1, 0, 1, 0, 3])
    let picture = try Picture(png: bytes, caption: "", alternative: "")
    #expect(picture.width == 513)
    #expect(picture.height == 65539)
  }

  @Test("what is no PNG file is refused", arguments: [0, 10, 23])
  func cutOff(length: Int) {
    #expect(throws: ReportError.self) {
      try Picture(png: onePixel.prefix(length), caption: "", alternative: "")
    }
  }

  @Test("other bytes and sizes of nothing are refused")
  func wrong() {
    var bytes = onePixel
    bytes.replaceSubrange(16..<20, with: [0, 0, 0, 0])
    for data in [bytes, Data(repeating: 7, count: 100)] {
      let error = #expect(throws: ReportError.self) {
        try Picture(png: data, caption: "", alternative: "cells")
      }
      #expect(error?.kind == .notAPNG)
      #expect(error?.description.contains("cells") == true)
    }
  }

  @Test("bytes that begin elsewhere than at 0 are read")
  func slice() throws {
    let data = (Data([1, 2, 3]) + onePixel).dropFirst(3)
    #expect(try Picture(png: data, caption: "", alternative: "").width == 1)
  }
}
