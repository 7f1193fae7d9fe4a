// Boot/Template: a config with places for what differs by machine.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A parsed template: text, variables, snippets, conditions; nothing that loops or runs.
///
/// `{{name}}`, `{{include "snippet"}}`, `{{#if name}}...{{/if}}`, each on one line; `\{{` is two
/// braces. A line that holds nothing but an `if`, its end or an `include` leaves no line behind; an
/// `include` alone on its line indents what it includes.
package struct Template: Sendable {
  indirect enum Node: Sendable {
    case text([UInt8])
    case variable(TemplateVariable, line: Int)
    /// `indent`: of a line that holds nothing else; `nil` within a line.
    case include(String, indent: Int?, line: Int)
    case condition(TemplateVariable, [Node])
  }

  /// As messages name it.
  package let file: String
  let nodes: [Node]
  /// The names of the snippets it includes.
  package private(set) var snippets: Set<String> = []
  /// Everything that it names, also in an `if`.
  package private(set) var variables: Set<TemplateVariable> = []
  /// Those that an `if` asks for.
  package private(set) var conditions: Set<TemplateVariable> = []

  /// The keys of metadata that it names.
  package var metadataNames: [String] {
    variables.compactMap { if case .metadata(let key) = $0 { key } else { nil } }
  }

  /// Whether it can be rendered for a machine only.
  ///
  /// - Parameter metadata: what is there without one.
  func needsMachine(_ metadata: Metadata) -> Bool {
    variables.contains { variable in
      switch variable {
      case .machine, .etcdDiscovery: true
      case .metadata(let key): metadata[key] == nil && !conditions.contains(variable)
      case .serverURL, .profile: false
      }
    }
  }

  /// Whether it names what only a machine's profile says.
  package func needsProfile(of machine: Machine) -> Bool {
    variables.contains { variable in
      switch variable {
      case .profile: true
      case .metadata(let key): machine.metadata[key] == nil
      case .machine, .serverURL, .etcdDiscovery: false
      }
    }
  }

  /// - Parameters:
  ///   - file: as messages name it: `configs/node.yml.tmpl`.
  ///   - isSnippet: a snippet cannot include another.
  package init(parsing bytes: [UInt8], file: String, isSnippet: Bool = false) throws(TemplateError)
  {
    self.file = file
    if let encoding = TextEncoding.name(of: bytes) {
      throw TemplateError(
        file: file, line: 1, reason: "the file is \(encoding), not UTF-8; save it as UTF-8")
    }
    if let mark = ByteOrderMark.complaint(about: bytes) {
      throw TemplateError(file: file, line: 1, reason: "the file \(mark)")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw TemplateError(file: file, line: 1, reason: "the file is not UTF-8")
    }
    var reader = TemplateReader(file: file, isSnippet: isSnippet)
    let name = file.hasSuffix(".tmpl") ? String(file.dropLast(5)) : file
    let isJSON = ConfigFormat(fileName: name) == .json
    nodes = try reader.read(isJSON ? DataURLReader.decoded(bytes, file: file) : bytes)
    snippets = reader.snippets
    variables = reader.variables
    conditions = reader.asked
  }
}
