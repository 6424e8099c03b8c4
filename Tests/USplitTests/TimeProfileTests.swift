import Foundation
import Testing
import USplit

@Suite("Profile of the time")
struct TimeProfileTests {
  private func wait(_ milliseconds: Double) { Thread.sleep(forTimeInterval: milliseconds / 1000) }

  @Test("time counts for the innermost part, the rest for the rest")
  func parts() throws {
    let profile = TimeProfile(isOn: true)
    let result = profile.measure(.validation) {
      wait(20)
      profile.measure(.data) { wait(40) }
      return 7
    }
    wait(10)
    #expect(result == 7)
    let seconds = try #require(profile.seconds)
    #expect(try #require(seconds[.validation]) >= 0.02 && #require(seconds[.data]) >= 0.04)
    #expect(try #require(seconds[.other]) >= 0.01 && seconds[.backward] == 0)
    #expect(try #require(seconds[.data]) > #require(seconds[.validation]))
    #expect(seconds.count == TimeProfile.Part.allCases.count)
  }

  @Test("an error passes through, and time counts for the outer part again")
  func errors() throws {
    let profile = TimeProfile(isOn: true)
    #expect(throws: CancellationError.self) {
      try profile.measure(.data) { throw CancellationError() }
    }
    let before = try #require(profile.seconds?[.data])
    wait(5)
    #expect(profile.seconds?[.data] == before)
  }

  @Test("a profile that is off does the work and measures nothing")
  func off() {
    let profile = TimeProfile(isOn: false)
    #expect(profile.measure(.data) { 3 } == 3)
    #expect(profile.seconds == nil)
  }
}
