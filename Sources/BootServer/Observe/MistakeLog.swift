// BootServer/Observe: what clients got wrong, and how often that is worth a warning.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import Text

/// A name that is not there, and a token that does not fit: a warning, once a minute for each name and client.
///
/// Belongs to one loop.
struct MistakeLog {
  private struct Key: Hashable {
    let client: String
    let path: [UInt8]
  }

  private var said: [Key: Instant] = [:]
  private static let seconds = 60
  private static let mostKept = 1024

  /// What clients look for without expecting it: signatures, cloud-init's optional files, shim's.
  private static let probes: [String] = [
    ".sig", ".asc", "/vendor-data", "/network-config", "revocations.efi", "/favicon.ico",
    "autoexec.ipxe", ".DIGESTS", "/robots.txt",
  ]

  /// - Returns: how grave it is; `nil`: as its event says.
  mutating func severity(of record: ExchangeRecord) -> Event.Severity? {
    guard let head = record.head, record.event.severity != .debug else { return nil }
    let path = head.path
    if Self.probes.contains(where: { path.suffix($0.utf8.count).elementsEqual($0.utf8) }) {
      return nil
    }
    // The profile's name stands in the query.
    var name = Array(path.prefix(256))
    if case .profile(let profile)? = record.event.subject { name += [0x3f] + profile }
    let key = Key(client: record.peer.hostText, path: name)
    let now = Instant.now
    if let last = said[key], now < last.advanced(seconds: Self.seconds) { return .info }
    if said.count >= Self.mostKept { said.removeAll(keepingCapacity: true) }
    said[key] = now
    return .warning
  }
}
