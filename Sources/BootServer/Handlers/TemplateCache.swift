// BootServer/Handlers: templates that were read before.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP

/// A template, with the snippets that it includes.
final class LoadedTemplate: Sendable {
  /// As messages name it: `configs/node.yml.tmpl`.
  let file: String
  let template: Template
  let snippets: [String: Template]

  init(file: String, template: Template, snippets: [String: Template]) {
    self.file = file
    self.template = template
    self.snippets = snippets
  }

  var all: [Template] { [template] + snippets.values }
}

/// Templates with the files they were read from; belongs to one loop.
final class TemplateCache {
  private struct Entry {
    let loaded: LoadedTemplate
    let dependencies: [FileDependency]
    /// The loop's turn in which the files were looked at last.
    var checkedTurn: UInt64
  }

  private static let maxEntries = 256
  /// Bytes of one template that is kept.
  private static let maxBytes = 256 << 10
  private var entries: [String: Entry] = [:]

  /// The template, if no file it depends on has changed.
  func current(_ file: String, turn: UInt64) -> LoadedTemplate? {
    guard let entry = entries[file] else { return nil }
    if entry.checkedTurn == turn { return entry.loaded }
    guard entry.dependencies.allSatisfy(\.isCurrent) else {
      entries[file] = nil
      return nil
    }
    entries[file]?.checkedTurn = turn
    return entry.loaded
  }

  /// - Parameter bytes: of the template.
  func keep(_ loaded: LoadedTemplate, bytes: Int, _ dependencies: [FileDependency], turn: UInt64) {
    // A file that was edited a moment ago is read again for the next request.
    guard bytes <= Self.maxBytes, !dependencies.contains(where: \.isVolatile) else { return }
    if entries.count >= Self.maxEntries { entries.removeAll() }
    entries[loaded.file] = Entry(loaded: loaded, dependencies: dependencies, checkedTurn: turn)
  }
}
