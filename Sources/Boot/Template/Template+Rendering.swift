// Boot/Template: a config for one machine.
// SPDX-License-Identifier: Apache-2.0

import Text

extension Template {
  /// Puts a machine's values in, each so that it stays one value where it stands.
  ///
  /// - Parameter snippets: by name; all of ``snippets``.
  /// - Throws: ``TemplateError`` for a value that cannot stand where it is named, or a key that is not there: 500.
  package func render(
    _ values: TemplateValues, snippets: [String: Template], as format: ConfigFormat
  ) throws(TemplateError) -> [UInt8] {
    var pieces: [TemplatePiece] = []
    try gather(nodes, values, snippets, into: &pieces)
    let cursor = TemplateCursor(pieces)
    try TemplateCheck.start(cursor)
    let isScript = cursor.isAt("#!") && !(format == .ipxe && cursor.isAt("#!ipxe"))
    switch isScript ? .shell : format {
    case .yaml: return try CloudPlacement.place(cursor)
    case .json: return try JSONPlacement.place(cursor)
    case .preseed: return try PreseedPlacement.place(cursor)
    case .kickstart: return try KickstartPlacement.place(cursor)
    case .xml: return try XMLPlacement.place(cursor)
    case .toml: return try TOMLPlacement.place(cursor)
    case .ipxe: return try IPXEPlacement.place(cursor)
    case .shell: return try ShellPlacement.place(cursor)
    case .text: return try TextPlacement.place(cursor)
    }
  }

  private func gather(
    _ nodes: [Node], _ values: TemplateValues, _ snippets: [String: Template],
    into pieces: inout [TemplatePiece]
  ) throws(TemplateError) {
    for node in nodes {
      switch node {
      case .text(let text): pieces.append(.text(text))
      case .variable(let variable, let line):
        let place = TemplatePlace(file: file, line: line, variable: variable)
        guard let value = values.value(variable) else {
          throw place.error(values.lacks(variable))
        }
        pieces.append(.value(value, at: place))
      case .condition(let variable, let nodes):
        if values.value(variable)?.isTrue ?? false {
          try gather(nodes, values, snippets, into: &pieces)
        }
      case .include(let name, let indent, let line):
        guard let snippet = snippets[name] else {
          throw TemplateError(
            file: file, line: line, reason: "there is no configs/snippets/\(name)")
        }
        var included: [TemplatePiece] = []
        try snippet.gather(snippet.nodes, values, [:], into: &included)
        if indent != nil, !Self.endsLine(included) { included.append(.text([0x0a])) }
        pieces += Self.indented(included, by: indent ?? 0)
      }
    }
  }

  private static func endsLine(_ pieces: [TemplatePiece]) -> Bool {
    guard case .text(let text)? = pieces.last else { return pieces.isEmpty }
    return text.last == 0x0a
  }

  /// Every line that is not empty is moved to the right.
  private static func indented(_ pieces: [TemplatePiece], by indent: Int) -> [TemplatePiece] {
    guard indent > 0 else { return pieces }
    let blanks = [UInt8](repeating: 0x20, count: indent)
    var isAtStart = true
    return pieces.flatMap { piece -> [TemplatePiece] in
      guard case .text(let text) = piece else {
        defer { isAtStart = false }
        return isAtStart ? [.text(blanks), piece] : [piece]
      }
      var moved: [UInt8] = []
      for byte in text {
        if isAtStart, byte != 0x0a { moved += blanks }
        moved.append(byte)
        isAtStart = byte == 0x0a
      }
      return [.text(moved)]
    }
  }
}
