// BootServer: the URL table.
// SPDX-License-Identifier: Apache-2.0

import HTTP

/// One row: a path, or everything beneath it where it ends in a slash.
struct Route: Sendable {
  let path: String
  let endpoint: Endpoint
  let allowed: [Method]
  /// The row is there only where this dialect is spoken.
  let dialect: Dialect?
  /// Whether the path holds names of machines, which may have any byte in them.
  let isRaw: Bool
  /// Whether a POST's body is read; else it is passed over.
  let takesBody: Bool

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
    Route("/state", .state, [.get, .head]),
    Route("/state/trust", .state, [.post]),
    Route("/state/backup", .state, [.get, .head]),
    Route("/doubts", .doubts, [.get, .head, .post], takesBody: true),
    Route("/etcd/", .discovery, [.get, .head, .post, .put, .delete]),
    Route("/admin/hosts", .mayu, [.get, .head], .mayu),
    Route("/admin/host/", .mayu, [.put], .mayu, isRaw: true),
    Route("/install/sbin/public/setPxeboot.cgi", .stacki, [.get, .head], .stacki),
  ]

  private init(
    _ path: String, _ endpoint: Endpoint, _ allowed: [Method], _ dialect: Dialect? = nil,
    isRaw: Bool = false, takesBody: Bool = false
  ) {
    self.path = path
    self.endpoint = endpoint
    self.allowed = allowed
    self.dialect = dialect
    self.isRaw = isRaw
    self.takesBody = takesBody
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
