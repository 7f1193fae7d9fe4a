// BootServer: the URL table.
// SPDX-License-Identifier: Apache-2.0

import HTTP

/// What a path leads to.
enum Endpoint: Equatable, Sendable {
  /// The boot script of the profile that the query names.
  case script
  case keys
  case health
  /// A tree of the data directory, and its name without the slash.
  case tree
  case treeRoot
  /// Any other path: a script when the query carries `profile=`, else nothing.
  case unknown
}

/// One row: a path, and whether everything beneath it is meant.
struct Route: Sendable {
  let path: String
  let endpoint: Endpoint
  let allowed: [Method]

  /// The whole interface; `docs/api.md` has a row for each.
  static let table: [Route] = [
    Route("/", .script, [.get, .head, .post]),
    Route("/boot.ipxe", .script, [.get, .head, .post]),
    Route("/autoexec.ipxe", .script, [.get, .head, .post]),
    Route("/keys", .keys, [.get, .head]),
    Route("/healthz", .health, [.get, .head]),
    Route("/configs", .treeRoot, [.get, .head]),
    Route("/profiles", .treeRoot, [.get, .head]),
    Route("/images", .treeRoot, [.get, .head]),
    Route("/configs/", .tree, [.get, .head]),
    Route("/profiles/", .tree, [.get, .head]),
    Route("/images/", .tree, [.get, .head]),
  ]

  private init(_ path: String, _ endpoint: Endpoint, _ allowed: [Method]) {
    self.path = path
    self.endpoint = endpoint
    self.allowed = allowed
  }

  /// The row for a clean, decoded path.
  ///
  /// - Parameter hasProfile: whether the query carries `profile=`.
  static func find(_ path: [UInt8], hasProfile: Bool) -> Route {
    for route in table {
      let isTree = route.endpoint == .tree
      if isTree ? path.starts(with: route.path.utf8) : path.elementsEqual(route.path.utf8) {
        return route
      }
    }
    return hasProfile
      ? Route("", .script, [.get, .head, .post]) : Route("", .unknown, [.get, .head])
  }
}

/// The parameters of a query that choose something; the first of each name counts.
struct BootParameters {
  private(set) var profile: [UInt8]?
  private(set) var name: [UInt8]?

  init(_ query: ArraySlice<UInt8>?) {
    guard let query else { return }
    for (key, value) in QueryParameters(query) {
      if profile == nil, key.elementsEqual("profile".utf8) { profile = value }
      if name == nil, key.elementsEqual("name".utf8) { name = value }
    }
  }
}
