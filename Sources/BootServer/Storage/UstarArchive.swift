// BootServer/Storage: archives that every tar reads.
// SPDX-License-Identifier: Apache-2.0

/// Builds a ustar archive (POSIX.1-2017, pax, "ustar Interchange Format"), piece by piece.
enum UstarArchive {
  private static let block = 512

  /// A file's header and content.
  ///
  /// - Parameters:
  ///   - name: at most 100 bytes, with a slash at its end where it is a folder.
  ///   - seconds: of its modification, since 1970.
  static func entry(
    _ name: String, _ bytes: [UInt8], seconds: Int, mode: Int = 0o600
  ) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: block)
    func put(_ text: some Sequence<UInt8>, at offset: Int) {
      for (index, byte) in text.enumerated() { header[offset + index] = byte }
    }
    put(name.utf8.prefix(100), at: 0)
    put(octal(mode, digits: 7), at: 100)
    put(octal(0, digits: 7), at: 108)
    put(octal(0, digits: 7), at: 116)
    put(octal(bytes.count, digits: 11), at: 124)
    put(octal(seconds, digits: 11), at: 136)
    // The sum counts its own place as blanks.
    put("        ".utf8, at: 148)
    put((name.hasSuffix("/") ? "5" : "0").utf8, at: 156)
    put("ustar\u{0}00".utf8, at: 257)
    let sum = header.reduce(0) { $0 + Int($1) }
    put(Array(octal(sum, digits: 6)) + [0, 0x20], at: 148)
    let rest = bytes.count % block
    return header + bytes + [UInt8](repeating: 0, count: rest == 0 ? 0 : block - rest)
  }

  /// What an archive ends with.
  static let end = [UInt8](repeating: 0, count: 2 * block)

  private static func octal(_ value: Int, digits: Int) -> [UInt8] {
    let text = String(max(0, value), radix: 8).utf8.suffix(digits)
    return Array(String(repeating: "0", count: digits - text.count).utf8) + text
  }
}
