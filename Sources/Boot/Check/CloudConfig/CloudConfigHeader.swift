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
    let line = firstLine(bytes)
    return line == header[...] ? .cloudConfig : .wrong(complaint(bytes[...], line), line: 1)
  }

  /// As cloud-init takes it: blanks and empty lines in front do not count, nor do capitals.
  static func cloudInit(_ bytes: [UInt8]) -> CloudConfigHeader {
    if let kind = kindOfCloudInitOnly(bytes) { return .other(kind) }
    let text = bytes.drop(while: isSpace)
    if text.isEmpty || text.starts(with: "#!".utf8) { return .silent }
    if ASCII.equal(text.prefix(header.count), "#cloud-config") { return .cloudConfig }
    let line = 1 + bytes[..<text.startIndex].count { $0 == 0x0a }
    return .wrong(complaint(text, firstLine(text)), line: line)
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

  private static func complaint(_ bytes: ArraySlice<UInt8>, _ line: ArraySlice<UInt8>) -> String {
    let right = "the first line must be \"#cloud-config\""
    if let mark = ByteOrderMark.complaint(about: bytes) { return "the file \(mark)" }
    if line.isEmpty { return "the first line is empty; \(right)" }
    if line.starts(with: header), line.dropFirst(header.count).first == 0x0d {
      return "the lines end in CR alone, so the whole file is one; end them in LF"
    }
    if line.first == UInt8(ascii: "{") { return "the file is JSON, but no Ignition; \(right)" }
    let text = String(decoding: line.prefix(200), as: UTF8.self)
    if CloudConfigText.nearest(to: text, in: ["#cloud-config"]) != nil {
      return "\(CloudConfigText.quoted(text)) is no header; did you mean \"#cloud-config\"?"
    }
    return "\(right) or begin with \"#!\", and is \(CloudConfigText.quoted(text))"
  }
}
