// TextTests: hexadecimal digits.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@Suite("Hexadecimal digits")
struct HexTests {
  @Test func `stand for their values in either case, and nothing else does`() {
    let digits = Array("0123456789abcdef".utf8)
    for (value, digit) in digits.enumerated() { #expect(Hex.value(digit) == UInt8(value)) }
    for (value, digit) in "ABCDEF".utf8.enumerated() {
      #expect(Hex.value(digit) == UInt8(value + 10))
    }
    #expect((UInt8.min...UInt8.max).count { Hex.isDigit($0) } == 22)
  }

  @Test func `are written two a byte`() {
    #expect(Hex.text([0x00, 0x0a, 0xf9, 0xff]) == "000af9ff")
    #expect(Hex.text([]) == "")
    var text: [UInt8] = []
    Hex.append(0xaf, to: &text, isUppercase: true)
    #expect(text == Array("AF".utf8))
  }

  @Test func `show a number's last bytes`() {
    #expect(
      Hex.text(0x5254_0012_3456, bytes: 6, separator: UInt8(ascii: ":")) == "52:54:00:12:34:56")
    #expect(Hex.text(0x1ff, bytes: 1) == "ff")
    #expect(Hex.text(.max, bytes: 8) == "ffffffffffffffff")
  }

  @Test(arguments: ["0", "0g", "x0", "00 0"]) func `are none when one is missing or wrong`(
    text: String
  ) {
    #expect(Hex.decoded(Array(text.utf8)[...]) == nil)
  }

  @Test func `are read back`() {
    #expect(Hex.decoded(Array("00fFaB".utf8)[...]) == [0x00, 0xff, 0xab])
    #expect(Hex.decoded([][...]) == [])
  }
}
