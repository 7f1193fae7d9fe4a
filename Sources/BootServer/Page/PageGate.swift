// BootServer/Page: who may pass from a browser to the server's socket.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import Text

/// Looks at each request that comes to `page`: whoever else is on this machine can send one.
final class PageGate: Sendable {
  enum Verdict {
    case pass
    case answer(Response)
  }

  static let seconds = 60
  /// What the page asks for; nothing else is anybody's business.
  private static let paths = ["ui", "machines", "boots", "events", "explain", "image-versions"]

  private let port: UInt16
  private let ends: Instant
  /// `nil` once it was used.
  private let code: Mutex<String?>
  private let sessions = PageSessions(proxies: nil)

  init(port: UInt16, now: Instant = .now) {
    self.port = port
    ends = now.advanced(seconds: Self.seconds)
    code = Mutex(Random.hex(bytes: 24))
  }

  /// Good once, and for a minute; `nil` once it was used.
  var url: String? { code.withLock { $0 }.map { "http://127.0.0.1:\(port)/open/\($0)" } }

  func look(at head: RequestHead, now: Instant = .now) -> Verdict {
    // A name that somebody else's DNS leads here is none of ours.
    guard
      ["127.0.0.1:\(port)", "localhost:\(port)"].contains(where: { ASCII.equal(head.authority, $0) }
      )
    else {
      return .answer(
        .line(.forbidden, "this is the page of coreos-ipxe-server at 127.0.0.1:\(port)"))
    }
    guard let path = RequestPath(head.path) else {
      return .answer(.line(.badRequest, "the path holds a malformed percent escape"))
    }
    let isReading = head.method == .get || head.method == .head
    if head.method == .get, path.segments.first == Array("open".utf8) {
      return .answer(open(path.name(at: 1), head, now))
    }
    guard sessions.has(head, now: now) else {
      return .answer(
        .line(
          .forbidden,
          "the page opens by the URL that coreos-ipxe-server page printed, once; start it"
            + " again for another"))
    }
    guard isReading || PageSessions.isOrigin(head.first(.origin), of: head.authority) else {
      return .answer(PageSessions.otherOrigin)
    }
    if path.segments.isEmpty { return .answer(Self.redirect) }
    guard !path.climbs, let first = path.segments.first,
      Self.paths.contains(where: { first.elementsEqual($0.utf8) })
    else { return .answer(.line(.notFound, "the page asks for no such thing")) }
    return .pass
  }

  private func open(_ word: String, _ head: RequestHead, _ now: Instant) -> Response {
    let isRight = code.withLock { code in
      guard now < ends, let expected = code, BearerToken.isEqual(word, expected) else {
        return false
      }
      code = nil
      return true
    }
    guard isRight else {
      return .line(
        .forbidden,
        "this URL was good once, and for \(Self.seconds) seconds; start coreos-ipxe-server page again"
      )
    }
    // No redirect: where the URL was clicked on another site, its browser would keep the cookie back.
    var response = Response(
      .ok,
      text:
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>coreos-ipxe-server</title>"
        + "<meta http-equiv=\"refresh\" content=\"0;url=/ui/\"><p><a href=\"/ui/\">Open the page</a></p>",
      type: "text/html; charset=utf-8")
    response.add("Set-Cookie", PageSessions.cookie(sessions.begin(now: now), for: head.authority))
    response.add("Referrer-Policy", "no-referrer")
    response.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    return response
  }

  private static var redirect: Response {
    var response = Response(.seeOther)
    response.add("Location", "/ui/")
    return response
  }
}
