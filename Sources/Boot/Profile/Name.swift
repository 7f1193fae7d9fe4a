// Boot/Profile: the name of a profile, a config or a key.
// SPDX-License-Identifier: Apache-2.0

/// A name that a request or a profile gives: `development`, `rack1/node`, bytes and not a `String`.
///
/// Everything the original could open is a name, whether UTF-8 or not. None are control bytes, an
/// empty, `.` or `..` segment, a slash at either end, and what no file system takes.
package struct Name: Hashable, Sendable, CustomStringConvertible {
  package let bytes: [UInt8]

  package init?(_ bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    guard !bytes.isEmpty, bytes.count <= 3000 else { return nil }
    let segments = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for segment in segments {
      guard !segment.isEmpty, segment.count <= 255, !segment.elementsEqual(".".utf8),
        !segment.elementsEqual("..".utf8)
      else { return nil }
    }
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { return nil }
    self.bytes = bytes
  }

  /// Bytes that are not UTF-8 are replaced.
  package var description: String { String(decoding: bytes, as: UTF8.self) }
}
