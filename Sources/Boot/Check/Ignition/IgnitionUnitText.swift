// Boot/Check/Ignition: the text of a systemd unit, as Ignition takes it apart.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A unit's sections that hold options, and where its text breaks off.
///
/// It is go-systemd's reader, step for step: what stands in front of the first section is passed
/// over, and a section's name goes on to the next `]`, over the end of a line too.
struct IgnitionUnitText {
  /// The names of sections in which an option stands.
  private(set) var sections: Set<String> = []
  /// The rest of a sentence; `nil` where the text can be read.
  private(set) var fault: String?
  private let text: [UInt8]
  private var position = 0

  init(_ text: String) {
    self.text = Array(text.utf8)
    read()
  }

  private mutating func read() {
    var section: String?
    while position < text.count, fault == nil {
      let byte = text[position]
      if byte == UInt8(ascii: "[") {
        section = sectionName()
      } else if byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";") {
        passLine()
      } else if section == nil || byte == 0x20 || (0x09...0x0d).contains(byte) {
        position += 1
      } else {
        option(in: section ?? "")
      }
    }
  }

  private mutating func sectionName() -> String? {
    guard let end = text[position...].firstIndex(of: UInt8(ascii: "]")) else {
      fault = "the [ of line \(line) has no ]"
      return nil
    }
    let name = String(decoding: text[(position + 1)..<end], as: UTF8.self)
    position = end + 1
    let start = position
    passLine()
    if text[start..<position].contains(where: { $0 > 0x20 }) {
      position = start
      fault = "something follows behind the ] of line \(line)"
    }
    return name
  }

  private mutating func option(in section: String) {
    let start = position
    while position < text.count, text[position] != UInt8(ascii: "=") {
      if text[position] == 0x0a || text[position] == 0x0d {
        position = start
        fault = "line \(line) has no ="
        return
      }
      position += 1
    }
    guard position < text.count else {
      position = start
      fault = "line \(line) has no ="
      return
    }
    position += 1
    // A backslash at the end of a line takes the next one in.
    repeat { passLine() } while position < text.count && goesOn
    sections.insert(section)
  }

  /// Whether the line that ends here asks for the next one.
  private var goesOn: Bool {
    position >= 2 && text[position - 1] == 0x0a && text[position - 2] == UInt8(ascii: "\\")
  }

  private mutating func passLine() {
    let end = text[position...].firstIndex(of: 0x0a)
    position = end.map { $0 + 1 } ?? text.count
  }

  /// Of the text that was written with `\n`.
  private var line: Int { text[..<position].count { $0 == 0x0a } + 1 }
}
