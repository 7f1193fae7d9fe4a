// BootServer/Handlers: whether a machine can boot its script.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import Text

/// Finds out what a script names for a machine and the machine could not have; belongs to one loop.
final class ScriptLack {
  private struct Tried {
    /// The roster's own, so that thousands cost little.
    let entry: Roster.Entry
    let script: RenderedScript.Making
    let templates: [LoadedTemplate]
  }

  private let files: AnswerFiles
  /// Machines for which all was well.
  private var tried: [MachineID: Tried] = [:]
  private static let mostTried = 16384

  init(_ files: AnswerFiles) { self.files = files }

  /// - Returns: `nil`: everything is there, and renders.
  func hold(
    _ script: RenderedScript, for entry: Roster.Entry, _ request: Request
  ) throws(Interruption) -> Hold? {
    if let lack = script.lack { return .file(lack) }
    if script.templates.isEmpty { return nil }
    do throws(Interruption) {
      var loaded: [LoadedTemplate] = []
      for file in script.templates {
        guard let template = try files.template(file, request) else {
          return .file("\(file) is not there any more")
        }
        loaded.append(template)
      }
      if isKnown(script, loaded, entry) { return nil }
      for template in loaded { try files.rehearse(template, for: entry, script.values, request) }
      if tried.count >= Self.mostTried { tried.removeAll() }
      tried[entry.machine.id] = Tried(entry: entry, script: script.making, templates: loaded)
      return nil
    } catch {
      guard case .failed(let failure) = error else { throw error }
      return .file(failure.told, logged: failure.sentence)
    }
  }

  private func isKnown(
    _ script: RenderedScript, _ loaded: [LoadedTemplate], _ entry: Roster.Entry
  ) -> Bool {
    guard let tried = tried[entry.machine.id], tried.script === script.making,
      tried.templates.elementsEqual(loaded, by: ===)
    else { return false }
    return tried.entry === entry || tried.entry.machine == entry.machine
  }
}
