// Boot/Images: the lines of digest files.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Reads digest files line by line; it remembers what section a line is in.
struct DigestLineReader {
  /// One digest of one file.
  struct Entry: Equatable {
    let name: String
    let digest: ImageDigest
  }

  private enum Section: Equatable {
    /// None, or one that says nothing of digests.
    case none
    /// `# SHA512 HASH`, or `SHA256:`; `nil`: of a kind that does not count.
    case of(ImageDigest.Algorithm?)
    /// `[checksums]`.
    case treeinfo
  }

  private var section = Section.none
  private var isRelease = false

  /// - Returns: `nil` where a line gives no digest that counts.
  mutating func entry(_ line: ArraySlice<UInt8>) -> Entry? {
    guard let first = line.first else { return nil }
    switch first {
    case UInt8(ascii: "#"):
      enterComment(line)
      return nil
    case UInt8(ascii: "["):
      section = line.elementsEqual("[checksums]".utf8) ? .treeinfo : .none
      return nil
    case UInt8(ascii: " ") where isRelease: return release(line)
    default: break
    }
    if let entry = bsd(line) { return entry }
    if section == .treeinfo { return treeinfo(line) }
    if let entry = gnu(line) { return entry }
    enterField(line)
    return nil
  }

  /// `# SHA512 HASH`.
  private mutating func enterComment(_ line: ArraySlice<UInt8>) {
    let words = line.dropFirst().split(separator: 0x20)
    guard words.count == 2, words[1].elementsEqual("HASH".utf8) else { return }
    section = .of(ImageDigest.Algorithm(word: String(decoding: words[0], as: UTF8.self)))
  }

  /// `SHA256:` opens a list of Debian's; any other field ends it.
  private mutating func enterField(_ line: ArraySlice<UInt8>) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
      line[..<colon].allSatisfy({ ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") })
    else { return }
    isRelease = colon == line.endIndex - 1
    section =
      isRelease
      ? .of(ImageDigest.Algorithm(word: String(decoding: line[..<colon], as: UTF8.self))) : .none
  }

  /// ` hex size path`.
  private func release(_ line: ArraySlice<UInt8>) -> Entry? {
    let words = line.split(whereSeparator: ASCII.isBlank)
    guard words.count == 3, ASCII.number(words[1]) != nil else { return nil }
    return entry(hex: words[0], name: words[2])
  }

  /// `SHA256 (name) = hex`.
  private func bsd(_ line: ArraySlice<UInt8>) -> Entry? {
    guard let open = line.firstIndex(of: UInt8(ascii: "(")), open < line.startIndex + 12,
      let close = line.lastIndex(of: UInt8(ascii: ")")), close > open + 1,
      let algorithm = ImageDigest.Algorithm(
        word: String(decoding: ASCII.trimmed(line[..<open]), as: UTF8.self))
    else { return nil }
    let rest = ASCII.trimmed(line[(close + 1)...])
    guard rest.first == UInt8(ascii: "=") else { return nil }
    return make(algorithm, hex: ASCII.trimmed(rest.dropFirst()), name: line[(open + 1)..<close])
  }

  /// `images/pxeboot/vmlinuz = sha256:hex`.
  private func treeinfo(_ line: ArraySlice<UInt8>) -> Entry? {
    guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    let value = ASCII.trimmed(line[(equals + 1)...])
    guard let colon = value.firstIndex(of: UInt8(ascii: ":")),
      let algorithm = ImageDigest.Algorithm(word: String(decoding: value[..<colon], as: UTF8.self))
    else { return nil }
    return make(
      algorithm, hex: ASCII.trimmed(value[(colon + 1)...]), name: ASCII.trimmed(line[..<equals]))
  }

  /// `hex  name`, `hex *name`; with a backslash in front where the name has escapes.
  private func gnu(_ line: ArraySlice<UInt8>) -> Entry? {
    let isEscaped = line.first == UInt8(ascii: "\\")
    let rest = isEscaped ? line.dropFirst() : line
    let hex = rest.prefix { Hex.isDigit($0) }
    guard hex.count >= 64 else { return nil }
    var name = rest[hex.endIndex...]
    guard name.count > 2, name.removeFirst() == UInt8(ascii: " "),
      let mark = name.first, mark == UInt8(ascii: " ") || mark == UInt8(ascii: "*")
    else { return nil }
    name = name.drop { $0 == UInt8(ascii: " ") }
    if name.first == UInt8(ascii: "*") { name.removeFirst() }
    guard isEscaped else { return entry(hex: hex, name: name) }
    return Self.unescaped(name).flatMap { entry(hex: hex, name: $0[...]) }
  }

  /// `\\`, `\n` and `\r`, as coreutils writes them.
  private static func unescaped(_ name: ArraySlice<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    var rest = name
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "\\"): result.append(byte)
      case UInt8(ascii: "n"): result.append(0x0a)
      case UInt8(ascii: "r"): result.append(0x0d)
      default: return nil
      }
    }
    return result
  }

  /// A digest that says by its length, and by the section, what it is.
  private func entry(hex: ArraySlice<UInt8>, name: ArraySlice<UInt8>) -> Entry? {
    let found = ImageDigest.Algorithm.allCases.first { 2 * $0.size == hex.count }
    guard let algorithm = found else { return nil }
    if case .of(let own) = section, own != algorithm { return nil }
    return make(algorithm, hex: hex, name: name)
  }

  private func make(
    _ algorithm: ImageDigest.Algorithm, hex: ArraySlice<UInt8>, name: ArraySlice<UInt8>
  ) -> Entry? {
    let name = DigestList.bare(String(decoding: name, as: UTF8.self))
    guard !name.isEmpty,
      let digest = ImageDigest(algorithm, hex: String(decoding: hex, as: UTF8.self))
    else { return nil }
    return Entry(name: name, digest: digest)
  }
}
