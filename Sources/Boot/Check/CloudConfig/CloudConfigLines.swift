// Boot/Check/CloudConfig: where the first document of a text ends.
// SPDX-License-Identifier: Apache-2.0

import Text

/// The lines of a YAML text, as far as they separate documents.
struct CloudConfigLines {
  /// Up to here the first document goes, with the `---` that ends it.
  private(set) var end: Int
  /// The line that begins a second document with `---`.
  private(set) var second: Int?
  /// The line of text behind `...`, which needs a `---` in front.
  private(set) var stray: Int?

  /// What lines have been passed.
  private enum State { case before, within, after }

  init(_ bytes: [UInt8]) {
    end = bytes.count
    var state = State.before
    var number = 0
    var start = 0
    while start < bytes.count {
      let next = Self.next(bytes, start)
      number += 1
      let line = bytes[start..<next]
      let content = line.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d && $0 != 0x0a }
      if Self.isMarker(line, "---") {
        if state != .before {
          second = number
          end = start + 3
          return
        }
        state = .within
      } else if Self.isMarker(line, "...") {
        if state == .within { state = .after }
      } else if let content, content != UInt8(ascii: "#") {
        let isDirective = line.first == UInt8(ascii: "%")
        if state == .after, !isDirective {
          stray = number
          end = start
          return
        }
        if !isDirective { state = .within }
      }
      start = next
    }
  }

  /// Where the next line begins; LF, CRLF and CR end one.
  private static func next(_ bytes: [UInt8], _ start: Int) -> Int {
    var index = start
    while index < bytes.count, bytes[index] != 0x0a, bytes[index] != 0x0d { index += 1 }
    guard index < bytes.count else { return index }
    let isPair = bytes[index] == 0x0d && index + 1 < bytes.count && bytes[index + 1] == 0x0a
    return index + (isPair ? 2 : 1)
  }

  private static func isMarker(_ line: ArraySlice<UInt8>, _ marker: String) -> Bool {
    guard line.starts(with: marker.utf8) else { return false }
    guard let next = line.dropFirst(3).first else { return true }
    return next == 0x20 || next == 0x09 || next == 0x0a || next == 0x0d
  }
}
