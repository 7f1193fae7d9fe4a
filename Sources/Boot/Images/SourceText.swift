// Boot/Images: paths and URLs with holes.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A text of a source row: `{version}/flatcar_production_pxe.vmlinuz`.
package struct SourceText: Hashable, Sendable {
  /// What a hole stands for.
  package enum Hole: String, CaseIterable, Sendable {
    /// The channel's word, the default one where a version is named.
    case channel
    /// Upstream's word for the processor.
    case arch
    case version
    /// The file that a digest file or a place is about.
    case file
  }

  /// As the row has it.
  let text: String

  /// - Throws: the rest of a sentence, where a hole is none of `holes` or a brace stands alone.
  init(_ text: String, holes: [Hole]) throws(SourceFault) {
    self.text = text
    var rest = Substring(text)
    while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      let known = holes.map { "{\($0.rawValue)}" }
      guard let hole = known.first(where: { rest[brace...].hasPrefix($0) }) else {
        let end = rest[brace...].firstIndex(of: "}") ?? rest.indices.last ?? brace
        throw SourceFault(
          "has \(rest[brace...end]), but \(known.isEmpty ? "no hole" : known.joined(separator: ", ")) may stand there"
        )
      }
      rest = rest[brace...].dropFirst(hole.count)
    }
  }

  /// A row's path: relative, no `..`, and no dot names unless they are asked for.
  static func path(
    _ text: String, holes: [Hole], dotNames: Bool = false
  ) throws(SourceFault) -> SourceText {
    let path = try SourceText(text, holes: holes)
    if let fault = SafePath.fault(text, dotNames: dotNames, braces: true) {
      throw SourceFault(fault)
    }
    return path
  }

  /// With its holes filled; a hole that has no value here stays.
  func filled(_ values: [Hole: String]) -> String {
    var result = ""
    var rest = Substring(text)
    while let brace = rest.firstIndex(of: "{") {
      result += rest[..<brace]
      rest = rest[brace...]
      let hole = Hole.allCases.first { rest.hasPrefix("{\($0.rawValue)}") }
      guard let hole, let value = values[hole] else {
        result.append(rest.removeFirst())
        continue
      }
      result += value
      rest = rest.dropFirst(hole.rawValue.count + 2)
    }
    return result + rest
  }
}

/// What is wrong with a text, as the rest of a sentence.
struct SourceFault: Error, Equatable {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}

/// Paths of upstream's, and of ours below a version's folder.
enum SafePath {
  /// What is wrong with a relative path, as the rest of a sentence.
  static func fault(_ text: String, dotNames: Bool = false, braces: Bool = false) -> String? {
    if text.isEmpty { return "is empty" }
    if text.utf8.count > 1000 { return "is longer than 1000 bytes" }
    if text.hasPrefix("/") { return "is an absolute path; it must be relative" }
    if text.contains("://") { return "is a URL; it must be a path below \"base\"" }
    for byte in text.utf8 where !isPlain(byte) && !(braces && (byte == 0x7b || byte == 0x7d)) {
      return "holds \(shown(byte)), which no path may hold"
    }
    for name in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      if name.isEmpty { return "has two slashes in a row or one at its end" }
      if name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) {
        return "holds . or .. and could climb"
      }
      if !dotNames, name.first == UInt8(ascii: ".") { return "holds a name that begins with a dot" }
      if name.count > 255 { return "holds a name of more than 255 bytes" }
    }
    return nil
  }

  /// Printable ASCII without what a URL, a shell or a pattern would take for something else.
  static func isPlain(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte) || plain.contains(byte)
  }

  private static let plain = Array("/._+~-@=,:!".utf8)

  private static func shown(_ byte: UInt8) -> String {
    byte > 0x20 && byte < 0x7f
      ? String(decoding: [byte], as: UTF8.self)
      : byte == 0x20 ? "a blank" : "the byte \(Hex.text([byte]))"
  }
}
