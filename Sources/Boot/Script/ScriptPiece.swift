// Boot/Script: a script in pieces.
// SPDX-License-Identifier: Apache-2.0

/// A piece of a script: what is the same for all, or a place for what a machine adds.
package enum ScriptPiece: Sendable {
  case text([UInt8])
  case hole(ScriptHole)
  /// Words for a kernel that hold a machine's values.
  case words(KernelWords)
  /// A machine's value in a URL's path, for a key of a profile's file.
  case path(TemplateVariable, file: String, key: String)
  /// Of several the first for which the machine lacks nothing; of none of them nothing.
  indirect case choice([Alternative])
  /// A whole script of a user's own.
  case template(Template, snippets: [String: Template])

  /// What may stand in one place.
  package struct Alternative: Sendable {
    let pieces: [ScriptPiece]
    /// What a machine must have for it.
    let needs: [Need]
  }

  /// A machine's value that a text needs.
  struct Need: Sendable {
    let variable: TemplateVariable
    /// Whether it is put into the text; else `false` is as good as nothing.
    let isShown: Bool
  }
}

/// A place for a machine's name and token.
package enum ScriptHole: Sendable {
  /// `?machine=ID&token=TOKEN`.
  case query
  /// `ID/TOKEN`, as a path.
  case seed

  /// Adds what a machine has there.
  package func append(_ entry: Roster.Entry, to text: inout [UInt8]) {
    switch self {
    case .query:
      text += "?machine=".utf8
      entry.machine.id.append(to: &text)
      text += "&token=".utf8
      text += entry.token.utf8
    case .seed:
      entry.machine.id.append(to: &text)
      text.append(0x2f)
      text += entry.token.utf8
    }
  }
}
