// Boot/Template: from a template and a machine to a config.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What the variables stand for.
package struct TemplateValues: Sendable {
  private let machine: Machine
  private let token: String
  /// `http://host[:port][/path]`.
  private let server: String

  package init(_ entry: Roster.Entry, server: String) {
    machine = entry.machine
    token = entry.token
    self.server = server
  }

  /// - Returns: `nil` for a key of metadata that the machine does not have.
  func value(_ variable: TemplateVariable) -> TemplateValue? {
    switch variable {
    case .serverURL: return .text(server)
    case .etcdDiscovery: return machine.etcdToken.map { .text("\(server)/etcd/\($0)") }
    case .machine(let name): return .text(field(name))
    case .metadata(let key):
      switch machine.metadata[key] {
      case .string(let text): return .text(text)
      case .number(let text): return .bare(text)
      case .bool(let bool): return .bare(bool ? "true" : "false")
      case .null, .array, .object, nil: return nil
      }
    }
  }

  private func field(_ name: String) -> String {
    let value: String? =
      switch name {
      case "id": machine.id.description
      case "uuid": machine.uuid?.description
      case "mac": machine.macs.first?.description
      case "serial": machine.serial
      case "asset": machine.asset
      case "hostname": machine.hostname
      case "ip": machine.ip
      case "profile": machine.profile
      case "token": token
      case "installed_url", "running_url":
        "\(server)/machines/\(machine.id)/\(name.dropLast(4))?token=\(token)"
      default: nil
      }
    return value ?? ""
  }

  var metadataNames: [String] { machine.metadata.sorted.map { "metadata.\($0.name)" } }
}

/// What a variable stands for.
enum TemplateValue: Equatable, Sendable {
  case text(String)
  /// A number or a boolean, which needs no quotes.
  case bare(String)

  var string: String {
    switch self {
    case .text(let text), .bare(let text): text
    }
  }

  /// Whether an `if` lets through what it guards.
  var isTrue: Bool {
    switch self {
    case .text(let text): !text.isEmpty && text != "false"
    case .bare(let text): text != "false"
    }
  }
}

/// A piece of a config: what its author wrote, or a value and where it is named.
enum TemplatePiece {
  case text([UInt8])
  case value(TemplateValue, at: TemplatePlace)
}

/// Where a value is named, for messages.
struct TemplatePlace {
  let file: String
  let line: Int
  let name: String

  func error(_ reason: String) -> TemplateError {
    TemplateError(file: file, line: line, reason: "{{\(name)}}: \(reason)")
  }
}

/// What a config is written in.
package enum ConfigFormat: Sendable {
  /// cloud-config; a text that begins with `#!` is a script all the same.
  case yaml
  /// Ignition.
  case json
}

extension Template {
  /// Puts a machine's values in, each so that it stays one value where it stands.
  ///
  /// - Parameter snippets: by name; all of ``snippets``.
  package func render(
    _ values: TemplateValues, snippets: [String: Template], as format: ConfigFormat
  ) throws(TemplateError) -> [UInt8] {
    var pieces: [TemplatePiece] = []
    try gather(nodes, values, snippets, into: &pieces)
    switch format {
    case .json: return try JSONPlacement.place(pieces)
    case .yaml:
      if case .text(let text)? = pieces.first, text.starts(with: "#!".utf8) {
        return try ScriptPlacement.place(pieces)
      }
      var placement = YAMLPlacement()
      return try placement.place(pieces)
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
        let place = TemplatePlace(file: file, line: line, name: variable.name)
        guard let value = values.value(variable) else {
          let near = Nearest.name(to: variable.name, in: values.metadataNames)
          guard case .metadata = variable else { throw place.error("there is none") }
          throw place.error(
            "the machine has no such metadata"
              + (near.map { "; did you mean \"\($0)\"?" }
                ?? "; set it, or guard it with {{#if \(variable.name)}}"))
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

/// Values in a shell script: only what no shell takes for anything but itself.
enum ScriptPlacement {
  static func place(_ pieces: [TemplatePiece]) throws(TemplateError) -> [UInt8] {
    var result: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .value(let value, let place):
        // Our own URLs have one question mark, which no file's name will match.
        let isURL = place.name.hasSuffix("_url")
        let plain = value.string.utf8.allSatisfy {
          ASCII.isAlphanumeric($0) || "_./:@%+=,-".utf8.contains($0)
            || (isURL && $0 == UInt8(ascii: "?"))
        }
        guard plain else {
          throw place.error(
            "its value holds characters that mean something to a shell; a script takes letters,"
              + " digits and _./:@%+=,- only")
        }
        result += value.string.utf8
      }
    }
    return result
  }
}

/// Values in JSON: quoted where they stand bare, escaped where they stand in quotes.
enum JSONPlacement {
  static func place(_ pieces: [TemplatePiece]) throws(TemplateError) -> [UInt8] {
    var result: [UInt8] = []
    var isInString = false
    var isEscaped = false
    for piece in pieces {
      switch piece {
      case .text(let text):
        for byte in text {
          switch byte {
          case UInt8(ascii: "\"") where !isEscaped: isInString.toggle()
          case UInt8(ascii: "\\") where isInString && !isEscaped:
            isEscaped = true
            continue
          default: break
          }
          isEscaped = false
        }
        result += text
      case .value(let value, let place):
        guard !isEscaped else { throw place.error("a backslash stands in front of it") }
        let quoted = JSONWriter.quoted(value.string.utf8)
        switch value {
        case _ where isInString: result += quoted.utf8.dropFirst().dropLast()
        case .bare(let text): result += text.utf8
        case .text: result += quoted.utf8
        }
      }
    }
    return result
  }
}
