// BootServer/Handlers: boot scripts.
// SPDX-License-Identifier: Apache-2.0

import HTTP

/// Answers `?profile=NAME` with the profile's boot script.
///
/// Rendered scripts are kept, and served again while every file they were made from is as it was.
final class ScriptHandler {
  private let store: FileStore
  private let configuredBase: [UInt8]?
  private var cache = ScriptCache()

  init(store: FileStore, base: [UInt8]?) {
    self.store = store
    configuredBase = base
  }

  /// - Parameter profile: as the query names it; empty: the script without a version.
  func respond(_ request: Request, profile: [UInt8]) -> Outcome {
    let base = configuredBase ?? Self.base(of: request)
    let key = ScriptCache.Key(profile: profile, base: base)
    if let response = cache.current(key, turn: store.turn) { return .respond(response) }
    var rendering = Rendering(store: store, delivered: request.delivered, base: base)
    do throws(Interruption) {
      let response = try rendering.response(profile: profile)
      cache.keep(key, response, rendering.dependencies, turn: store.turn)
      return .respond(response)
    } catch {
      switch error {
      case .pending(let file): return .wait(file)
      case .failed(let failure):
        var response = failure.response()
        let profile = LogText.pair("profile", profile.prefix(256))
        response.note = LogText.pair("event", "script") + profile + response.note
        return .respond(response)
      }
    }
  }

  /// The request's own idea of this server; without one, the address it came in on.
  private static func base(of request: Request) -> [UInt8] {
    request.head.authority.isEmpty
      ? Array(request.local.description.utf8) : Array(request.head.authority)
  }
}
