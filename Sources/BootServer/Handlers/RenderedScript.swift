// BootServer/Handlers: a script with what a machine adds.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP

/// A script, and the places in it that differ from machine to machine.
struct RenderedScript: Sendable {
  private enum Kind {
    /// The same for all.
    case same
    /// A machine adds its name and token.
    case named
    /// It holds values of the machine.
    case ofMachine
  }

  /// Tells one making of a script from another.
  final class Making: Sendable {}

  /// The whole of it where nothing differs.
  let response: Response
  /// What its profile gives to templates.
  let values: ProfileValues
  /// Whether its profile has an installer.
  let installs: Bool
  /// The version that it boots; `nil`: none is named.
  let version: String?
  /// Why no machine can boot it.
  let lack: String?
  /// What is rendered for a machine that boots it.
  let templates: [String]
  /// The same for all copies of what was made once.
  let making = Making()
  private let pieces: [ScriptPiece]
  private let kind: Kind
  /// What URLs of this server begin with.
  private let server: String
  /// It as it is for one machine, where that had to be tried.
  private var ready: (entry: Roster.Entry, text: [UInt8])?

  init(response: Response, _ built: BuiltScript, server: [UInt8]) {
    self.response = response
    values = built.values
    installs = built.installs
    version = VersionPlace.isName(built.version) ? built.version : nil
    lack = built.lack
    templates = built.templates
    pieces = built.pieces
    self.server = String(decoding: server, as: UTF8.self)
    var kind = Kind.same
    for piece in pieces {
      switch piece {
      case .text: break
      case .hole: if case .same = kind { kind = .named }
      case .words, .path, .choice, .template: kind = .ofMachine
      }
    }
    self.kind = kind
  }

  /// Bytes, as a cache counts them.
  var size: Int64 { response.contentLength }

  /// The script, once it is certain that a machine can have it.
  ///
  /// - Throws: where one of the machine's values fits nowhere.
  func tried(for entry: Roster.Entry) throws(ScriptFailure) -> RenderedScript {
    guard case .ofMachine = kind else { return self }
    var script = self
    script.ready = (entry, try text(for: entry))
    return script
  }

  /// The script with what is the machine's own in it.
  func response(for entry: Roster.Entry) -> Response {
    var response = response
    switch kind {
    case .same: break
    case .named, .ofMachine:
      do throws(ScriptFailure) {
        response.body = [.bytes(try text(for: entry))]
      } catch {
        response = error.response(for: .machine)
      }
    }
    response.event.isAbout(entry.machine)
    return response
  }

  private func text(for entry: Roster.Entry) throws(ScriptFailure) -> [UInt8] {
    if let ready, ready.entry.token == entry.token, ready.entry.machine == entry.machine {
      return ready.text
    }
    return try MachineScript(entry, server: server, profile: values).text(pieces)
  }
}
