// Boot/Template: taking a template apart.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Takes a template apart, line by line.
struct TemplateReader {
  let file: String
  let isSnippet: Bool
  var snippets: Set<String> = []
  var variables: Set<TemplateVariable> = []
  var asked: Set<TemplateVariable> = []
  /// Text that no tag has ended yet.
  private var text: [UInt8] = []
  /// The open conditions, the outermost first; the first level is the template itself.
  private var levels: [[Template.Node]] = [[]]
  private var conditions: [(variable: TemplateVariable, line: Int)] = []
  private var line = 0

  private static let maxDepth = 64
  private static let open = Array("{{".utf8)
  private static let close = Array("}}".utf8)

  init(file: String, isSnippet: Bool) {
    self.file = file
    self.isSnippet = isSnippet
  }

  mutating func read(_ bytes: [UInt8]) throws(TemplateError) -> [Template.Node] {
    var index = 0
    var plain = 0
    while index < bytes.count {
      line += 1
      let start = index
      let hasTag = Self.endLine(bytes, &index)
      guard hasTag else { continue }
      text += bytes[plain..<start]
      try readLine(bytes[start..<index])
      plain = index
    }
    text += bytes[plain...]
    endText()
    if let (variable, line) = conditions.last {
      self.line = line
      throw error("{{#if \(variable.name)}} has no {{/if}}")
    }
    return levels[0]
  }

  /// Goes to the next line.
  ///
  /// - Returns: whether this one holds two braces.
  private static func endLine(_ bytes: [UInt8], _ index: inout Int) -> Bool {
    var hasTag = false
    var previous: UInt8 = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == 0x0a { break }
      if byte == UInt8(ascii: "{"), previous == byte { hasTag = true }
      previous = byte
    }
    return hasTag
  }

  /// Where two of a byte come first.
  private static func pair(_ byte: UInt8, in bytes: ArraySlice<UInt8>) -> Range<Int>? {
    var index = bytes.startIndex
    while index + 1 < bytes.endIndex {
      if bytes[index] == byte, bytes[index + 1] == byte { return index..<(index + 2) }
      index += 1
    }
    return nil
  }

  private mutating func readLine(_ line: ArraySlice<UInt8>) throws(TemplateError) {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0a }
    var core = line.drop(while: isBlank)
    while let last = core.last, isBlank(last) { core = core.dropLast() }
    if core.starts(with: Self.open), core.suffix(2).elementsEqual(Self.close) {
      let inner = core.dropFirst(2).dropLast(2)
      let tag = content(inner)
      let isBlock = tag.hasPrefix("#") || tag.hasPrefix("/") || tag.hasPrefix("include")
      if isBlock, Self.pair(UInt8(ascii: "}"), in: inner) == nil {
        return try read(tag, indent: core.startIndex - line.startIndex)
      }
    }
    var rest = line
    while let start = Self.pair(UInt8(ascii: "{"), in: rest) {
      if start.lowerBound > rest.startIndex, rest[start.lowerBound - 1] == UInt8(ascii: "\\") {
        text += rest[..<(start.lowerBound - 1)]
        text += Self.open
        rest = rest[start.upperBound...]
        continue
      }
      guard let end = Self.pair(UInt8(ascii: "}"), in: rest[start.upperBound...]) else {
        throw error("{{ has no }} on its line; write \\{{ for two braces")
      }
      text += rest[..<start.lowerBound]
      try read(content(rest[start.upperBound..<end.lowerBound]), indent: nil)
      rest = rest[end.upperBound...]
    }
    text += rest
  }

  /// What stands between braces, without blanks around it.
  private func content(_ bytes: ArraySlice<UInt8>) -> String {
    var bytes = bytes.drop { $0 == 0x20 || $0 == 0x09 }
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes = bytes.dropLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func append(_ node: Template.Node) {
    endText()
    levels[levels.count - 1].append(node)
  }

  private mutating func endText() {
    if text.isEmpty { return }
    levels[levels.count - 1].append(.text(text))
    text = []
  }

  private mutating func read(_ tag: String, indent: Int?) throws(TemplateError) {
    if tag.hasPrefix("#if ") {
      let name = String(tag.dropFirst(4).drop { $0 == " " })
      guard conditions.count < Self.maxDepth else {
        throw error("more than \(Self.maxDepth) conditions stand one in another")
      }
      let condition = try variable(name)
      asked.insert(condition)
      conditions.append((condition, line))
      endText()
      levels.append([])
    } else if tag == "/if" {
      endText()
      guard let (variable, _) = conditions.popLast(), let nodes = levels.popLast() else {
        throw error("{{/if}} ends nothing")
      }
      append(.condition(variable, nodes))
    } else if tag.hasPrefix("include ") {
      let name = tag.dropFirst(8).drop { $0 == " " }
      guard name.hasPrefix("\""), name.hasSuffix("\""), name.count > 2 else {
        throw error("an include is written {{include \"NAME\"}}")
      }
      let snippet = String(name.dropFirst().dropLast())
      guard RelativePath(name: snippet.utf8) != nil, !snippet.contains("/") else {
        throw error("\"\(snippet)\" is no file's name in configs/snippets/")
      }
      guard !isSnippet else { throw error("a snippet cannot include another") }
      snippets.insert(snippet)
      append(.include(snippet, indent: indent, line: line))
    } else if tag.hasPrefix("#") || tag.hasPrefix("/") {
      throw error("{{\(tag)}} is nothing here; there are {{#if NAME}} and {{/if}}")
    } else {
      append(.variable(try variable(tag), line: line))
    }
  }

  private mutating func variable(_ name: String) throws(TemplateError) -> TemplateVariable {
    guard let variable = TemplateVariable(name) else {
      let near = Nearest.name(to: name, in: TemplateVariable.known)
      throw error(
        "unknown variable \"\(name)\"; "
          + (near.map { "did you mean \"\($0)\"?" }
            ?? "there are \(TemplateVariable.known.joined(separator: ", "))"))
    }
    variables.insert(variable)
    return variable
  }

  private func error(_ reason: String) -> TemplateError {
    TemplateError(file: file, line: line, reason: reason)
  }
}
