// BootServer/Observe: paths without what is secret in them.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Paths as the log has them: a seed's holds its machine's token, for which `***` stands.
enum LoggedPath {
  private static let seed = Array("/seed/m/".utf8)

  /// At most 512 bytes.
  ///
  /// - Parameter path: as it was sent, escaped; slashes may come twice.
  static func of(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard path.count > seed.count, path.contains(UInt8(ascii: "m")) else { return path.prefix(512) }
    let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true)
    guard segments.count > 3, unescaped(segments[0], is: "seed"), unescaped(segments[1], is: "m")
    else { return path.prefix(512) }
    let shown = [segments[0], segments[1], segments[2], Array("***".utf8)[...]] + segments[4...]
    return (Array("/".utf8) + shown.joined(separator: [UInt8(ascii: "/")])).prefix(512)
  }

  private static func unescaped(_ segment: ArraySlice<UInt8>, is name: String) -> Bool {
    PercentCoding.decodedSlice(segment)?.elementsEqual(name.utf8) ?? false
  }
}
