// Boot/YAML: anchors, tags and aliases.
// SPDX-License-Identifier: Apache-2.0

import Text

extension YAMLReader {
  var isAtProperty: Bool { next == UInt8(ascii: "&") || next == UInt8(ascii: "!") }

  /// Reads an anchor or a tag (chapters 6.9.1 and 6.9.2).
  mutating func property(into properties: inout YAMLProperties, inFlow: Bool) throws(YAMLError) {
    let start = position
    if properties.isEmpty { properties.start = start }
    if next == UInt8(ascii: "&") {
      if properties.anchor != nil { throw error("a node has one anchor, not two") }
      properties.anchor = try anchorName("an anchor")
    } else {
      if properties.tag != nil { throw error("a node has one tag, not two") }
      properties.tag = try tag()
    }
    guard isSpace(at: position) || inFlow && Self.isFlowIndicator(next) else {
      throw error("a space is missing after the anchor or tag")
    }
    lastEnd = position
  }

  /// Joins what stands on different lines.
  func joined(
    _ first: YAMLProperties, _ second: YAMLProperties
  ) throws(YAMLError) -> YAMLProperties {
    if first.anchor != nil, second.anchor != nil {
      throw error("a node has one anchor, not two", at: second.start)
    }
    if first.tag != nil, second.tag != nil {
      throw error("a node has one tag, not two", at: second.start)
    }
    return YAMLProperties(
      anchor: first.anchor ?? second.anchor, tag: first.tag ?? second.tag,
      start: first.isEmpty ? second.start : first.start)
  }

  /// The name behind `&` or `*`.
  mutating func anchorName(_ what: String) throws(YAMLError) -> String {
    position += 1
    let start = position
    while !isSpace(at: position), !Self.isFlowIndicator(next) { position += 1 }
    if position == start { throw error("\(what) has no name") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  mutating func alias(_ properties: YAMLProperties) throws(YAMLError) {
    let start = position
    if !properties.isEmpty {
      throw error("an alias cannot have an anchor or a tag", at: properties.start)
    }
    let name = try anchorName("an alias")
    emit(.alias(name), from: start, to: position)
  }

  private mutating func tag() throws(YAMLError) -> String {
    let start = position
    position += 1
    if next == UInt8(ascii: "<") { return try verbatimTag(start) }
    let word = position
    while Self.isWord(next) { position += 1 }
    var handle = "!"
    if next == UInt8(ascii: "!") {
      position += 1
      handle = String(decoding: bytes[start..<position], as: UTF8.self)
    } else {
      position = word
    }
    let suffix = position
    while Self.isURI(next), next != UInt8(ascii: "!"), !Self.isFlowIndicator(next) { position += 1 }
    guard let name = Self.decodedURI(bytes[suffix..<position]) else {
      throw error("a % in a tag needs two hexadecimal digits", at: suffix)
    }
    if name.isEmpty {
      if handle == "!" { return "!" }
      throw error("the tag \(handle) has no name", at: start)
    }
    if let prefix = tagHandles[handle] { return prefix + name }
    switch handle {
    case "!": return "!" + name
    case "!!": return "tag:yaml.org,2002:" + name
    default: throw error("the tag handle \(handle) is not declared with %TAG", at: start)
    }
  }

  private mutating func verbatimTag(_ start: Int) throws(YAMLError) -> String {
    position += 1
    let uri = position
    while Self.isURI(next) { position += 1 }
    guard next == UInt8(ascii: ">") else { throw error("the tag !< has no >", at: start) }
    let text = bytes[uri..<position]
    position += 1
    let scheme = text.prefix { $0 != UInt8(ascii: ":") }
    let isGlobal =
      scheme.count < text.count && scheme.first.map(ASCII.isLetter) == true
      && scheme.allSatisfy { Self.isWord($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: ".") }
    guard isGlobal || text.first == UInt8(ascii: "!") && text.count > 1,
      let name = Self.decodedURI(text)
    else { throw error("a tag in !< > begins with ! or is a URI", at: start) }
    return name
  }
}
