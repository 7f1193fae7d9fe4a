// BootTests/YAML: events as the public suite writes them.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// The notation of yaml-test-suite: an event a line, without the stream's own two.
enum YAMLNotation {
  static func text(_ events: [YAMLEvent]) -> String {
    events.compactMap(line).joined(separator: "\n")
  }

  /// What a text reads to, or the error's sentence.
  static func read(_ text: String) -> String {
    do throws(YAMLError) {
      return Self.text(try YAMLReader.events(Array(text.utf8)))
    } catch {
      return error.description
    }
  }

  private static func line(_ event: YAMLEvent) -> String? {
    let properties =
      (event.anchor.map { " &\($0)" } ?? "") + (event.tag.map { " <\($0)>" } ?? "")
    switch event.kind {
    case .streamStart, .streamEnd: return nil
    case .documentStart(let isExplicit): return isExplicit ? "+DOC ---" : "+DOC"
    case .documentEnd(let isExplicit): return isExplicit ? "-DOC ..." : "-DOC"
    case .mappingStart(let style): return "+MAP" + (style == .flow ? " {}" : "") + properties
    case .mappingEnd: return "-MAP"
    case .sequenceStart(let style): return "+SEQ" + (style == .flow ? " []" : "") + properties
    case .sequenceEnd: return "-SEQ"
    case .alias(let name): return "=ALI *\(name)"
    case .scalar(let text, let style):
      return "=VAL\(properties) \(indicator(style))\(escaped(text))"
    }
  }

  private static func indicator(_ style: YAMLScalarStyle) -> String {
    switch style {
    case .plain: ":"
    case .singleQuoted: "'"
    case .doubleQuoted: "\""
    case .literal: "|"
    case .folded: ">"
    }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "\u{8}": result += "\\b"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
