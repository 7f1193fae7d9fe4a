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

/// The data directory of one profile, in memory.
func memoryFiles(_ contents: [String: [UInt8]]) -> DataFiles<Never> {
  func found(_ path: RelativePath) -> Result<[UInt8], DataProblem> {
    contents[path.text].map { .success($0) } ?? .failure(.missing)
  }
  return DataFiles(
    read: { (path, limit) in
      found(path).map { .init(Array($0.prefix(limit)), isTruncated: $0.count > limit) }
    },
    list: { path in
      let names = contents.keys.filter { $0.hasPrefix(path.text + "/") }
        .map { String($0.dropFirst(path.text.utf8.count + 1)) }
      return names.isEmpty ? .failure(.missing) : .success(names.sorted())
    },
    kind: { path in
      let isFolder = contents.keys.contains { $0.hasPrefix(path.text + "/") }
      return isFolder ? .success(.directory) : found(path).map { _ in .file }
    }, target: { _ in .success(nil) })
}

/// A profile whose set keys hold the given texts, or where `plain` the letter x.
private func profile(_ texts: [String], _ shape: UInt8, plain: Bool) -> [UInt8] {
  func text(_ index: Int) -> String {
    let text = index < texts.count ? texts[index] : ""
    return plain && !text.isEmpty ? "x" : text
  }
  var members: [JSON.Member] = []
  func set(_ key: String, _ index: Int, _ value: (String) -> JSON = { .string($0) }) {
    if !text(index).isEmpty { members.append(JSON.Member(key, value(text(index)))) }
  }
  let list = { (text: String) in JSON.array([.string(text)]) }
  set("version", 0)
  set("rootfstype", 1)
  set("console", 2, list)
  set("cloud_config", 3)
  set("coreos_autologin", 4)
  set("root", 5)
  if !text(6).isEmpty { members.append(JSON.Member("sshkey", .string("k"))) }
  if shape & 1 == 1 {
    members.append(JSON.Member("os", .string(shape & 2 == 2 ? "flatcar" : "coreos")))
    members.append(JSON.Member("args", .array([.string(text(7)), .string(text(8))])))
    set("ignition", 9)
    set("kernel", 10)
    set("initrd", 11, list)
    set("image_base_url", 12) { .string(plain ? "http://x" : "http://" + $0) }
  } else if shape & 4 == 4 {
    // A value in a word of ours, quoted or not.
    members.append(JSON.Member("kernel", .string("{{images.url}}/k")))
    members.append(JSON.Member("images", .string("{{metadata.a}}")))
    members.append(
      JSON.Member(
        "metadata",
        .object([
          JSON.Member("a", .string(text(7))), JSON.Member("b", .string(text(8))),
        ])))
    let words =
      shape & 8 == 8 ? "v={{metadata.a}}-{{metadata.b}}" : "\"v={{metadata.a}}\" {{metadata.b}}"
    members.append(JSON.Member("args", .array([.string(words)])))
  }
  return Array(JSONWriter.text(.object(members)).utf8)
}

private func script(_ texts: [String], _ shape: UInt8, plain: Bool) -> [UInt8]? {
  let key = plain || texts.count < 7 ? "ssh-rsa x" : texts[6]
  let files = memoryFiles([
    "profiles/p.json": profile(texts, shape, plain: plain), "sshkeys/k.pub": Array(key.utf8),
  ])
  let builder = ScriptBuilder(files, base: Array("http://h:1".utf8), reportsByToken: true)
  return try? builder.script(profile: Array("p".utf8), .byName).text
}

func checkScript(_ data: [UInt8]) {
  guard let shape = data.first else { return }
  let texts = data.dropFirst().split(separator: 0xff, omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  // Metadata that is empty drops its word, which plain text does not.
  guard let found = script(texts, shape, plain: false) else { return }
  let expected = script(texts, shape, plain: true)
  require(commands(found) == expected.map(commands), String(decoding: found, as: UTF8.self))
}
