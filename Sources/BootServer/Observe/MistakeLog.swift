// BootServer/Observe: what is worth a warning, and how often.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import Text

/// What clients ask for again and again: the first of each is a warning, and the next one after a while.
///
/// A name that is not there, and a token that does not fit, once a minute for each name and client; a machine
/// of which no record says that it waits, once in ten minutes for each client and reason. One for all loops.
final class MistakeLog: Sendable {
  private struct Key: Hashable {
    let client: String
    let what: [UInt8]
  }

  private let said = Mutex<[Key: Instant]>([:])
  private static let mistakeSeconds = 60
  private static let holdSeconds = 600
  private static let mostKept = 1024

  /// What clients look for without expecting it: signatures, cloud-init's optional files, shim's.
  private static let probes: [String] = [
    ".sig", ".asc", "/vendor-data", "/network-config", "revocations.efi", "/favicon.ico",
    "autoexec.ipxe", ".DIGESTS", "/robots.txt",
  ]

  /// Whether clients ask for it without expecting it.
  ///
  /// - Parameter path: as it was sent.
  static func isProbe(_ path: ArraySlice<UInt8>) -> Bool {
    probes.contains { path.suffix($0.utf8.count).elementsEqual($0.utf8) }
  }

  /// How grave a name that is not there is, or a token that does not fit; else as its event says.
  func severityOfMistake(_ record: ExchangeRecord) -> Event.Severity {
    let severity = record.event.severity
    guard let head = record.head, severity != .debug else { return severity }
    let path = head.path
    if Self.isProbe(path[...]) { return severity }
    // The profile's name stands in the query.
    var name = Array(path.prefix(256))
    if case .profile(let profile)? = record.event.subject { name += [0x3f] + profile }
    return isNews(record, name, seconds: Self.mistakeSeconds) ? .warning : .info
  }

  /// How grave it is that a machine waits; of one with a record its handler has said so already.
  func severityOfHold(_ record: ExchangeRecord) -> Event.Severity {
    if record.event.severity == .debug { return .debug }
    if case .machine? = record.event.subject { return .warning }
    let reason = record.event.fields.first { $0.key == "by" }
    guard case .text(let word)? = reason?.value else { return .warning }
    return isNews(record, Array(word.utf8), seconds: Self.holdSeconds) ? .warning : .debug
  }

  private func isNews(_ record: ExchangeRecord, _ what: [UInt8], seconds: Int) -> Bool {
    let key = Key(client: record.peer.hostText, what: what)
    let now = Instant.now
    return said.withLock { said in
      if let last = said[key], now < last.advanced(seconds: seconds) { return false }
      if said.count >= Self.mostKept { said.removeAll(keepingCapacity: true) }
      said[key] = now
      return true
    }
  }
}
