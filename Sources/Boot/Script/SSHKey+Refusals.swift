// Boot/Script: files that are no public key, though they lie among them.
// SPDX-License-Identifier: Apache-2.0

import Text

extension SSHKey {
  /// Refuses what must not be given out, or could let nobody in.
  ///
  /// - Parameter file: as messages name it: `sshkeys/core.pub`.
  package static func check(_ content: [UInt8], file: String) throws(BootError) {
    if let mark = ByteOrderMark.complaint(about: content) {
      throw .badKey(file: file, reason: mark)
    }
    let text = trimmed(content)
    func begins(_ words: String) -> Bool { text.starts(with: words.utf8) }
    if begins("PuTTY-User-Key-File") {
      throw .badKey(
        file: file,
        reason:
          "holds a private key in PuTTY's format, which must never be here; put the line there that"
          + " PuTTYgen shows as \"Public key for pasting\"")
    }
    if begins("---- BEGIN SSH2 PUBLIC KEY") {
      throw .badKey(
        file: file,
        reason:
          "is in PuTTY's format (RFC 4716); \"ssh-keygen -i -f FILE\" prints the line to put there")
    }
    let first = text.prefix { $0 != 0x0a && $0 != 0x0d }
    if first.starts(with: "-----BEGIN".utf8),
      String(decoding: first, as: UTF8.self).contains("PRIVATE KEY")
    {
      throw .badKey(
        file: file,
        reason: "holds a private key, which must never be here; put the line of its .pub file there"
      )
    }
  }
}
