// TextTests: logfmt, read back.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@Suite("A logfmt line, read back")
struct LogReadingTests {
  @Test(arguments: [
    "plain", "", "two words", "a=b", #"say "x""#, #"back\slash"#, "ü", "tab\t", "\u{202e}",
    "\u{1}x",
    #"ends in \"#, "=", "\r",
  ])
  func `is what was written`(value: String) throws {
    var line: [UInt8] = []
    LogText.append("key", Array(value.utf8)[...], to: &line)
    LogText.append("next", Array("x".utf8)[...], to: &line)
    let pairs = try #require(LogText.pairs(line), "\(String(decoding: line, as: UTF8.self))")
    #expect(pairs.map(\.key) == ["key", "next"])
    #expect(pairs[0].value == Array(value.utf8))
  }

  @Test func `is what was written, whatever bytes it held`() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let value = (0..<Int.random(in: 0..<12)).map { _ in UInt8.random(in: 0...255, using: &random)
      }
      var line: [UInt8] = []
      LogText.append("a", value[...], to: &line)
      #expect(!line.contains(0x0a))
      #expect(LogText.pairs(line)?.map(\.value) == [value], "\(value)")
    }
  }

  @Test(arguments: [
    "word", "=x", "a b=c", #"a="open"#, #"a="x"y"#, #"a=b"c"#, #"a="\x4""#, #"a="\xgg""#, #"a="\"#,
  ])
  func `is refused where nobody wrote it`(line: String) {
    #expect(LogText.pairs(Array(line.utf8)) == nil)
  }
}
