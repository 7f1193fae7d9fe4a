// Boot/Script: a public key on a kernel's command line.
// SPDX-License-Identifier: Apache-2.0

/// One line of an `authorized_keys` file: options, type, key, comment (sshd(8)).
package struct SSHKey: Equatable, Sendable {
  /// Bytes as in the file, which need not be UTF-8; one line, no quotes, no control bytes.
  package let line: [UInt8]

  /// Without white space around it, Unicode's too, as the original trimmed it.
  package static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    var rest = bytes[...]
    while let length = spaceLength(at: rest, fromEnd: false) { rest = rest.dropFirst(length) }
    while let length = spaceLength(at: rest, fromEnd: true) { rest = rest.dropLast(length) }
    return rest
  }

  /// Prepares a key file's content for `sshkey="..."`.
  ///
  /// A comment that iPXE would take for syntax goes; options in front of a key never do.
  ///
  /// - Parameter file: as messages name it: `sshkeys/core.pub`.
  /// - Returns: `nil` when the file holds nothing but white space.
  /// - Throws: ``BootError`` for a private key, or what would be a command to iPXE: 500.
  package init?(content: [UInt8], file: String) throws(BootError) {
    try Self.check(content, file: file)
    var line = Array(Self.trimmed(content))
    let isBreak = { (byte: UInt8) in byte == 0x0a || byte == 0x0d }
    if line.contains(where: isBreak) {
      let keys = line.split(whereSeparator: isBreak).map { Self.trimmed(Array($0)) }
        .filter { !$0.isEmpty && $0.first != UInt8(ascii: "#") }
      guard keys.count == 1 else {
        throw .badKey(
          file: file,
          reason: "holds \(keys.count) keys, but a command line carries one;"
            + " leave one, and put the others into the cloud-config")
      }
      line = Array(keys[0])
    }
    if line.isEmpty { return nil }
    line = line.map { $0 == 0x09 ? 0x20 : $0 }
    let quote = UInt8(ascii: "\"")
    if line.contains(quote) { line = Self.withoutComment(line) }
    guard !line.contains(quote) else {
      throw .badKey(
        file: file,
        reason: "holds a double quote, which would end the key on the kernel's"
          + " command line; options with quotes belong into the cloud-config")
    }
    if ScriptText.fault(in: line, before: "sshkey=\"", after: "\"") != nil {
      line = Self.withoutComment(line)
    }
    if let fault = ScriptText.fault(in: line, before: "sshkey=\"", after: "\"") {
      throw .badKey(file: file, reason: fault)
    }
    self.line = line
  }

  /// The line up to the key itself, where one is recognised.
  private static func withoutComment(_ line: [UInt8]) -> [UInt8] {
    let words = line.split(separator: 0x20)
    let type = words.prefix(2).firstIndex { word in
      ["ssh-", "ecdsa-", "sk-", "webauthn-sk-"].contains { word.starts(with: $0.utf8) }
    }
    guard let type, type + 1 < words.count else { return line }
    return Array(words[...(type + 1)].joined(separator: [0x20]))
  }

  /// How many bytes a white space character takes at one end of the bytes.
  private static func spaceLength(at bytes: ArraySlice<UInt8>, fromEnd: Bool) -> Int? {
    guard let byte = fromEnd ? bytes.last : bytes.first else { return nil }
    if byte == 0x20 || (0x09...0x0d).contains(byte) { return 1 }
    guard byte >= 0x80 else { return nil }
    return wideSpaces.first {
      fromEnd ? bytes.suffix($0.count).elementsEqual($0) : bytes.starts(with: $0)
    }?.count
  }

  private static let wideSpaces: [[UInt8]] =
    (["\u{85}", "\u{a0}", "\u{1680}", "\u{2028}", "\u{2029}", "\u{202f}", "\u{205f}", "\u{3000}"]
    + (0x2000...0x200a).compactMap { Unicode.Scalar($0).map(String.init) }).map { Array($0.utf8) }
}
