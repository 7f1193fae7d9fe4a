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
    guard head.count >= 2 else { return nil }
    let pattern = head.prefix(4).map { $0 == 0 }
    switch pattern {
    case [false, true, true, true] where fits(head, pattern): return "UTF-32 LE"
    case [true, true, true, false] where fits(head, pattern): return "UTF-32 BE"
    default: break
    }
    if fits(head, [false, true]) { return "UTF-16 LE" }
    return fits(head, [true, false]) ? "UTF-16 BE" : nil
  }

  private static func fits(_ head: ArraySlice<UInt8>, _ pattern: [Bool]) -> Bool {
    head.enumerated().allSatisfy { ($1 == 0) == pattern[$0 % pattern.count] }
  }
}
