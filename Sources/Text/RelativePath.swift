// Text: a name in the data directory, valid by construction.
// SPDX-License-Identifier: Apache-2.0

/// A relative path that cannot climb: `configs/rack1/node.yml`, `development`.
///
/// Bytes, not a `String`: file names need not be UTF-8. No empty, `.` or `..` segment, no control
/// byte, no slash at either end, a segment of at most 255 bytes, 4,000 bytes in all.
@usableFromInline package struct RelativePath: Hashable, Sendable {
  /// Bytes, of the whole path.
  package static let maxLength = 4000
  /// What a name may have, for a folder comes in front of it and an ending behind it.
  @usableFromInline package static let maxNameLength = 3000

  /// Without a slash in front; need not be UTF-8.
  package let bytes: [UInt8]

  /// - Returns: `nil` when the bytes break a rule above.
  @inlinable package init?(_ bytes: some Sequence<UInt8>) { self.init(bytes: Array(bytes)) }

  @usableFromInline init?(bytes: [UInt8]) {
    guard !bytes.isEmpty, bytes.count <= Self.maxLength else { return nil }
    var start = 0
    for index in 0...bytes.count {
      if index < bytes.count, bytes[index] != UInt8(ascii: "/") {
        if ASCII.isControl(bytes[index]) { return nil }
        continue
      }
      let length = index - start
      if length == 0 || length > 255 { return nil }
      if bytes[start] == UInt8(ascii: ".") {
        if length == 1 || (length == 2 && bytes[start + 1] == UInt8(ascii: ".")) { return nil }
      }
      start = index + 1
    }
    self.bytes = bytes
  }

  /// The name of a profile, a config or a key, as a request or a profile gives it: `rack1/node`.
  ///
  /// Everything the original could open is a name.
  ///
  /// - Returns: `nil` when the bytes are no relative path, or more than ``maxNameLength``.
  @inlinable package init?(name: some Sequence<UInt8>) {
    let bytes = Array(name)
    guard bytes.count <= Self.maxNameLength else { return nil }
    self.init(bytes: bytes)
  }

  /// The folder that it is in; `nil` where that is the data directory itself.
  package var parent: RelativePath? {
    bytes.lastIndex(of: UInt8(ascii: "/")).flatMap { RelativePath(bytes[..<$0]) }
  }

  /// What follows the last dot of the last segment, dot included, lower case; empty if none does.
  package var fileExtension: String {
    guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")),
      !bytes[dot...].contains(UInt8(ascii: "/"))
    else { return "" }
    return String(decoding: bytes[dot...], as: UTF8.self).lowercased()
  }

  /// For a log: bytes that are not UTF-8 are replaced.
  package var text: String { String(decoding: bytes, as: UTF8.self) }
}
