// BootServer/Page: who has logged in to the page.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import Text

/// Sessions of people at the page, in memory: a restart ends them all.
final class PageSessions: Sendable {
  private struct State {
    /// By the cookie's value: when it ends.
    var ends: [String: Instant] = [:]
    var limit = LoginLimit()
  }

  /// What a login came to.
  enum Login: Equatable {
    case done(session: String)
    case wrong
    case wait(seconds: Int)
  }

  static let seconds = 12 * 3600
  /// The one that began first ends where there are more.
  static let most = 100
  private static let cookie = "coreos_ipxe_ui"

  private let state = Mutex(State())
  private let proxies: TrustedProxies?

  init(proxies: TrustedProxies?) { self.proxies = proxies }

  /// Compares a token with the server's, unless this address has to wait.
  func logIn(
    _ token: String, expected: String, from address: SocketAddress, now: Instant = .now
  ) -> Login {
    let isRight = BearerToken.isEqual(token, expected)
    let source = LoginLimit.Source(address)
    return state.withLock { state in
      if let seconds = state.limit.secondsToWait(source, now: now) {
        return .wait(seconds: seconds)
      }
      guard isRight else {
        state.limit.addWrong(source, now: now)
        return .wrong
      }
      return .done(session: Self.begin(&state, now))
    }
  }

  /// Begins a session for who has shown already that they may.
  func begin(now: Instant = .now) -> String { state.withLock { Self.begin(&$0, now) } }

  private static func begin(_ state: inout State, _ now: Instant) -> String {
    state.ends = state.ends.filter { now < $0.value }
    while state.ends.count >= most, let first = state.ends.min(by: { $0.value < $1.value }) {
      state.ends[first.key] = nil
    }
    let session = Random.hex(bytes: 32)
    state.ends[session] = now.advanced(seconds: seconds)
    return session
  }

  /// Whether a request has the cookie of a session.
  func has(_ head: RequestHead, now: Instant = .now) -> Bool {
    let values = Self.values(head)
    if values.isEmpty { return false }
    return state.withLock { state in
      values.contains { value in state.ends[value].map { now < $0 } ?? false }
    }
  }

  /// Ends the sessions whose cookies a request has.
  func logOut(_ head: RequestHead) {
    let values = Self.values(head)
    state.withLock { state in
      for value in values { state.ends[value] = nil }
    }
  }

  /// Whether a request by cookie is one of the page's own: a change says where it comes from.
  ///
  /// Cookies do not tell ports apart, and neither does `SameSite`: the origin does.
  func accepts(_ request: Request) -> Bool {
    if request.head.method == .get || request.head.method == .head { return true }
    let host = proxies?.forwardedHost(request) ?? request.head.authority
    return Self.isOrigin(request.head.first(.origin), of: host)
  }

  /// Whether `http://HOST` or `https://HOST` is what the Origin field says.
  static func isOrigin(_ origin: ArraySlice<UInt8>?, of host: ArraySlice<UInt8>) -> Bool {
    guard let origin, !host.isEmpty else { return false }
    let name = String(decoding: host, as: UTF8.self)
    return ["http://", "https://"].contains { ASCII.equal(origin, ($0 + name).lowercased()) }
  }

  static var otherOrigin: Response {
    .line(
      .forbidden,
      "a change by the page's cookie must come from the page itself, and this Origin is not the"
        + " Host; behind a proxy send X-Forwarded-Host and name it with --trusted-proxies")
  }

  /// `Set-Cookie`, as it fits the way on which a request came: where a trusted proxy says that it is TLS,
  /// the browser never sends the cookie without.
  func cookie(_ session: String?, for request: Request) -> String {
    let cookie = Self.cookie(session, for: request.head.authority)
    return proxies?.saysTLS(request) == true ? cookie + "; Secure" : cookie
  }

  /// The same by plain HTTP; without a session the one that ends it.
  static func cookie(_ session: String?, for host: ArraySlice<UInt8>) -> String {
    "\(name(for: host))=\(session ?? ""); Path=/; Max-Age=\(session == nil ? 0 : seconds);"
      + " HttpOnly; SameSite=Strict"
  }

  /// A host's servers on several ports get all cookies of each other: each has a name of its own.
  private static func name(for host: ArraySlice<UInt8>) -> String {
    let text = String(decoding: host, as: UTF8.self)
    guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else { return cookie }
    return cookie + "_" + text[text.index(after: colon)...]
  }

  /// Values of the cookies that may be ours; few, whatever a client sends.
  private static func values(_ head: RequestHead) -> [String] {
    guard let field = head.joined(.cookie) else { return [] }
    let pairs = field.split { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ",") }
    return pairs.lazy.map(ASCII.trimmed).filter { $0.starts(with: cookie.utf8) }.prefix(8)
      .compactMap { pair in
        guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let value = pair[(equals + 1)...]
        return value.count == 64 ? String(decoding: value, as: UTF8.self) : nil
      }
  }
}
