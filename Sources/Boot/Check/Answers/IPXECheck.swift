// Boot/Check/Answers: scripts of iPXE.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What iPXE would not understand in a script, as its `script.c` and `exec.c` read it.
package struct IPXECheck {
  /// The commands of all builds from 2019 to 2026, and gPXE's.
  static let commands: Set = [
    "autoboot", "boot", "certfree", "certstat", "certstore", "chain", "choose", "clear", "colour",
    "config", "console", "cpair", "cpuid", "dhcp", "echo", "efimap", "exit", "fcels", "fcstat",
    "fdt", "fetchvar", "form", "gdbstub", "goto", "help", "ibstat", "ifclose", "ifconf",
    "iflinkwait", "ifopen", "ifstat", "imgargs", "imgdecrypt", "imgexec", "imgextract",
    "imgfetch", "imgfree", "imgload", "imgmem", "imgselect", "imgset", "imgstat", "imgtrust",
    "imgverify", "inc", "initrd", "ipstat", "iseq", "isset", "item", "iwlist", "iwstat", "kernel",
    "login", "lotest", "md4sum", "md5sum", "memmap", "menu", "module", "netboot", "nslookup",
    "nstat", "ntp", "param", "params", "pciscan", "ping", "pnplist", "poweroff", "present",
    "profstat", "prompt", "pxebs", "read", "reboot", "route", "sanboot", "sanhook", "sanunhook",
    "set", "sha1sum", "sha1verify", "sha224sum", "sha256sum", "sha384sum", "sha512sum",
    "sha512_224sum",
    "sha512_256sum", "shell", "shim", "show", "sleep", "startpxe", "stoppxe", "sync", "time",
    "usbscan", "userdata", "vcreate", "vdestroy",
  ]

  private var text: AnswerText
  private var labels: Set<[UInt8]> = []
  private var jumps: [Jump] = []

  private struct Jump {
    let label: [UInt8]
    let place: Int
    let isTried: Bool
  }

  /// Finds unknown commands, labels that are nowhere, and quotes that iPXE does not see.
  ///
  /// - Parameter file: as below the data directory.
  package static func findings(_ bytes: [UInt8], file: String) -> [Finding] {
    var check = IPXECheck(text: AnswerText(bytes, file: file))
    if check.text.reportEncoding() { return check.text.findings }
    check.checkStart()
    for tokens in check.lines() where !check.text.isFull { check.read(tokens) }
    let known = check.labels.map { String(decoding: $0, as: UTF8.self) }.sorted().prefix(100)
    for jump in check.jumps where !check.text.isFull && !check.labels.contains(jump.label) {
      check.report(jump, known)
    }
    return check.text.findings
  }

  private init(text: AnswerText) { self.text = text }

  private mutating func checkStart() {
    let bytes = text.bytes
    let isScript = ["#!ipxe", "#!gpxe"].contains { text.isAt(0, $0) }
    let isEnded = text[6].map { $0 == 0x20 || (0x09...0x0d).contains($0) } ?? false
    if isScript, isEnded { return }
    let isLate = bytes.split(separator: 0x0a).contains { $0.starts(with: "#!ipxe".utf8) }
    text.report(
      .error, "ipxe-start", at: 0,
      isScript && bytes.count == 6
        ? "nothing follows \"#!ipxe\"; iPXE wants a line's end behind it"
        : "a script begins with a line \"#!ipxe\""
          + (isLate ? ", and nothing can stand in front of it" : "; write it at the top"))
  }

  /// The words of each line, with those of the lines that a `\` joins to it.
  private func lines() -> [[Range<Int>]] {
    var (result, joined): ([[Range<Int>]], [Range<Int>]) = ([], [])
    for line in text.lines {
      joined += text.words(of: line)
      if !line.isEmpty, text.bytes[line.upperBound - 1] == UInt8(ascii: "\\"),
        let last = joined.popLast()
      {
        let rest = last.lowerBound..<last.upperBound - 1
        if !rest.isEmpty { joined.append(rest) }
        continue
      }
      result.append(joined)
      joined = []
    }
    return result + [joined]
  }

  private mutating func read(_ tokens: [Range<Int>]) {
    var rest = tokens[...]
    if let first = rest.first, text.bytes[first.lowerBound] == UInt8(ascii: ":") {
      labels.insert(Array(text.bytes[first].dropFirst()))
      rest = rest.dropFirst()
    }
    let tried = triedBehind(rest)
    let lastQuote = rest.lastIndex { hasQuote($0) } ?? -1
    var quotes = 0
    while !rest.isEmpty {
      let end = rest.firstIndex { isSyntax($0) } ?? rest.endIndex
      let command = rest[..<end]
      quotes += command.reduce(0) { $0 + text.bytes[$1].count { $0 == UInt8(ascii: "\"") } }
      judge(command, isTried: tried.contains(end))
      guard end < rest.endIndex, !text.isFull else { return }
      if !quotes.isMultiple(of: 2), lastQuote >= end {
        return text.report(
          .warning, "ipxe-quote", at: rest[end].lowerBound,
          "iPXE splits a line at \(text.quoted(rest[end])) also within quotes; write it another way"
        )
      }
      if text.bytes[rest[end].lowerBound] == UInt8(ascii: "#") { return }
      rest = rest[(end + 1)...]
    }
  }

  /// The ends of commands where a `||` takes up what fails, before a `;` or a comment.
  private func triedBehind(_ tokens: ArraySlice<Range<Int>>) -> Set<Int> {
    var (tried, isTried): (Set<Int>, Bool) = ([], false)
    for index in tokens.indices.reversed() where isSyntax(tokens[index]) {
      let word = text.string(tokens[index])
      if word != "&&" { isTried = word == "||" }
      if isTried { tried.insert(index) }
    }
    return tried
  }

  private func hasQuote(_ token: Range<Int>) -> Bool {
    text.bytes[token].contains(UInt8(ascii: "\""))
  }

  private func isSyntax(_ token: Range<Int>) -> Bool {
    text.bytes[token.lowerBound] == UInt8(ascii: "#")
      || ["||", "&&", ";"].contains { text.bytes[token].elementsEqual($0.utf8) }
  }

  private mutating func judge(_ command: ArraySlice<Range<Int>>, isTried: Bool) {
    guard let first = command.first else { return }
    let name = text.string(first)
    if name == "goto", command.count == 2, let target = command.last {
      let label = Array(text.bytes[target])
      if !label.contains(UInt8(ascii: "$")), label.first != UInt8(ascii: "-") {
        jumps.append(Jump(label: label, place: target.lowerBound, isTried: isTried))
      }
    }
    guard !Self.commands.contains(name), !name.contains("${") else { return }
    let isMisspelt = isMisspelt(name)
    if isTried, !isMisspelt { return }
    let hint = AnswerText.hint(for: name, in: Self.commands)
    text.report(
      isMisspelt && !isTried ? .error : .warning, "ipxe-command", at: first.lowerBound,
      "no command is called \(AnswerText.quoted(name))"
        + (hint.isEmpty ? "; an iPXE that does not know it ends the script here" : hint))
  }

  /// Whether a name differs too little from a command's to be one of a newer iPXE.
  private func isMisspelt(_ name: String) -> Bool {
    let length = name.utf8.count
    guard (4...40).contains(length) else { return false }
    return Self.commands.contains { Nearest.distance(name, $0) <= (length > 4 ? 2 : 1) }
  }

  private mutating func report(_ jump: Jump, _ known: ArraySlice<String>) {
    let name = String(decoding: jump.label, as: UTF8.self)
    let severity = jump.isTried ? Finding.Severity.warning : .error
    if jump.label.first == UInt8(ascii: ":"), labels.contains(Array(jump.label.dropFirst())) {
      return text.report(
        severity, "ipxe-label", at: jump.place, "goto wants a label's name without its colon")
    }
    text.report(
      severity, "ipxe-label", at: jump.place,
      "no line begins with the label \(AnswerText.quoted(":" + name))"
        + AnswerText.hint(for: name, in: known))
  }
}
