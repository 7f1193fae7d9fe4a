// Boot/Template: reading a config and writing what becomes of it.
// SPDX-License-Identifier: Apache-2.0

/// Walks over a config: copies what its author wrote, and hands out the values between.
///
/// Author's text is UTF-8, which has no byte 0xff: that stands for a value.
struct TemplateCursor {
  /// In `text`, for a value.
  static let hole: UInt8 = 0xff

  private(set) var text: [UInt8] = []
  private var values: [(value: TemplateValue, place: TemplatePlace)] = []
  private var taken = 0
  private(set) var index = 0
  var result: [UInt8] = []

  init(_ pieces: [TemplatePiece]) {
    var count = 0
    for case .text(let text) in pieces { count += text.count }
    text.reserveCapacity(count + pieces.count)
    for piece in pieces {
      switch piece {
      case .text(let bytes): text += bytes
      case .value(let value, let place):
        text.append(Self.hole)
        values.append((value, place))
      }
    }
    result.reserveCapacity(text.count + 64 * values.count)
  }

  /// What comes next; `nil` at the end.
  var next: UInt8? { index < text.count ? text[index] : nil }

  /// What stands at an offset from the next byte; `nil` outside of the text.
  func byte(at offset: Int) -> UInt8? {
    let position = index + offset
    return position >= 0 && position < text.count ? text[position] : nil
  }

  /// Whether the author's text goes on like that.
  func isAt(_ word: String) -> Bool { text[index...].starts(with: word.utf8) }

  /// The first byte behind this one that is no blank.
  func firstWord(after offset: Int) -> UInt8? {
    var offset = offset
    while let byte = byte(at: offset), byte == 0x20 || byte == 0x09 { offset += 1 }
    return byte(at: offset)
  }

  /// Takes author's text over as it is.
  mutating func copy(_ count: Int = 1) {
    if count == 1 {
      result.append(text[index])
    } else {
      result += text[index..<(index + count)]
    }
    index += count
  }

  /// Takes author's text over up to a value, a line's end or a backslash.
  mutating func copyUpToSyntax() {
    var end = index
    while end < text.count {
      let byte = text[end]
      if byte == Self.hole || byte == 0x0a || byte == 0x0d || byte == UInt8(ascii: "\\") { break }
      end += 1
    }
    if end > index { copy(end - index) }
  }

  /// Author's text up to a blank, a control, a value or a backslash.
  var word: ArraySlice<UInt8> {
    var end = index
    while end < text.count {
      let byte = text[end]
      if byte <= 0x20 || byte == Self.hole || byte == UInt8(ascii: "\\") { break }
      end += 1
    }
    return text[index..<end]
  }

  /// Leaves a byte of the author's out, who finds it again in what is written for it.
  mutating func skip() { index += 1 }

  /// Takes the value that is next, and leaves its place behind.
  mutating func take() -> (value: TemplateValue, place: TemplatePlace) {
    defer {
      index += 1
      taken += 1
    }
    return values[taken]
  }

  /// Where the value is named that was taken last.
  var latest: TemplatePlace? { taken > 0 ? values[taken - 1].place : nil }

  /// All values, in their order.
  var all: [(value: TemplateValue, place: TemplatePlace)] { values }

  /// The value that comes next, wherever it stands.
  var upcoming: (value: TemplateValue, place: TemplatePlace)? {
    taken < values.count ? values[taken] : nil
  }
}
