// Boot/Template: what stands ahead in YAML.
// SPDX-License-Identifier: Apache-2.0

import Text

extension YAMLPlacement {
  func isBlank(_ index: Int) -> Bool { ASCII.isBlank(cursor.text[index]) }

  func isBreak(_ index: Int) -> Bool {
    cursor.text[index] == 0x0a || cursor.text[index] == 0x0d
  }

  func endsWord(_ index: Int) -> Bool { index >= end || isBlank(index) || isBreak(index) }

  /// Three hyphens or dots at a line's start and a blank behind them begin or end a document.
  var isDocumentMarker: Bool {
    guard end - start >= 3, cursor.isAt("---") || cursor.isAt("...") else { return false }
    return endsWord(start + 3)
  }

  /// Whether the block's first line can be empty: no other line is indented by more.
  func isHarmlessEmpty(_ indent: Int) -> Bool {
    var position = start + indent + 1
    var blanks = 0
    while position < cursor.text.count {
      switch cursor.text[position] {
      case 0x0a, 0x0d: blanks = 0
      case 0x20, 0x09: blanks += 1
      default: return position >= end && blanks <= indent
      }
      position += 1
    }
    return true
  }

  /// Whether nothing but a block scalar's header is left on the line.
  var isBlockHeader: Bool {
    var rest = cursor.text[(index + 1)..<end].drop { "+-0123456789".utf8.contains($0) }
    let isSeparated = rest.first.map(ASCII.isBlank) ?? true
    rest = rest.drop { ASCII.isBlank($0) || $0 == 0x0d || $0 == 0x0a }
    guard let first = rest.first else { return true }
    return isSeparated && first == UInt8(ascii: "#")
  }

  /// Whether a plain scalar at this line's end goes on behind it.
  var goesOn: Bool {
    var (position, first) = (end, end)
    let text = cursor.text
    while position < text.count {
      switch text[position] {
      case 0x0a, 0x0d: first = position + 1
      case 0x20: break
      case 0x09 where flowDepth > 0: break
      case let byte where flowDepth > 0: return !"#,]}".utf8.contains(byte)
      case UInt8(ascii: "#"): return false
      default:
        let isMarker =
          position == first
          && ["---", "..."].contains { text[position...].starts(with: $0.utf8) }
          && (position + 3 >= text.count || isBlank(position + 3) || isBreak(position + 3))
        return position - first > column && !isMarker
      }
      position += 1
    }
    return false
  }
}
