// Boot/Check: public keys that let nobody in.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Checks a `sshkeys/NAME.pub`: one line of `TYPE BASE64 COMMENT` (sshd(8), AUTHORIZED_KEYS FILE FORMAT).
package enum SSHKeyCheck {
  private static let types = [
    "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", "ssh-dss",
  ]

  /// - Parameter file: as messages name it.
  package static func findings(_ bytes: [UInt8], file: String) -> [Finding] {
    func finding(
      _ offset: Int, _ severity: Finding.Severity, _ rule: String, _ sentence: String
    ) -> Finding {
      Finding(
        file: file, JSONPlaces(bytes).place(at: offset), severity, rule, LogText.oneLine(sentence))
    }
    var found: [Finding] = []
    // What the server refuses, in its own words.
    do throws(BootError) {
      guard try SSHKey(content: bytes, file: file) != nil else {
        return [finding(0, .error, "no-key", "holds no key; put the line of a .pub file there")]
      }
    } catch {
      let text = error.description
      let isPrivate = text.contains("private key")
      let reason = text.hasPrefix("\(file): ") ? String(text.dropFirst(file.count + 2)) : text
      return [finding(0, .error, isPrivate ? "private-key" : "bad-key", reason)]
    }
    if PlaceholderKey.isIn(bytes) {
      return [
        finding(
          0, .warning, "placeholder-key",
          "is the placeholder, which fits no private key; put your own there")
      ]
    }
    for (line, start) in lines(bytes) {
      if let problem = problem(line, start) {
        found.append(finding(problem.offset, problem.severity, problem.rule, problem.sentence))
      }
    }
    return found
  }

  /// Lines that hold something, and where each begins.
  private static func lines(_ bytes: [UInt8]) -> [(line: ArraySlice<UInt8>, start: Int)] {
    bytes.split { $0 == 0x0a || $0 == 0x0d }.compactMap { line in
      let blanks = line.prefix { $0 == 0x20 || $0 == 0x09 }.count
      let rest = line.dropFirst(blanks)
      return rest.isEmpty || rest.first == UInt8(ascii: "#") ? nil : (rest, rest.startIndex)
    }
  }

  private typealias Problem = (
    offset: Int, severity: Finding.Severity, rule: String, sentence: String
  )

  private static func problem(_ line: ArraySlice<UInt8>, _ start: Int) -> Problem? {
    let words = line.split { $0 == 0x20 || $0 == 0x09 }
    guard let first = words.first else { return nil }
    // Options may stand in front; then the type is the first word that is one.
    let index = words.firstIndex { types.contains(String(decoding: $0, as: UTF8.self)) }
    guard let index else {
      let word = String(decoding: first, as: UTF8.self)
      if word.contains("-cert-v01@") {
        return (start, .error, "key-type", "\"\(word)\" is a certificate, and no key")
      }
      let near = Nearest.name(to: word, in: types).map { "; is it \"\($0)\"?" }
      return (
        start, .error, "key-type",
        "no type of key is \"\(word)\"\(near ?? "; a key begins with ssh-ed25519, ssh-rsa or ecdsa-sha2-...")"
      )
    }
    let type = String(decoding: words[index], as: UTF8.self)
    if type == "ssh-dss" {
      return (
        words[index].startIndex, .warning, "key-type",
        "sshd refuses ssh-dss since 2015; make a new key: ssh-keygen -t ed25519"
      )
    }
    guard index + 1 < words.count else {
      return (
        words[index].startIndex, .error, "key-data",
        "nothing follows \"\(type)\"; the line is cut short"
      )
    }
    return problem(inData: words[index + 1], type)
  }

  private static func problem(inData word: ArraySlice<UInt8>, _ type: String) -> Problem? {
    let start = word.startIndex
    if let bad = word.firstIndex(where: { !ASCII.isAlphanumeric($0) && !"+/=".utf8.contains($0) }) {
      return (bad, .error, "base64", "this character is none of base64; copy the whole line anew")
    }
    guard let blob = CoreOSEncoding.base64(String(decoding: word, as: UTF8.self)) else {
      return (start, .error, "base64", "the base64 is cut short; copy the whole line anew")
    }
    var rest = blob[...]
    guard let name = field(&rest), name.elementsEqual(type.utf8) else {
      return (
        start, .error, "key-misfit",
        "the key is not of the type \"\(type)\" that stands in front of it"
      )
    }
    let sizes = fields(&rest)
    guard let sizes, rest.isEmpty else {
      return (
        start, .error, "key-data",
        "the key is cut short, or something follows it; copy the whole line anew"
      )
    }
    switch type {
    case "ssh-ed25519" where sizes != [32]:
      return (
        start, .error, "key-data",
        "an ssh-ed25519 key has 32 bytes, and this one has \(sizes.first ?? 0)"
      )
    case "ssh-rsa":
      guard sizes.count == 2 else {
        return (start, .error, "key-data", "an ssh-rsa key has two numbers")
      }
      // The first byte of a number is 0 where its highest bit is set.
      let bits = (sizes[1] - 1) * 8
      if bits < 2048 - 8 {
        return (start, .warning, "weak-key", "the key has about \(bits) bits; sshd wants 2048")
      }
    default: break
    }
    return nil
  }

  /// One field of RFC 4251 section 5: its length in four bytes, and it.
  private static func field(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard rest.count >= 4 else { return nil }
    let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    rest = rest.dropFirst(4)
    guard rest.count >= length else { return nil }
    defer { rest = rest.dropFirst(length) }
    return rest.prefix(length)
  }

  /// - Returns: the fields' lengths; `nil`: the last one is cut short.
  private static func fields(_ rest: inout ArraySlice<UInt8>) -> [Int]? {
    var sizes: [Int] = []
    while !rest.isEmpty {
      guard let next = field(&rest) else { return nil }
      sizes.append(next.count)
    }
    return sizes.isEmpty ? nil : sizes
  }
}
