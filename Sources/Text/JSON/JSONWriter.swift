// Text/JSON: writing JSON.
// SPDX-License-Identifier: Apache-2.0

/// Writes values so that every reader reads them back.
package enum JSONWriter {
  /// The text in quotes; escaped are quotes, backslashes and control characters, nothing else.
  ///
  /// - Parameter bytes: what is not UTF-8 becomes U+FFFD.
  package static func quoted(_ bytes: some Sequence<UInt8>) -> String {
    quoted(String(decoding: Array(bytes), as: UTF8.self))
  }

  /// The text as a JSON string, in its quotes.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0"..<" ", "\u{7f}":
        result += "\\u" + Hex.text(UInt64(scalar.value), bytes: 2)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// A value on one line or, with an `indent`, on a line for each member and element.
  package static func text(_ value: JSON, indent: Int = 0) -> String {
    var result = ""
    append(value, to: &result, indent: indent, level: 0)
    return result
  }

  private static func append(_ value: JSON, to result: inout String, indent: Int, level: Int) {
    switch value {
    case .null: result += "null"
    case .bool(let bool): result += bool ? "true" : "false"
    case .number(let text): result += text
    case .string(let text): result += quoted(text)
    case .array(let elements):
      list(elements, "[", "]", to: &result, indent: indent, level: level) { element, result in
        append(element, to: &result, indent: indent, level: level + 1)
      }
    case .object(let members):
      list(members, "{", "}", to: &result, indent: indent, level: level) { member, result in
        result += quoted(member.name) + (indent > 0 ? ": " : ":")
        append(member.value, to: &result, indent: indent, level: level + 1)
      }
    }
  }

  private static func list<Element>(
    _ elements: [Element], _ open: String, _ close: String, to result: inout String, indent: Int,
    level: Int, _ append: (Element, inout String) -> Void
  ) {
    result += open
    for (index, element) in elements.enumerated() {
      if index > 0 { result += "," }
      if indent > 0 { result += "\n" + String(repeating: " ", count: indent * (level + 1)) }
      append(element, &result)
    }
    if indent > 0, !elements.isEmpty {
      result += "\n" + String(repeating: " ", count: indent * level)
    }
    result += close
  }
}
