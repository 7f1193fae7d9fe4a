// BootServer/Fleet: etcd's discovery.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Tokens of etcd's discovery protocol, kept in an etcd with its v2 API.
struct EtcdDiscovery: Sendable {
  /// Without a slash at its end.
  let etcd: String
  /// Members of a cluster, where nobody says otherwise.
  let size: Int
  /// Until then an etcd that did not answer is not asked again: those who wait behind would wait long.
  private let restsUntil = Mutex(Instant(nanoseconds: 0))

  init(etcd: String, size: Int) {
    self.etcd = etcd
    self.size = size
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Makes a token for a cluster of this many members; waits for the etcd.
  func makeToken(size: Int) throws(Failure) -> String {
    guard restsUntil.withLock({ $0 < Instant.now }) else {
      throw Failure(description: "the etcd at \(etcd) made no token a moment ago")
    }
    let token = Random.hex(bytes: 16)
    let ended: Child.Ended
    do throws(Child.Failure) {
      ended = try Child("curl", seconds: 15).run([
        "--silent", "--show-error", "--fail", "--max-time", "5", "--noproxy", "*", "--request",
        "PUT", "--data", "value=\(size)", location(of: "\(token)/_config/size"),
      ])
    } catch {
      throw Failure(description: error.description)
    }
    guard ended.status == 0 else {
      restsUntil.withLock { $0 = Instant.now.advanced(seconds: 5) }
      let line = ended.complaint.split(separator: "\n").first ?? "curl gives no reason"
      throw Failure(description: "the etcd at \(etcd) made no token: \(line)")
    }
    return token
  }

  /// Where an etcd keeps what belongs to a token (etcd, Documentation/v2/discovery_protocol.md).
  func location(of rest: String) -> String { "\(etcd)/v2/keys/_etcd/registry/\(rest)" }
}
