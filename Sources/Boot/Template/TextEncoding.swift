// Boot/Template: texts that are not UTF-8.
// SPDX-License-Identifier: Apache-2.0

/// What a text is written in, as far as its first bytes tell.
enum TextEncoding {
  private static let marks: [(bytes: [UInt8], name: String)] = [
    ([0xff, 0xfe, 0, 0], "UTF-32 LE"), ([0, 0, 0xfe, 0xff], "UTF-32 BE"),
    ([0xff, 0xfe], "UTF-16 LE"), ([0xfe, 0xff], "UTF-16 BE"),
  ]

  /// The name of an encoding that is not UTF-8; `nil` where none can be told.
  ///
  /// Without a mark, ASCII in UTF-16 has a NUL in every second byte, and in UTF-32 three in four.
  static func name(of bytes: [UInt8]) -> String? {
    if let mark = marks.first(where: { bytes.starts(with: $0.bytes) }) { return mark.name }
    let head = bytes.prefix(64 & ~3)
    guard head.count >= 2, bytes.count.isMultiple(of: 2) else { return nil }
    if bytes.count.isMultiple(of: 4) {
      if fits(head, [false, true, true, true]) { return "UTF-32 LE" }
      if fits(head, [true, true, true, false]) { return "UTF-32 BE" }
    }
    if fits(head, [false, true]) { return "UTF-16 LE" }
    return fits(head, [true, false]) ? "UTF-16 BE" : nil
  }

  private static func fits(_ head: ArraySlice<UInt8>, _ pattern: [Bool]) -> Bool {
    head.enumerated().allSatisfy { ($1 == 0) == pattern[$0 % pattern.count] }
  }
}
