// BootServer/Handlers: boot scripts.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import Text

/// Answers `?profile=NAME` with the profile's boot script.
///
/// Rendered scripts are kept, and served again while every file they were made from is as it was.
final class ScriptHandler {
  private let store: FileStore
  private let base: RequestBase
  /// Whether a machine reports with the token in its config, and in no other way.
  private let reportsByToken: Bool
  /// The profile that answers for one that is not there.
  private let fallback: [UInt8]?
  /// How a machine is sent to its own disk.
  private let localBoot: LocalBoot
  private var cache = ScriptCache()

  /// The loop's present turn.
  var turn: UInt64 { store.turn }

  init(
    store: FileStore, base: RequestBase, reportsByToken: Bool, fallback: [UInt8]?,
    localBoot: LocalBoot
  ) {
    self.fallback = fallback
    self.localBoot = localBoot
    self.store = store
    self.base = base
    self.reportsByToken = reportsByToken
  }

  /// - Parameter profile: as the query names it; empty: the script without a version.
  func respond(_ request: Request, profile: [UInt8]) -> Outcome {
    do throws(Interruption) {
      return .respond(try script(request, profile, .byName).response)
    } catch {
      switch error {
      case .pending(let file): return .wait(file)
      case .refused(let response): return .respond(response)
      case .failed(.unknown) where fallback.map { $0 != profile } ?? false:
        return inPlace(of: profile, request)
      case .failed(let failure):
        var response = failure.response()
        response.event.name = .script
        response.event.subject = .profile(Array(profile.prefix(256)))
        return .respond(response)
      }
    }
  }

  /// The original's users asked for it: a machine whose profile is not there gets one that is.
  private func inPlace(of profile: [UInt8], _ request: Request) -> Outcome {
    let outcome = respond(request, profile: fallback ?? [])
    guard case .respond(var response) = outcome else { return outcome }
    response.event.warn(
      "there is no profile \(String(decoding: profile.prefix(256), as: UTF8.self))")
    return .respond(response)
  }

  /// A profile's script, rendered or kept.
  func script(
    _ request: Request, _ profile: [UInt8], _ occasion: ScriptOccasion
  ) throws(Interruption) -> RenderedScript {
    let base = base.of(request)
    let key = ScriptCache.Key(profile: profile, base: base, occasion: occasion)
    if let script = cache.current(key, turn: store.turn) { return script }
    let looked = LoopFiles(store, request.delivered, isLate: request.isLate)
    var builder = ScriptBuilder(looked.files, base: base, reportsByToken: reportsByToken)
    builder.localBoot = localBoot
    let built: BuiltScript
    do throws(ScriptBuilder<PendingFile>.Stop) {
      built = try builder.script(profile: profile, occasion)
    } catch {
      switch error {
      case .pending(let file): throw .pending(file)
      case .failed(let failure): throw .failed(failure)
      }
    }
    let script = RenderedScript(built, profile: profile, server: base)
    cache.keep(
      key, script, looked.dependencies(built.dependencies),
      seconds: built.lack != nil ? 1 : built.isPassing ? 5 : 60,
      turn: store.turn)
    return script
  }
}
