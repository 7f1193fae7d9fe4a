// Boot/Template: declarations of XML.
// SPDX-License-Identifier: Apache-2.0

/// Where `<!DOCTYPE ...>` ends, which can hold brackets, quotes and comments.
struct XMLSubset {
  private var brackets = 0
  private var quote: UInt8 = 0
  private var isComment = false

  mutating func ends(at byte: UInt8, _ cursor: TemplateCursor) -> Bool {
    if isComment {
      let isEnd =
        byte == UInt8(ascii: ">") && cursor.byte(at: -1) == UInt8(ascii: "-")
        && cursor.byte(at: -2) == UInt8(ascii: "-")
      if isEnd { isComment = false }
      return false
    }
    if quote != 0 {
      if byte == quote { quote = 0 }
      return false
    }
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
    case UInt8(ascii: "<"):
      if cursor.isAt("<!--") { isComment = true } else { brackets += 1 }
    case UInt8(ascii: ">"):
      if brackets == 0 { return true }
      brackets -= 1
    default: break
    }
    return false
  }
}
