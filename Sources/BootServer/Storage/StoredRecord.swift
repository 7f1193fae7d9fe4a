// BootServer/Storage: a record with its token.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// A record, and the token of its generation.
final class StoredRecord: Sendable {
  let machine: Machine
  let token: String
  private let knownDigest: Digest?

  init(_ machine: Machine, token: String, digest: Digest? = nil) {
    self.machine = machine
    self.token = token
    knownDigest = digest
  }

  /// Of its file as we write it.
  var digest: Digest { knownDigest ?? Digest(machine) }
}
