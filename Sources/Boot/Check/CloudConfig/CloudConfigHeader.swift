// Boot/Check/CloudConfig: what a file's first line says it is.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What a machine takes a file for.
enum CloudConfigHeader: Equatable {
  /// Its YAML is to be checked.
  case cloudConfig
  /// Nothing to check in it.
  case silent
  /// What it is, which is not checked.
  case other(String)
  /// What is wrong, and at which line.
  case wrong(String, line: Int)

  private static let header = Array("#cloud-config".utf8)

  /// As coreos-cloudinit takes it.
  static func coreOS(_ bytes: [UInt8]) -> CloudConfigHeader {
    if bytes.isEmpty || bytes.starts(with: "#!".utf8) || isIgnition(bytes) { return .silent }
    return firstLine(bytes) == header[...]
      ? .cloudConfig : .wrong(complaint(bytes[...], at: 1), line: 1)
  }

  /// As cloud-init takes it: blanks and empty lines in front do not count, nor do capitals.
  static func cloudInit(_ bytes: [UInt8]) -> CloudConfigHeader {
    if let kind = kindOfCloudInitOnly(bytes) { return .other(kind) }
    let text = bytes.drop(while: isSpace)
    if text.isEmpty { return .silent }
    if text.starts(with: "#!".utf8) { return .other("a script") }
    if ASCII.equal(text.prefix(header.count), "#cloud-config") { return .cloudConfig }
    let line = 1 + bytes[..<text.startIndex].count { $0 == 0x0a }
    return .wrong(complaint(text, at: line), line: line)
  }

  private static let kinds: [(start: String, kind: String)] = [
    ("## template: jinja", "a template in Jinja, which the machine fills in first"),
    ("#include", "a list of other files' addresses"),
    ("#cloud-boothook", "a boot hook"),
    ("#part-handler", "a program that handles parts"),
    ("#upstart-job", "a job of Upstart"),
    ("#cloud-config-archive", "an archive of several configs"),
    ("#cloud-config-jsonp", "a patch in JSON"),
    ("content-type:", "a message of several parts"),
  ]

  /// What a file is that only cloud-init understands, and nobody checks here.
  static func kindOfCloudInitOnly(_ bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0x1f, 0x8b]) { return "compressed" }
    let text = bytes.drop(while: isSpace)
    if let known = kinds.first(where: { ASCII.equal(text.prefix($0.start.utf8.count), $0.start) }) {
      return known.kind
    }
    let isMail = ASCII.equal(text.prefix(13), "mime-version:") || text.starts(with: "From ".utf8)
    return isMail ? "a message of several parts" : nil
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 9 < 5 }

  /// Without the blanks behind it.
  private static func firstLine(_ bytes: some Collection<UInt8>) -> ArraySlice<UInt8> {
    var line = Array(bytes.prefix { $0 != 0x0a })[...]
    while let last = line.last, ASCII.isBlank(last) || last == 0x0d { line.removeLast() }
    return line
  }

  private static func isIgnition(_ bytes: [UInt8]) -> Bool {
    guard bytes.first(where: { !isSpace($0) }) == UInt8(ascii: "{"),
      case .object(let members)? = try? JSONReader.read(bytes)
    else { return false }
    return members.contains { member in
      switch (member.name, member.value) {
      case ("ignitionVersion", .number(let number)): Int(number) != nil
      case ("ignition", .object(let inner)):
        inner.contains {
          if case ("version", .string) = ($0.name, $0.value) { true } else { false }
        }
      default: false
      }
    }
  }

  /// - Parameter line: where the text begins.
  private static func complaint(_ text: ArraySlice<UInt8>, at line: Int) -> String {
    let right = "the first line must be \"#cloud-config\""
    if let mark = ByteOrderMark.complaint(about: text) { return "the file \(mark)" }
    let first = firstLine(text)
    if first.starts(with: header), first.dropFirst(header.count).first == 0x0d {
      return "the lines end in CR alone, so the whole file is one; end them in LF"
    }
    if let place = placeOfHeader(in: text) {
      return "\"#cloud-config\" stands at line \(line + place), and must be the first line"
    }
    if first.isEmpty { return "the first line is empty; \(right)" }
    if first.first == UInt8(ascii: "{") { return "the file is JSON, but no Ignition; \(right)" }
    let shown = String(decoding: first.prefix(200), as: UTF8.self)
    if CloudConfigText.nearest(to: shown, in: ["#cloud-config"]) != nil {
      return "\(CloudConfigText.quoted(shown)) is no header; did you mean \"#cloud-config\"?"
    }
    return "\(right) or begin with \"#!\", and is \(CloudConfigText.quoted(shown))"
  }

  /// How many lines stand in front of the right one, if it is near the start.
  private static func placeOfHeader(in text: ArraySlice<UInt8>) -> Int? {
    text.prefix(4096).split(separator: 0x0a, omittingEmptySubsequences: false)
      .firstIndex { firstLine($0) == header[...] }
  }
}
