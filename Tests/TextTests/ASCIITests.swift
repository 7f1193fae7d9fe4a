// TextTests: classes of bytes and characters.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@Suite("A byte")
struct ASCIITests {
  static func members(_ isIn: (UInt8) -> Bool) -> String {
    String(decoding: (UInt8.min...UInt8.max).filter(isIn), as: UTF8.self)
  }

  @Test func `is of these classes`() {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    #expect(Self.members(ASCII.isDigit) == "0123456789")
    #expect(Self.members(ASCII.isLetter) == letters)
    #expect(Self.members(ASCII.isAlphanumeric) == "0123456789" + letters)
    #expect(Self.members(ASCII.isBlank) == "\t ")
    #expect((UInt8.min...UInt8.max).count { ASCII.isControl($0) } == 33)
  }

  @Test func `of a token is no delimiter (RFC 9110 section 5.6.2)`() {
    let delimiters = Set("\"(),/:;<=>?@[\\]{} \t".utf8)
    for byte in UInt8.min...0x7f {
      #expect(ASCII.isToken(byte) == !(ASCII.isControl(byte) || delimiters.contains(byte)))
    }
    #expect(!ASCII.isToken(0x80) && !ASCII.isToken(0xff))
  }

  @Test(
    arguments: [
      ("0", 0), ("007", 7), ("999999999999999999", 999_999_999_999_999_999), ("", nil), ("-1", nil),
      ("+1", nil),
      (" 1", nil), ("1a", nil), ("1000000000000000000", nil),
    ] as [(String, Int?)])
  func `after byte makes a number, or none`(text: String, number: Int?) {
    #expect(ASCII.number(text.utf8) == number)
  }

  @Test func `has no case in a comparison, and no blanks around it`() {
    #expect(ASCII.equal(Array("KEEP-Alive".utf8)[...], "keep-alive"))
    #expect(!ASCII.equal(Array("keep-alive ".utf8)[...], "keep-alive"))
    #expect(ASCII.trimmed(Array(" \ta b\t ".utf8)[...]) == Array("a b".utf8)[...])
    #expect(ASCII.trimmed(Array(" \t ".utf8)[...]).isEmpty)
  }
}

@Suite("A control character")
struct ControlCharactersTests {
  @Test(arguments: [
    "\n", "\u{0}", "\u{7f}", "\u{85}", "\u{9b}", "\u{2028}", "\u{2029}", "\u{feff}", "\u{ffff}",
  ])
  func `is found in a text`(control: String) { #expect(ControlCharacters.isIn("a\(control)b")) }

  @Test(arguments: ["", "plain", "ü€😀", "\u{a0}", "\u{fffd}"])
  func `is in no such text`(text: String) { #expect(!ControlCharacters.isIn(text)) }
}
