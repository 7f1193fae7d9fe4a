// BootServer/Handlers: what iPXE gets in place of an error that it would not show.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Turns an answer without a script into a script that tells a person why there is none.
///
/// iPXE shows neither the body of a 404 or 500 nor that of a 503; other clients get the status and the line
/// as they are. The log keeps the status.
struct ConsoleAnswer {
  let store: FileStore
  let base: RequestBase
  let words: ConsoleWords
  /// Whether anybody may see which profiles there are.
  let listsProfiles: Bool
  /// More profiles than these are not looked through for a name that is nearly right.
  private static let mostNames = 1000
  private static let shownNames = 5

  /// Whether the client is iPXE.
  static func isIPXE(_ request: Request) -> Bool {
    request.head.first(.userAgent)?.starts(with: "iPXE/".utf8) ?? false
  }

  /// - Parameter asksForReason: whether a machine that is held can be told so by a script.
  func told(_ outcome: Outcome, _ request: Request, asksForReason: Bool) -> Outcome {
    guard Self.isIPXE(request) else { return outcome }
    switch outcome {
    case .wait: return outcome
    case .respond(let response):
      let names: [String]
      do throws(PendingFile) {
        names = try self.names(response, request)
      } catch {
        return .wait(error)
      }
      return .respond(words.told(response, names, base.of(request), asksForReason))
    case .work(let work):
      let (words, base) = (words, base.of(request))
      return .work { done in
        work { result in
          guard case .respond(let response) = result else { return done(result) }
          done(.respond(words.told(response, [], base, asksForReason)))
        }
      }
    }
  }

  /// For a profile that is not there: what may have been meant.
  private func names(
    _ response: Response, _ request: Request
  ) throws(PendingFile) -> [String] {
    guard response.status == .notFound, listsProfiles, words.saysWhy,
      case .profile(let profile)? = response.event.subject
    else { return [] }
    let name = String(decoding: profile, as: UTF8.self)
    let folder = name.lastIndex(of: "/").map { String(name[...$0]) } ?? ""
    guard let path = RelativePath(("profiles/" + folder).dropLast().utf8) else { return [] }
    let found = store.list(path, delivered: request.delivered)
    if case .pending(let file) = found, !request.isLate { throw file }
    guard case .found(.directory(let listed)) = found else { return [] }
    guard listed.entries.count <= Self.mostNames else { return [] }
    let files = listed.entries.map { String(decoding: $0.name, as: UTF8.self) }
    let all = files.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted().map { file in
      folder + String(file.dropLast(5))
    }
    if all.isEmpty { return [] }
    if let near = Nearest.name(to: name, in: all) { return ["Is it \(near)?"] }
    let more = all.count > Self.shownNames ? ", ..." : ""
    return ["There are: " + all.prefix(Self.shownNames).joined(separator: ", ") + more]
  }
}
