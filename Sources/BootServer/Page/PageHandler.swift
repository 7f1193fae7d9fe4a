// BootServer/Page: the page, and how one gets in and out.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Answers for `/ui/...` and for what only the page asks for.
struct PageHandler {
  let machines: MachineService
  let root: DataRoot
  let base: RequestBase
  let shelf: ImageShelf

  private static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    + " img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

  /// The page's own files; at `/ui/` itself the page, or where one logs in.
  func respond(_ request: Request, _ path: ArraySlice<UInt8>) -> Outcome {
    guard request.isTrusted || machines.apiToken != nil else { return .respond(Self.noPage) }
    let name = String(decoding: path.dropFirst("/ui/".utf8.count), as: UTF8.self)
    if name.isEmpty { return .respond(front(request)) }
    guard let asset = PageAsset.all[name] else {
      return .respond(Self.secured(.line(.notFound, "the page has no such file")))
    }
    let verdict = Preconditions(entityTag: asset.tag, modified: Int.max).verdict(for: request.head)
    var response = Response(verdict == .notModified ? .notModified : .ok)
    if verdict != .notModified {
      response.add("Content-Type", asset.type)
      response.add("X-Content-Type-Options", "nosniff")
      response.body = [.bytes(asset.bytes)]
    }
    response.add("ETag", asset.tag)
    response.setCaching("no-cache")
    return .respond(Self.secured(response))
  }

  private func front(_ request: Request) -> Response {
    if request.isTrusted { return Self.html(.ok, PageAsset.appOfSocket) }
    let token = BearerToken.of(request.head)
    let isIn = token.map { BearerToken.isEqual($0, machines.apiToken ?? "") }
    return Self.html(
      .ok, isIn ?? machines.sessions.has(request.head) ? PageAsset.app : PageAsset.login(nil))
  }

  /// `POST /ui/login`: the token in a form, or as a Bearer.
  func logIn(_ request: Request) -> Outcome {
    guard let expected = machines.apiToken else { return .respond(Self.noPage) }
    guard request.head.method == .post else { return .respond(Self.toThePage(.login)) }
    let token = BearerToken.of(request.head) ?? Self.token(in: request.body)
    var response: Response
    switch machines.sessions.logIn(token, expected: expected, from: request.peer) {
    case .done(let session):
      response = Self.toThePage(.login)
      response.add("Set-Cookie", machines.sessions.cookie(session, for: request))
    case .wrong:
      response = Self.html(.forbidden, PageAsset.login("That is not the server’s token."))
      response.event = Event(.login)
      response.event.fail("a wrong token")
    case .wait(let seconds):
      response = Self.html(
        .tooManyRequests,
        PageAsset.login("Too many wrong tokens. Try again in \(seconds) seconds."))
      response.add("Retry-After", "\(seconds)")
      response.event = Event(.login)
      response.event.fail("too many wrong tokens in a minute; it waits for \(seconds) s")
    }
    return .respond(response)
  }

  func logOut(_ request: Request) -> Outcome {
    machines.sessions.logOut(request.head)
    var response = Response(.noContent)
    response.add("Set-Cookie", machines.sessions.cookie(nil, for: request))
    response.event = Event(.logout)
    return .respond(Self.secured(response))
  }

  private static func token(in body: [UInt8]) -> String {
    guard body.count <= 8192 else { return "" }
    for (name, value) in QueryParameters(body[...]) where name.elementsEqual("token".utf8) {
      return String(decoding: ASCII.trimmed(value[...]), as: UTF8.self)
    }
    return ""
  }

  /// The names of the profiles that a machine can be claimed for.
  func profiles() -> Outcome {
    let machines = machines
    return machines.chore("profiles") {
      let names = machines.profiles.current.candidates.map(\.name).sorted()
      let text = JSONWriter.text(.array(names.map { .string($0) }))
      var response = Response(.ok, text: text + "\n", type: "application/json")
      response.event = Event(.page)
      return Self.secured(response)
    }
  }

  /// What `images list --json` prints.
  func imageVersions(_ request: Request) -> Outcome {
    let (machines, root, shelf, base) = (machines, root, shelf, base.of(request))
    let snapshot = machines.register.snapshot
    return machines.chore("images") {
      var response: Response
      do throws(CommandError) {
        let uses = ImageUses(
          DiskFiles(root: root).files, base: base,
          candidates: machines.profiles.current.candidates, snapshot.roster
        ) { machines.register.sightings[$0].version }
        let text = Terminal.json(try ImagesCommand.json(shelf, uses)) + "\n"
        response = Response(.ok, text: text, type: "application/json")
        response.event = Event(.imageVersions)
      } catch {
        response = .line(.internalServerError, "the folder images/ cannot be read")
        response.event = Event(.imageVersions)
        response.event.fail(error.description)
      }
      return response
    }
  }

  private static var noPage: Response {
    secured(
      .line(
        .notFound,
        "there is no page on the network without --api-token-file; on the server itself"
          + " coreos-ipxe-server page opens it"))
  }

  /// A browser asks for it by GET, with the cookie that it has now; relative, for a proxy may have put
  /// us below a path.
  private static func toThePage(_ event: Event.Name) -> Response {
    var response = Response(.seeOther)
    response.add("Location", "./")
    response.event = Event(event)
    return secured(response)
  }

  private static func html(_ status: Status, _ text: String) -> Response {
    var response = Response(status, text: text, type: "text/html; charset=utf-8")
    response.add("X-Content-Type-Options", "nosniff")
    return secured(response)
  }

  private static func secured(_ response: Response) -> Response {
    var response = response
    response.add("Content-Security-Policy", policy)
    response.add("Referrer-Policy", "no-referrer")
    response.add("X-Frame-Options", "DENY")
    if response.event.name == .answer { response.event = Event(.page) }
    return response
  }
}
