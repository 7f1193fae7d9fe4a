// BootServer: the URL table.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP

/// One row: a path, or everything beneath it where it ends in a slash; `*` is any one segment.
struct Route: Sendable {
  let path: String
  let endpoint: Endpoint
  let allowed: [Method]
  let access: Access
  /// The row is there only where this dialect is spoken.
  let dialect: Dialect?
  /// Whether the path holds names of machines, which may have any byte in them: it is matched by its
  /// segments, and never redirected.
  let isRaw: Bool
  /// Whether a body is read; else it is passed over.
  let takesBody: Bool
  /// Whether who has logged in to the page may ask, too.
  let takesCookie: Bool
  private let segments: [[UInt8]]
  private let isPrefix: Bool

  /// The whole interface; `docs/api.md` has a row for each.
  static let table: [Route] = [
    Route("/", .script, [.get, .head, .post]),
    Route("/boot.ipxe", .entry, [.get, .head, .post]),
    Route("/autoexec.ipxe", .entry, [.get, .head, .post]),
    Route("/menu.ipxe", .menu, [.get, .head, .post]),
    Route("/failed.ipxe", .failed, [.get, .head, .post]),
    Route("/keys", .keys, [.get, .head]),
    Route("/healthz", .health, [.get, .head]),
    Route("/metrics", .metrics, [.get, .head]),
    Route("/configs", .treeRoot, [.get, .head]),
    Route("/profiles", .treeRoot, [.get, .head]),
    Route("/images", .treeRoot, [.get, .head]),
    Route("/configs/", .configs, [.get, .head]),
    Route("/profiles/", .tree, [.get, .head]),
    Route("/images/", .tree, [.get, .head]),
    Route("/answers/*", .answers, [.post], .machine, isRaw: true, takesBody: true),
    Route("/seed/m/", .machineSeed, [.get, .head], .machine, isRaw: true),
    Route("/seed/p/", .profileSeed, [.get, .head], isRaw: true),
    Route("/machines", .machines, [.get, .head], .operators, isRaw: true),
    Route("/machines/*/installed", .report(.installed), [.post], .machine, isRaw: true),
    Route("/machines/*/running", .report(.running), [.post], .machine, isRaw: true),
    Route("/machines/*/audit", .audit, [.get, .head], .operators, isRaw: true),
    Route(
      "/machines/*", .machine, [.get, .head, .put, .patch, .delete], .operators, isRaw: true,
      takesBody: true),
    Route("/machines/", .nothing, every, isRaw: true),
    Route("/state", .state, [.get, .head], .operators),
    Route("/state/trust", .trust, [.post], .operators),
    Route("/state/backup", .backup, [.get, .head], .operators),
    Route("/doubts", .doubts, [.get, .head, .post], .operators, takesBody: true),
    Route("/explain", .explain, [.get, .head], .operators),
    Route("/image-versions", .imageVersions, [.get, .head], .operators),
    Route("/ui", .treeRoot, [.get, .head]),
    Route("/ui/login", .login, [.get, .head, .post], takesBody: true),
    Route("/ui/logout", .logout, [.post], .operators),
    Route("/ui/profiles", .pageProfiles, [.get, .head], .operators),
    Route("/ui/", .page, [.get, .head]),
    Route("/boots", .boots, [.get, .head], .operators),
    Route("/boots/*", .machineBoots, [.get, .head], .operators, isRaw: true),
    Route("/events", .events, [.get, .head], .operators),
    Route("/events/recent", .recentEvents, [.get, .head], .operators),
    Route("/etcd/new", .newToken, [.put, .post]),
    Route("/etcd/", .discovery, [.get, .head, .post, .put, .delete]),
    Route("/admin/hosts", .mayuList, [.get, .head], dialect: .mayu, isRaw: true),
    Route("/admin/host/", .mayu, [.put], dialect: .mayu, isRaw: true, takesBody: true),
    Route("/admin/", .nothing, every, dialect: .mayu, isRaw: true),
    Route("/install/sbin/public/setPxeboot.cgi", .stacki, [.get, .head], dialect: .stacki),
  ]

  /// What the page asks for.
  private static let ofThePage: Set<String> = [
    "/machines", "/machines/*", "/machines/*/audit", "/boots", "/boots/*", "/events", "/explain",
    "/image-versions", "/ui/logout", "/ui/profiles",
  ]

  /// Of places where nothing is, which is said before any method is looked at.
  private static let every: [Method] = [.get, .head, .post, .put, .patch, .delete]

  private init(
    _ path: String, _ endpoint: Endpoint, _ allowed: [Method], _ access: Access = .anyone,
    dialect: Dialect? = nil, isRaw: Bool = false, takesBody: Bool = false
  ) {
    self.path = path
    self.endpoint = endpoint
    self.allowed = allowed
    self.access = access
    self.dialect = dialect
    self.isRaw = isRaw
    self.takesBody = takesBody
    takesCookie = Self.ofThePage.contains(path)
    segments = path.split(separator: "/").map { Array($0.utf8) }
    isPrefix = path.count > 1 && path.hasSuffix("/")
  }

  private func holds(_ bytes: ArraySlice<UInt8>) -> Bool {
    isPrefix ? bytes.starts(with: path.utf8) : bytes.elementsEqual(path.utf8)
  }

  /// A slash at the end says nothing here.
  private func holds(_ names: [[UInt8]]) -> Bool {
    guard isPrefix ? names.count >= segments.count : names.count == segments.count else {
      return false
    }
    return zip(segments, names).allSatisfy { $0 == $1 || $0 == [UInt8(ascii: "*")] }
  }

  /// The row for a path.
  ///
  /// - Parameter hasProfile: whether the query carries `profile=`.
  static func find(
    _ path: RequestPath, hasProfile: Bool, dialects: Set<Dialect> = []
  ) -> Route {
    var segments: [[UInt8]]?
    for route in table where route.dialect.map({ dialects.contains($0) }) ?? true {
      if !route.isRaw {
        if route.holds(path.bytes) { return route }
        continue
      }
      let names = segments ?? path.segments
      segments = names
      if route.holds(names) { return route }
    }
    if isAutoexec(path) { return autoexec }
    return hasProfile ? script : unknown
  }

  static func isAutoexec(_ path: RequestPath) -> Bool {
    path.bytes.suffix(14).elementsEqual("/autoexec.ipxe".utf8)
  }

  /// iPXE looks for it in the folder that it was loaded from.
  static let autoexec = Route("", .entry, [.get, .head, .post])
  private static let script = Route("", .script, [.get, .head, .post])
  private static let unknown = Route("", .nothing, [.get, .head])
}
