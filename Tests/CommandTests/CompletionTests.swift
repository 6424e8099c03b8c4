import Foundation
import TestSupport
import Testing

@Suite("Completions of shells")
struct CompletionTests {
  private let folder = FileManager.default.temporaryDirectory

  private func script(_ shell: String) throws -> String {
    try accepted(["--generate-completion-script", shell], in: folder).output
  }

  @Test("there is a script for each shell that names commands, options and choices")
  func shells() throws {
    for shell in ["bash", "zsh", "fish"] {
      let text = try script(shell)
      for words in ["reproduce", "keep-samples", "safetensors", "ome-zarr-0.5", "json"] {
        #expect(text.contains(words), "\(words) for \(shell)")
      }
    }
    #expect(
      try script("bash") == accepted(["--generate-completion-script=bash"], in: folder).output)
    let other = try Usplit.run(["--generate-completion-script", "abacus"], in: folder)
    #expect(other.status != 0 && other.output.isEmpty)
  }

  /// What Bash offers for the last of some words, which it takes apart at equals signs.
  private func offered(_ words: [String], in place: URL) throws -> [String] {
    try Data(try script("bash").utf8).write(to: place.appendingPathComponent("script"))
    let list = words.map { "'\($0)'" }.joined(separator: " ")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "bash", "-c",
      """
      source ./script
      COMP_WORDS=(\(list)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE="${COMP_WORDS[*]}"
      COMP_POINT=${#COMP_LINE}
      _usplit_whole_words usplit "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """,
    ]
    process.currentDirectoryURL = place
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init).sorted()
  }

  @Test("Bash completes files, folders, choices, and what follows a structure's name")
  func bash() throws {
    let folder = try TemporaryFolder()
    for name in ["cells.tif", "best.safetensors"] {
      try Data().write(to: folder.url.appendingPathComponent(name))
    }
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("runs"), withIntermediateDirectories: true)
    func offered(_ words: String...) throws -> [String] {
      try self.offered(["usplit"] + words, in: folder.url)
    }
    #expect(try offered("sp") == ["split"])
    #expect(try offered("split", "--model", "") == ["best.safetensors", "runs"])
    #expect(try offered("split", "--output", "") == ["runs"])
    #expect(try offered("split", "ce") == ["cells.tif"])
    #expect(try offered("split", "--progress", "") == ["auto", "json", "lines", "none"])
    #expect(try offered("train", "--target", "actin", "=", "ce") == ["cells.tif"])
    #expect(
      try offered("train", "--target", "actin", "=", "cells.tif", ":", "0", "--pres")
        == ["--preset"])
    #expect(try offered("reproduce", "tableS") == ["tableS1", "tableS2"])
  }
}
