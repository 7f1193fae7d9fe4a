// Text: bytes as the grammars of protocols see them.
// SPDX-License-Identifier: Apache-2.0

/// Character classes of RFC 9110 section 5.6 and RFC 3986.
///
/// Asked once a byte, by other modules: what is not `@inlinable` would be a call each, and without
/// `@usableFromInline` on the type the compiler passes over that without a word.
@usableFromInline package enum ASCII {
  /// `0` to `9`.
  @inlinable package static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  /// `A` to `Z` and `a` to `z`.
  @inlinable package static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  /// Letters and digits.
  @inlinable package static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLetter(byte)
  }

  /// C0 and DEL.
  @inlinable package static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7f }

  /// A character of a `token`.
  @inlinable package static func isToken(_ byte: UInt8) -> Bool {
    if isAlphanumeric(byte) { return true }
    switch byte {
    case 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x5e...0x60, 0x7c, 0x7e: return true
    default: return false
    }
  }

  /// A space or a tab.
  @inlinable package static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// The letter in small; any other byte as it is.
  @inlinable package static func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  /// Whether the bytes are `text` but for case.
  ///
  /// - Parameter text: lower case.
  @inlinable package static func equal(_ bytes: ArraySlice<UInt8>, _ text: String) -> Bool {
    guard bytes.count == text.utf8.count else { return false }
    var index = bytes.startIndex
    for byte in text.utf8 {
      if lowercased(bytes[index]) != byte { return false }
      index += 1
    }
    return true
  }

  /// Without the blanks and tabs around it (`OWS`).
  package static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return bytes
  }

  /// A number in plain digits.
  ///
  /// - Returns: `nil` when there is anything else, nothing, or too much for an `Int`.
  @inlinable package static func number(_ bytes: some Collection<UInt8>) -> Int? {
    guard !bytes.isEmpty, bytes.count <= 18 else { return nil }
    var number = 0
    for byte in bytes {
      guard isDigit(byte) else { return nil }
      number = number * 10 + Int(byte - 0x30)
    }
    return number
  }
}
