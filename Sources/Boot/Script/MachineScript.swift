// Boot/Script: a script for one machine.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Fills a machine's values into a script.
package struct MachineScript {
  let entry: Roster.Entry
  let values: TemplateValues

  /// - Parameters:
  ///   - server: what URLs of this server begin with.
  ///   - profile: what the machine's profile gives to templates.
  package init(_ entry: Roster.Entry, server: String, profile: ProfileValues) {
    self.entry = entry
    values = TemplateValues(entry, server: server, profile: profile)
  }

  /// The whole script.
  ///
  /// - Throws: ``ScriptFailure`` for a value that cannot stand where it is named: the machine is held.
  package func text(_ pieces: [ScriptPiece]) throws(ScriptFailure) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(2048)
    for piece in pieces {
      switch piece {
      case .text(let bytes): text += bytes
      case .hole(let hole): hole.append(entry, to: &text)
      case .words(let words): try append(words, to: &text)
      case .path(let variable, let file, let key):
        let found = try value(variable, file: file, key: key)
        text += PercentCoding.encodedPath(found.utf8)
      case .choice(let alternatives):
        if let found = alternatives.first(where: { $0.needs.allSatisfy(has) }) {
          text += try self.text(found.pieces)
        }
      case .template(let template, let snippets):
        do throws(TemplateError) {
          text += try template.render(values, snippets: snippets, as: .ipxe)
        } catch {
          throw ScriptFailure(error)
        }
      }
    }
    return text
  }

  private func has(_ need: ScriptPiece.Need) -> Bool {
    let value = values.value(need.variable)?.string ?? ""
    return !value.isEmpty && (need.isShown || value != "false")
  }

  private func append(
    _ words: KernelWords, to text: inout [UInt8]
  ) throws(ScriptFailure) {
    do throws(BootError) {
      try words.append(
        to: &text,
        value: { (variable) throws(BootError) in
          guard let value = values.value(variable) else {
            if case .metadata = variable { return "" }
            throw .badValue(file: words.file, key: words.key, reason: values.lacks(variable))
          }
          return value.string
        },
        hole: { (hole, text) in hole.append(entry, to: &text) })
    } catch {
      throw ScriptFailure(error)
    }
  }

  /// What stands in a path; it names something in there, and nothing above.
  private func value(
    _ variable: TemplateVariable, file: String, key: String
  ) throws(ScriptFailure) -> String {
    let value = values.value(variable)?.string ?? ""
    let climbs = value.split(separator: "/").contains { $0 == ".." || $0 == "." }
    if !value.isEmpty, !climbs { return value }
    let what = climbs ? "climbs out of the path" : "is empty"
    throw ScriptFailure(
      .badArgument(
        file: file, key: key, reason: "needs {{\(variable.name)}}, which \(what)",
        value: Array(value.utf8)))
  }
}
