// Boot/Check: what is wrong with a file of a public key.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Checks a `sshkeys/NAME.pub`: an error where the server refuses it, or no sshd would take it.
package enum SSHKeyCheck {
  /// All that is wrong, as it follows in the text; nothing of a private key is in a sentence.
  ///
  /// - Parameter file: as below the data directory: `sshkeys/core.pub`.
  package static func findings(_ bytes: [UInt8], file: String) -> [Finding] {
    var found = SSHKeyFile(bytes, file: file)
    found.check()
    return found.findings
  }
}

/// The lines of a key file.
private struct SSHKeyFile {
  let bytes: [UInt8]
  let file: String
  var findings: [Finding] = []

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  private mutating func say(
    _ severity: Finding.Severity, _ rule: String, at offset: Int, _ sentence: String
  ) {
    findings.append(
      Finding(file: file, FilePlace(of: offset, in: bytes), severity, rule, sentence))
  }

  mutating func check() {
    if isOtherFormat() { return }
    if let end = bytes.indices.first(where: {
      bytes[$0] == 0x0d && bytes[$0...].dropFirst().first == 0x0a
    }) {
      say(.warning, "line-end", at: end, "the lines end in CR LF; save them with LF")
    }
    let keys = bytes.indices.split { bytes[$0] == 0x0a || bytes[$0] == 0x0d }.map { trimmed($0) }
      .filter { !$0.isEmpty && bytes[$0.lowerBound] != UInt8(ascii: "#") }
    if keys.isEmpty {
      say(.warning, "no-key", at: 0, "there is no key in it; put the line of a .pub file there")
    }
    for key in keys.prefix(100) { line(key) }
    if PlaceholderKey.isIn(bytes), let key = keys.first {
      say(
        .warning, "placeholder-key", at: key.lowerBound,
        "this is the example's key, which fits no private key; put your own there")
    }
    refusal(keys)
  }

  /// What the server says, where nothing above did.
  private mutating func refusal(_ keys: [Range<Int>]) {
    do {
      _ = try SSHKey(content: bytes, file: file)
    } catch {
      guard case .badKey(_, let reason) = error else { return }
      if keys.count > 1 {
        say(.error, "many-keys", at: keys[1].lowerBound, "the file \(reason)")
      } else if !findings.contains(where: { $0.severity == .error }) {
        say(
          .error, "bad-key", at: keys.first?.lowerBound ?? 0, "the file \(LogText.oneLine(reason))")
      }
    }
  }

  private func trimmed(_ line: Range<Int>) -> Range<Int> {
    var line = line
    while let first = line.first, isBlank(bytes[first]) { line = line.dropFirst() }
    while let last = line.last, isBlank(bytes[last]) { line = line.dropLast() }
    return line
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    ASCII.isBlank(byte) || byte == 0x0b || byte == 0x0c
  }

  /// Tells about private keys, and about files that other programs write.
  private mutating func isOtherFormat() -> Bool {
    if let mark = ByteOrderMark.complaint(about: bytes) {
      say(.error, "byte-order-mark", at: 0, "the file \(mark)")
      return true
    }
    let start = SSHKey.trimmed(bytes)
    if let begin = privateKey()
      ?? (start.starts(with: "PuTTY-User-Key-File".utf8) ? start.startIndex : nil)
    {
      say(
        .error, "private-key", at: begin,
        "this is a private key, which must never be here; remove it, and put the line of its .pub"
          + " file there")
      return true
    }
    if start.starts(with: "---- BEGIN SSH2 PUBLIC KEY".utf8) {
      say(
        .error, "bad-format", at: start.startIndex,
        "this is in the format of PuTTY and SSH2 (RFC 4716); \"ssh-keygen -i -f FILE\" prints the line"
          + " to put there")
      return true
    }
    if start.starts(with: "-----BEGIN".utf8) {
      say(
        .error, "bad-format", at: start.startIndex,
        "this is in PEM's format; \"ssh-keygen -i -m PKCS8 -f FILE\" prints the line to put there")
      return true
    }
    return false
  }

  /// Where the first line begins that announces a private key.
  private func privateKey() -> Int? {
    bytes.indices.split { bytes[$0] == 0x0a || bytes[$0] == 0x0d }.first { line in
      let text = String(decoding: bytes[line], as: UTF8.self)
      return text.contains("-----BEGIN") && text.contains("PRIVATE KEY")
    }?.lowerBound
  }

  /// One key: options, type, key, comment (sshd(8)).
  private mutating func line(_ line: Range<Int>) {
    let words = words(of: line)
    guard let first = words.first else { return }
    var type = 0
    if SSHKeyType.named(bytes[first]) == nil, words.count > 1,
      SSHKeyType.named(bytes[words[1]]) != nil
    {
      type = 1
      if bytes[first].contains(UInt8(ascii: "\"")) {
        say(
          .error, "options", at: first.lowerBound,
          "options with quotes cannot be on a kernel's command line; leave them out, or put the key"
            + " into the cloud-config")
      }
    }
    guard let known = SSHKeyType.named(bytes[words[type]]) else { return unknown(first) }
    if let complaint = known.complaint {
      say(known.isRefused ? .error : .warning, "old-type", at: words[type].lowerBound, complaint)
      if known.isRefused { return }
    }
    guard words.count > type + 1 else {
      return say(
        .error, "bad-base64", at: words[type].lowerBound,
        "nothing follows the type \(known.name); put the whole line of the .pub file there")
    }
    blob(words[type + 1], known, type: words[type])
  }

  private mutating func blob(_ word: Range<Int>, _ type: SSHKeyType, type place: Range<Int>) {
    switch Base64.read(bytes[word]) {
    case .failure(let fault):
      say(
        .error, "bad-base64", at: word.lowerBound + fault.offset, "the key's base64 \(fault.reason)"
      )
    case .success(let blob):
      switch SSHKeyBlob.check(blob, type) {
      case .good: break
      case .otherType(let name):
        say(
          .error, "wrong-type", at: place.lowerBound,
          "the type is \(type.name), but the key is \(name ?? "of another one"); copy the whole line of"
            + " the .pub file again")
      case .bad(let reason): say(.error, "bad-key", at: word.lowerBound, "the key \(reason)")
      case .weak(let reason): say(.warning, "weak-key", at: word.lowerBound, "the key \(reason)")
      }
    }
  }

  private mutating func unknown(_ word: Range<Int>) {
    let name = String(decoding: bytes[word].prefix(100), as: UTF8.self)
    if name.hasPrefix("AAAA") {
      return say(
        .error, "unknown-type", at: word.lowerBound,
        "the type in front of the key is missing: ssh-ed25519, ssh-rsa or another one")
    }
    // What is far from all types could be a line of a private key, and is not repeated.
    let near = Nearest.name(to: name, in: SSHKeyType.all.map(\.name))
    say(
      .error, "unknown-type", at: word.lowerBound,
      near.map { "\(IgnitionWords.quoted(name)) is no type of key; did you mean \"\($0)\"?" }
        ?? "the line begins with no type of key, such as ssh-ed25519 or ssh-rsa")
  }

  /// The words of a line; blanks within double quotes are part of one.
  private func words(of line: Range<Int>) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var start: Int?
    var isQuoted = false
    for index in line {
      if bytes[index] == UInt8(ascii: "\""), words.isEmpty { isQuoted.toggle() }
      if isBlank(bytes[index]), !isQuoted {
        if let begin = start { words.append(begin..<index) }
        start = nil
      } else if start == nil {
        start = index
      }
    }
    if let start { words.append(start..<line.upperBound) }
    return words
  }
}
