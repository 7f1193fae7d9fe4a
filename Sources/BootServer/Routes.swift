// BootServer: the URL table.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import Text

/// What a path leads to.
enum Endpoint: Equatable, Sendable {
  /// The script of the profile that the query names, or of the machine that it identifies.
  case script
  /// The same; without either the script that asks a machine who it is.
  case entry
  case keys
  case health
  /// A tree of the data directory, and its name without the slash.
  case tree
  case treeRoot
  case configs
  case machines
  case discovery
  case mayu
  case stacki
  /// Any other path: a script when the query carries `profile=`, else nothing.
  case unknown
}

/// One row: a path, or everything beneath it where it ends in a slash.
struct Route: Sendable {
  let path: String
  let endpoint: Endpoint
  let allowed: [Method]
  /// The row is there only where this dialect is spoken.
  let dialect: Dialect?
  /// Whether the path holds names of machines, which may have any byte in them.
  let isRaw: Bool

  /// The whole interface; `docs/api.md` has a row for each.
  static let table: [Route] = [
    Route("/", .script, [.get, .head, .post]),
    Route("/boot.ipxe", .entry, [.get, .head, .post]),
    Route("/autoexec.ipxe", .entry, [.get, .head, .post]),
    Route("/keys", .keys, [.get, .head]),
    Route("/healthz", .health, [.get, .head]),
    Route("/configs", .treeRoot, [.get, .head]),
    Route("/profiles", .treeRoot, [.get, .head]),
    Route("/images", .treeRoot, [.get, .head]),
    Route("/configs/", .configs, [.get, .head]),
    Route("/profiles/", .tree, [.get, .head]),
    Route("/images/", .tree, [.get, .head]),
    Route("/machines", .machines, [.get, .head]),
    Route("/machines/", .machines, [.get, .head, .post, .put, .patch, .delete], isRaw: true),
    Route("/etcd/", .discovery, [.get, .head, .post, .put, .delete]),
    Route("/admin/hosts", .mayu, [.get, .head], .mayu),
    Route("/admin/host/", .mayu, [.put], .mayu, isRaw: true),
    Route("/install/sbin/public/setPxeboot.cgi", .stacki, [.get, .head], .stacki),
  ]

  private init(
    _ path: String, _ endpoint: Endpoint, _ allowed: [Method], _ dialect: Dialect? = nil,
    isRaw: Bool = false
  ) {
    self.path = path
    self.endpoint = endpoint
    self.allowed = allowed
    self.dialect = dialect
    self.isRaw = isRaw
  }

  private func holds(_ path: ArraySlice<UInt8>) -> Bool {
    let isPrefix = self.path.utf8.count > 1 && self.path.utf8.last == UInt8(ascii: "/")
    return isPrefix
      ? path.starts(with: self.path.utf8) : path.elementsEqual(self.path.utf8)
  }

  /// The row for a clean, decoded path.
  ///
  /// - Parameter hasProfile: whether the query carries `profile=`.
  static func find(
    _ path: [UInt8], hasProfile: Bool, dialects: Set<Dialect> = []
  ) -> Route {
    let found = table.first { route in
      (route.dialect.map { dialects.contains($0) } ?? true) && route.holds(path[...])
    }
    if let found { return found }
    return hasProfile
      ? Route("", .script, [.get, .head, .post]) : Route("", .unknown, [.get, .head])
  }

  /// Whether a path as the request has it leads to a row that takes it as it is.
  static func isRaw(_ path: ArraySlice<UInt8>, dialects: Set<Dialect>) -> Bool {
    table.contains { route in
      route.isRaw && (route.dialect.map { dialects.contains($0) } ?? true) && route.holds(path)
    }
  }
}

/// The parameters of a query that choose something; the first of each name counts.
struct BootParameters {
  /// Only where it comes before any parameter of an identity: what a machine says of itself must
  /// not choose its profile.
  private(set) var profile: [UInt8]?
  private(set) var name: [UInt8]?
  private(set) var identity = BootIdentity()

  init(_ query: ArraySlice<UInt8>?) {
    guard let query else { return }
    var parameters = QueryParameters(query)
    while let (rawName, rawValue) = parameters.nextRaw() {
      guard let key = Self.key(rawName) else { continue }
      if key.elementsEqual(Self.profileKey) {
        if profile == nil, !identity.isAsked {
          profile = PercentCoding.decoded(rawValue, plusIsSpace: true)
        }
      } else if let (parameter, isHex) = BootIdentity.parameter(key) {
        identity.read(parameter, PercentCoding.decoded(rawValue), isHex: isHex)
      } else if name == nil, key.elementsEqual(Self.nameKey) {
        name = PercentCoding.decoded(rawValue, plusIsSpace: true)
      }
    }
  }
}

extension BootParameters {
  private static let profileKey = Array("profile".utf8)
  private static let nameKey = Array("name".utf8)

  /// A parameter's name, decoded where it needs that: hardly any does.
  private static func key(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let isPlain = name.allSatisfy { $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") }
    return isPlain ? name : PercentCoding.decoded(name, plusIsSpace: true)?[...]
  }
}

/// The parameters of a request about one machine.
struct MachineParameters {
  private(set) var machine: MachineID?
  private(set) var token: String?
  private(set) var size: [UInt8]?

  init(_ head: RequestHead) {
    var parameters = QueryParameters(head.query ?? [])
    while let (name, rawValue) = parameters.nextRaw() {
      guard let value = PercentCoding.decoded(rawValue) else { continue }
      let text = String(decoding: value, as: UTF8.self)
      if machine == nil, name.elementsEqual("machine".utf8) { machine = MachineID(text) }
      if token == nil, name.elementsEqual("token".utf8) { token = text }
      if size == nil, name.elementsEqual("size".utf8) { size = value }
    }
    if token == nil { token = BearerToken.of(head) }
  }
}

/// `Authorization: Bearer TOKEN` (RFC 6750 section 2.1).
enum BearerToken {
  static func of(_ head: RequestHead) -> String? {
    guard let field = head.first(.authorization) else { return nil }
    let scheme = field.prefix(7)
    guard ASCII.equal(scheme, "bearer ") else { return nil }
    return String(decoding: ASCII.trimmed(field.dropFirst(7)), as: UTF8.self)
  }

  /// Compares in a time that does not tell how much was right.
  static func isEqual(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard left.count == right.count, !left.isEmpty else { return false }
    return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
