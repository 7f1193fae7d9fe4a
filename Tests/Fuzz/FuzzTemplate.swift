// Fuzz: templates and the values in them.
// SPDX-License-Identifier: Apache-2.0

private let id = MachineID("52-54-00-00-00-01")!

private func render(_ template: Template, _ value: String, _ format: ConfigFormat) -> [UInt8]? {
  var machine = Machine(id: id, firstSeen: Timestamp(seconds: 0))
  guard (try? machine.metadata.set("x", .string(value))) != nil else { return nil }
  let values = TemplateValues(Roster.Entry(machine, token: "t"), server: "http://h")
  return try? template.render(values, snippets: [:], as: format)
}

/// Line breaks for any reader of YAML.
private func breaks(_ text: [UInt8]) -> Int {
  String(decoding: text, as: UTF8.self).unicodeScalars
    .count { ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains($0) }
}

/// Lines as Python's `str.splitlines()` has them, and nobody finds more.
private func lines(_ text: [UInt8]) -> [[UInt8]] {
  var lines: [[UInt8]] = []
  var line = ""
  for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
    switch scalar.value {
    case 0x0a...0x0d, 0x1c...0x1e, 0x85, 0x2028, 0x2029:
      lines.append(Array(line.utf8))
      line = ""
    default: line.unicodeScalars.append(scalar)
    }
  }
  return lines + [Array(line.utf8)]
}

private func words(_ line: [UInt8]) -> [ArraySlice<UInt8>] {
  line.split { $0 == 0x20 || (0x09...0x0d).contains($0) }
}

/// How a JSON value is built, whatever its texts are.
private func shape(_ value: JSON) -> String {
  switch value {
  case .array(let elements): "[" + elements.map(shape).joined(separator: ",") + "]"
  case .object(let members): "{" + members.map { shape($0.value) }.joined(separator: ",") + "}"
  case .null, .bool, .number, .string: value.kind
  }
}

/// The input is a value, a NUL, and a template.
func checkTemplate(_ data: [UInt8]) {
  let parts = data.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
  guard parts.count == 2, let value = String(validating: parts[0], as: UTF8.self) else { return }
  // These are false for an `if`, so another text is rendered.
  if value.isEmpty || value == "false" { return }
  let template: Template
  do throws(TemplateError) {
    template = try Template(parsing: Array(parts[1]), file: "f")
  } catch {
    require(error.description.hasPrefix("f line "), error.description)
    return
  }
  if let plain = render(template, "plain", .yaml), let text = render(template, value, .yaml) {
    require(breaks(plain) == breaks(text), "a value adds no line to YAML")
  }
  checkYAML(template, parts[1], value)
  checkJSON(template, value)
  for format in [ConfigFormat.text, .shell, .preseed, .kickstart, .ipxe, .xml, .toml] {
    guard let plain = render(template, "plain", format), let text = render(template, value, format)
    else { continue }
    if format != .xml {
      require(lines(plain).count == lines(text).count, "a value adds no line to \(format)")
    }
    switch format {
    case .preseed: checkPreseed(plain, text, value)
    case .kickstart: checkKickstart(plain, text)
    case .ipxe: checkIPXE(plain, text)
    case .xml: require(xmlShape(plain) == xmlShape(text), "a value is no markup of XML")
    case .text, .shell, .yaml, .json, .toml: break
    }
  }
  checkTOML(value)
}

/// What cloud-init takes for YAML: no script, no mail, nothing of jinja's.
private func isYAML(_ text: ArraySlice<UInt8>) -> Bool {
  let words = String(decoding: text, as: UTF8.self).lowercased()
  if words.contains("content-type:") || words.contains("mime-version:") { return false }
  return text.first { $0 != 0x20 && !(0x09...0x0d).contains($0) } != UInt8(ascii: "#")
}

/// A value is in place of a word that no template holds, and nothing else changes.
private func checkYAML(_ template: Template, _ author: ArraySlice<UInt8>, _ value: String) {
  let word = "0qz"
  guard isYAML(author), !String(decoding: author, as: UTF8.self).contains(word),
    let plain = render(template, word, .yaml), let text = render(template, value, .yaml),
    let expected = try? YAMLReader.events(plain, flowIndentation: .free)
  else { return }
  let got = try? YAMLReader.events(text, flowIndentation: .free)
  require(got?.count == expected.count, "a value leaves YAML what it is")
  for (one, other) in zip(expected, got ?? []) {
    require(one.tag == other.tag && one.anchor == other.anchor, "a value is no part of a tag")
    guard case .scalar(let old, _) = one.kind, case .scalar(let new, _) = other.kind else {
      require(one.kind == other.kind, "a value is no syntax of YAML")
      continue
    }
    let same = replaced(Array(old.utf8), Array(word.utf8), Array(value.utf8)) == Array(new.utf8)
    require(same, "a value stays what it is in YAML")
  }
}

/// Byte by byte, for what stands beside a word could be one character with it.
private func replaced(_ text: [UInt8], _ word: [UInt8], _ value: [UInt8]) -> [UInt8] {
  var result: [UInt8] = []
  var rest = text[...]
  while let byte = rest.first {
    let isWord = rest.starts(with: word)
    result += isWord ? value : [byte]
    rest = rest.dropFirst(isWord ? word.count : 1)
  }
  return result
}

/// Which strings a text of TOML has can be told without a reader only where it is known to be TOML.
private let tomlTemplates = [
  "a = {{metadata.x}}\nz = 1\n", "a = \"p{{metadata.x}}\" # {{metadata.x}}\nz = 1\n",
  "a = \"\"\"\n\"\"{{metadata.x}}\"\"\\\n {{metadata.x}}\"\"\"\nz = 1\n",
  "a = [{{metadata.x}}, '{{metadata.x}}'] # c\nz = {b = {{metadata.x}}, c = 1}\n",
  "a = '\u{27}'p{{metadata.x}}''s{{metadata.x}}\u{27}''\nz = 1\n",
  "\"{{metadata.x}}\" = 1\n[t.'{{metadata.x}}']\nz = 1\n",
]

private func checkTOML(_ value: String) {
  for text in tomlTemplates {
    guard let template = try? Template(parsing: Array(text.utf8), file: "f"),
      let plain = render(template, "plain", .toml), let text = render(template, value, .toml)
    else { continue }
    require(tomlShape(plain) == tomlShape(text), "a value is no syntax of TOML")
  }
}

private func checkJSON(_ template: Template, _ value: String) {
  guard let plain = render(template, "plain", .json),
    let expected = try? JSONReader.read(plain), let text = render(template, value, .json)
  else { return }
  let got = try? JSONReader.read(text)
  require(got.map(shape) == shape(expected), "a value stays one value of JSON")
}

/// Questions, with lines that a backslash joins in one.
private func questions(_ text: [UInt8]) -> [[UInt8]] {
  var joined: [[UInt8]] = []
  var isOpen = false
  for line in text.split(separator: 0x0a, omittingEmptySubsequences: false) {
    var line = Array(line)
    if line.last == 0x0d { line.removeLast() }
    let goesOn = line.last == UInt8(ascii: "\\")
    if goesOn { line.removeLast() }
    if isOpen { joined[joined.count - 1] += line } else { joined.append(line) }
    isOpen = goesOn
  }
  return joined
}

private func checkPreseed(_ plain: [UInt8], _ text: [UInt8], _ value: String) {
  let (expected, got) = (questions(plain), questions(text))
  require(expected.count == got.count, "a value joins no lines of preseed")
  let isPlain = value.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "_./:@%+=,-".utf8.contains($0) }
  if isPlain { return }
  for (one, other) in zip(expected, got) {
    if words(one).first?.first == UInt8(ascii: "#") {
      require(words(other).first?.first == UInt8(ascii: "#"), "a comment stays one")
    } else {
      require(words(one).prefix(3).elementsEqual(words(other).prefix(3)), "a question stays itself")
    }
  }
}

private func checkKickstart(_ plain: [UInt8], _ text: [UInt8]) {
  for (one, other) in zip(lines(plain), lines(text)) {
    let (first, second) = (words(one).first, words(other).first)
    if first?.first == UInt8(ascii: "%") || second?.first == UInt8(ascii: "%") {
      require(first == second, "a value begins and ends no section")
    }
  }
}

private func checkIPXE(_ plain: [UInt8], _ text: [UInt8]) {
  func isSyntax(_ word: ArraySlice<UInt8>) -> Bool {
    ["||", "&&", ";"].contains { word.elementsEqual($0.utf8) }
  }
  func settings(_ line: [UInt8]) -> Int {
    zip(line, line.dropFirst()).count { $0 == UInt8(ascii: "$") && $1 == UInt8(ascii: "{") }
  }
  let (expected, got) = (questions(plain), questions(text))
  require(expected.count == got.count, "a value joins no lines of iPXE")
  for (one, other) in zip(expected, got) {
    func code(_ line: [UInt8]) -> [ArraySlice<UInt8>] {
      Array(words(line).prefix { $0.first != UInt8(ascii: "#") })
    }
    require(
      code(one).count(where: isSyntax) == code(other).count(where: isSyntax),
      "a value is no command of iPXE")
    require((code(one).isEmpty) == (code(other).isEmpty), "a value makes and ends no comment")
    if code(one).count == words(one).count {
      require(code(other).count == words(other).count, "a value begins no comment")
      require(settings(one) == settings(other), "a value is no setting of iPXE")
    }
  }
}

/// Tags without what stands in their quotes, and where texts, comments and the rest are.
private func xmlShape(_ text: [UInt8]) -> [[UInt8]] {
  var shape: [[UInt8]] = [[]]
  var rest = text[...]
  func skip(_ start: String, _ end: String, as mark: String?) -> Bool {
    guard rest.starts(with: start.utf8) else { return false }
    rest = rest.dropFirst(start.utf8.count)
    if let mark { shape.append(Array(mark.utf8)) }
    while !rest.isEmpty, !rest.starts(with: end.utf8) { rest = rest.dropFirst() }
    rest = rest.dropFirst(end.utf8.count)
    return true
  }
  while let byte = rest.first {
    if byte != UInt8(ascii: "<") {
      rest = rest.dropFirst()
      continue
    }
    if skip("<![CDATA[", "]]>", as: nil) || skip("<!--", "-->", as: "comment")
      || skip("<?", "?>", as: "instruction")
    {
      continue
    }
    // What a DOCTYPE holds is left alone: no value stands there.
    if rest.starts(with: "<!".utf8) { return shape }
    var tag: [UInt8] = []
    var quote: UInt8 = 0
    while let byte = rest.first {
      rest = rest.dropFirst()
      if quote == 0 { tag.append(byte) }
      if byte == quote {
        quote = 0
      } else if quote == 0, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if quote == 0, byte == UInt8(ascii: ">") {
        break
      }
    }
    shape.append(tag)
  }
  return shape
}

/// What stands outside of strings and comments.
private func tomlShape(_ text: [UInt8]) -> [UInt8] {
  var shape: [UInt8] = []
  var index = 0
  func starts(_ mark: [UInt8]) -> Bool { text[index...].starts(with: mark) }
  while index < text.count {
    let byte = text[index]
    if byte == UInt8(ascii: "#") {
      while index < text.count, text[index] != 0x0a { index += 1 }
      continue
    }
    index += 1
    shape.append(byte)
    guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else { continue }
    // Two more open a long string where a value is expected; elsewhere they are an empty one.
    let isValue = shape.dropLast().last { $0 != 0x20 && $0 != 0x09 && $0 != 0x0a && $0 != 0x0d }
    let isLong = starts([byte, byte]) && isValue.map { "=[,".utf8.contains($0) } ?? false
    if isLong { index += 2 }
    let end = [UInt8](repeating: byte, count: isLong ? 3 : 1)
    while index < text.count, !starts(end) {
      if !isLong, text[index] == 0x0a { break }
      index += byte == UInt8(ascii: "\"") && text[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    var count = 0
    while index < text.count, starts([byte]), count < (isLong ? 5 : 1) {
      index += 1
      count += 1
    }
  }
  return shape
}
