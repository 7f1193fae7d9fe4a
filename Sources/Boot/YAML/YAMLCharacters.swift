// Boot/YAML: which characters a text may hold.
// SPDX-License-Identifier: Apache-2.0

import Text

/// The character set and the encoding (YAML 1.2.2 chapters 5.1 and 5.2).
enum YAMLCharacters {
  /// Refuses what is nowhere allowed.
  ///
  /// - Returns: the offsets of characters that are allowed in quotes only, in order.
  static func check(_ bytes: [UInt8]) throws(YAMLError) -> [Int] {
    if let encoding = encoding(of: bytes) {
      throw YAMLError(bytes, at: 0, "the text is \(encoding); save it as UTF-8")
    }
    if let complaint = ByteOrderMark.complaint(about: bytes) {
      throw YAMLError(bytes, at: 0, "the text \(complaint)")
    }
    var doubtful: [Int] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte &- 0x20 < 0x5f || byte == 0x0a || byte == 0x0d || byte == 0x09 {
        index += 1
      } else if byte < 0x20 {
        let digits = Hex.text([byte]).uppercased()
        throw YAMLError(bytes, at: index, "the control character U+00\(digits) is not allowed")
      } else {
        let length = UTF8Sequence.length(bytes[index...])
        guard length > 0 else { throw YAMLError(bytes, at: index, "this byte is not UTF-8") }
        if isDoubtful(bytes[index..<index + length]) { doubtful.append(index) }
        index += length
      }
    }
    return doubtful
  }

  /// Refuses such characters outside quotes.
  static func check(
    _ doubtful: [Int], of bytes: [UInt8], in events: [YAMLEvent]
  ) throws(YAMLError) {
    var index = 0
    for offset in doubtful {
      while index < events.count, events[index].end.offset <= offset { index += 1 }
      if index < events.count, events[index].start.offset < offset,
        case .scalar(_, let style) = events[index].kind,
        style == .singleQuoted || style == .doubleQuoted
      {
        continue
      }
      throw YAMLError(
        bytes, at: offset,
        bytes[offset...].starts(with: [0xef, 0xbb, 0xbf])
          ? "a byte order mark (EF BB BF) stands within the text, where nobody sees it; delete it"
          : "this character cannot be printed, and is allowed in quotes only")
    }
  }

  /// DEL, C1 without NEL, U+FEFF, U+FFFE and U+FFFF.
  private static func isDoubtful(_ character: ArraySlice<UInt8>) -> Bool {
    let first = character[character.startIndex]
    let last = character[character.endIndex - 1]
    switch (first, character.count) {
    case (0x7f, 1): return true
    case (0xc2, 2): return last < 0xa0 && last != 0x85
    case (0xef, 3):
      let middle = character[character.startIndex + 1]
      return middle == 0xbb && last == 0xbf || middle == 0xbf && last >= 0xbe
    default: return false
    }
  }

  /// UTF-16 or UTF-32, by where the first character has its zeros; `nil` for others, and for UTF-16
  /// with a mark.
  private static func encoding(of bytes: [UInt8]) -> String? {
    let first = bytes.prefix(4)
    if first.count == 4 {
      if first.elementsEqual([0xff, 0xfe, 0, 0]) || first.elementsEqual([0, 0, 0xfe, 0xff]) {
        return "UTF-32 with a byte order mark"
      }
      if first.prefix(3).allSatisfy({ $0 == 0 }) || first.dropFirst().allSatisfy({ $0 == 0 }) {
        return first.allSatisfy { $0 == 0 } ? nil : "UTF-32"
      }
    }
    guard first.count >= 2, (bytes[0] == 0) != (bytes[1] == 0) else { return nil }
    return "UTF-16"
  }
}
