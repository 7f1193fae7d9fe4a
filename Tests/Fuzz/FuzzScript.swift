// Fuzz: an encoded script, read back as iPXE reads it, has the commands it was meant to have.
// SPDX-License-Identifier: Apache-2.0

/// The commands of a script by iPXE's rules: its lines' tokens, split on white space before quotes
/// are looked at; `||`, `&&` and `;` end a command, `#` at a token's start ends the line, and a
/// backslash at a line's end joins the next.
private func commands(_ script: [UInt8]) -> [String] {
  var text = String(decoding: script, as: UTF8.self).unicodeScalars.split(
    separator: "\n", omittingEmptySubsequences: false
  ).map { String(String.UnicodeScalarView($0)) }
  var result: [String] = []
  while !text.isEmpty {
    var line = text.removeFirst()
    while line.hasSuffix("\\"), !text.isEmpty { line = line.dropLast() + text.removeFirst() }
    if line.hasPrefix("#!ipxe") { continue }
    var isStart = true
    for token in line.unicodeScalars.split(whereSeparator: {
      " \t\r\u{b}\u{c}".unicodeScalars.contains($0)
    }) {
      let token = String(String.UnicodeScalarView(token))
      if token.hasPrefix("#") { break }
      if ["||", "&&", ";"].contains(token) {
        result.append(token)
        isStart = true
      } else if isStart {
        result.append(token)
        isStart = false
      }
    }
    result.append("\n")
  }
  return result
}

/// A profile whose set keys hold the given texts, or where `plain` the letter x.
private func profile(_ texts: [String], _ shape: UInt8, plain: Bool) -> Profile {
  func text(_ index: Int) -> String {
    let text = index < texts.count ? texts[index] : ""
    return plain && !text.isEmpty ? "x" : text
  }
  var profile = Profile()
  profile.version = text(0)
  profile.rootfstype = text(1)
  profile.console = text(2).isEmpty ? [] : [text(2)]
  profile.cloudConfig = text(3)
  profile.coreosAutologin = text(4)
  profile.root = text(5)
  profile.sshkey = text(6).isEmpty ? "" : "k"
  if shape & 1 == 1 {
    profile.isNewStyle = true
    profile.os = shape & 2 == 2 ? .flatcar : .coreos
    profile.args = [text(7), text(8)]
    profile.ignition = text(9)
    if !text(10).isEmpty { profile.kernel = plain ? "x" : text(10) }
    if !text(11).isEmpty { profile.initrd = [plain ? "x" : text(11)] }
    if !text(12).isEmpty { profile.imageBaseURL = plain ? "http://x" : "http://" + text(12) }
  }
  return profile
}

private func script(_ texts: [String], _ shape: UInt8, plain: Bool) throws(BootError) -> [UInt8]? {
  let profile = profile(texts, shape, plain: plain)
  var inputs = ScriptInputs(
    profile: profile, profileName: Array(plain ? "x".utf8 : (texts.last ?? "").utf8),
    file: "f", base: Array("http://h:1".utf8))
  if !profile.sshkey.isEmpty {
    let key = plain ? "ssh-rsa x" : texts[6]
    inputs.sshKey = try SSHKey(content: Array(key.utf8), file: "k")
    if inputs.sshKey == nil { return nil }
  }
  return try BootScript.render(inputs).text
}

func checkScript(_ data: [UInt8]) {
  guard let shape = data.first else { return }
  let texts = data.dropFirst().split(separator: 0xff, omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  guard let found = try? script(texts, shape, plain: false) else { return }
  let expected = try? script(texts, shape, plain: true)
  require(commands(found) == expected.map(commands), String(decoding: found, as: UTF8.self))
}
