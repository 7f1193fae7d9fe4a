// BootServer/Storage: the file of etcd's tokens.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Tokens of etcd's discovery by cluster: `clusters.json`.
enum ClusterTokens {
  static let fileName = "clusters.json"

  static func json(_ clusters: [String: String]) -> JSON {
    .object(clusters.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) })
  }

  static func fileText(_ clusters: [String: String]) -> [UInt8] {
    Array((JSONWriter.text(json(clusters), indent: 2) + "\n").utf8)
  }

  /// - Returns: `nil` for what is no object of strings.
  static func read(_ value: JSON) -> [String: String]? {
    guard case .object(let members) = value else { return nil }
    var clusters: [String: String] = [:]
    for member in members {
      guard case .string(let token) = member.value else { return nil }
      clusters[member.name] = token
    }
    return clusters
  }

  static func read(file bytes: [UInt8]) -> [String: String]? {
    (try? JSONReader.read(bytes)).flatMap { read($0) }
  }
}
