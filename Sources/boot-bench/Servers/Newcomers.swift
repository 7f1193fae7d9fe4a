// boot-bench: machines that nobody knows yet.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// New machines of three kinds, and profiles that take so many of each.
///
/// 45 % ask for a profile that takes 40 % and installs, 35 % for one that takes 30 %, and 20 % for
/// one without a quantity: 10 % are held.
struct Newcomers: Sendable {
  private struct Kind {
    let profile: String
    /// Of its machines' MACs.
    let prefix: String
    let asking: Int
    /// `nil`: any number.
    let quantity: Int?
    let installs: Bool

    var taken: Int { min(asking, quantity ?? asking) }

    /// `match` and `quantity`, and an installer for some.
    var text: String {
      """
      {
        "cloud_config": "bench",\(installs ? "\n  \"install\": {\"rootfstype\": \"btrfs\"}," : "")
        "match": {"mac": "\(prefix):*"},\(quantity.map { "\n  \"quantity\": \($0)," } ?? "")
        "version": "\(BenchData.version)"
      }

      """
    }
  }

  let count: Int
  private let kinds: [Kind]

  init(count: Int) {
    self.count = count
    let (first, second) = (count * 45 / 100, count * 35 / 100)
    kinds = [
      Kind(
        profile: "bench-first", prefix: "52:54:0a", asking: first, quantity: count * 40 / 100,
        installs: true),
      Kind(
        profile: "bench-second", prefix: "52:54:0c", asking: second, quantity: count * 30 / 100,
        installs: false),
      Kind(
        profile: "bench-third", prefix: "52:54:0e", asking: count - first - second, quantity: nil,
        installs: false),
    ]
  }

  /// Machines that no profile has room for.
  var held: Int { count - kinds.map(\.taken).reduce(0, +) }

  func writeProfiles(_ data: BenchData) throws {
    for kind in kinds {
      try Files.write(
        Array(kind.text.utf8), to: "\(data.dataDirectory)/profiles/\(kind.profile).json")
    }
  }

  /// What each machine asks, those of all kinds by turns.
  func steps(host: String, isKeptAlive: Bool) -> [Step] {
    var left = kinds.map(\.asking)
    var steps: [Step] = []
    while steps.count < count {
      for (index, kind) in kinds.enumerated() where left[index] > 0 {
        left[index] -= 1
        steps.append(
          Step(
            path: Self.path(steps.count, kind.prefix), host: host, isKeptAlive: isKeptAlive,
            bodyLength: nil, body: nil, mayBeHeld: kind.quantity != nil))
      }
    }
    return steps
  }

  private static func path(_ number: Int, _ prefix: String) -> String {
    let digits = Hex.text(UInt64(number), bytes: 6)
    let pairs = [16, 8, 0].map { Hex.text(UInt64(number >> $0 & 0xff), bytes: 1) }
    let serial = Hex.text(Array("NEW\(digits)".utf8))
    let mac = (prefix.split(separator: ":").map(String.init) + pairs).joined(separator: "-")
    return "/boot.ipxe?uuid=5e1f0a2c-77d4-4c1b-9b1e-\(digits)&mac=\(mac)&buildarch=x86_64"
      + "&platform=efi&serial_hex=\(serial)&asset_hex=&hostname_hex="
  }

  /// Compares the records on disk with what has to be there.
  ///
  /// - Returns: how many machines are missing, too many, or not where they belong.
  func wrongRecords(in state: String) throws -> Int {
    var found: [String: Int] = [:]
    for name in Files.names(in: "\(state)/machines") where name.hasSuffix(".json") {
      let text = String(decoding: try Files.read("\(state)/machines/\(name)"), as: UTF8.self)
      let profile = Self.value(of: "profile", in: text) ?? "none"
      found["\(profile) \(Self.value(of: "state", in: text) ?? "none")", default: 0] += 1
    }
    var wrong = 0
    for kind in kinds {
      let key = "\(kind.profile) \(kind.installs ? "installing" : "configured")"
      wrong += abs((found.removeValue(forKey: key) ?? 0) - kind.taken)
    }
    wrong += abs((found.removeValue(forKey: "none unknown") ?? 0) - held)
    return wrong + found.values.reduce(0, +)
  }

  /// A string of a record; the server writes one key a line.
  private static func value(of key: String, in text: String) -> String? {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: "\"", omittingEmptySubsequences: false)
      if words.count == 5, words[1] == key { return String(words[3]) }
    }
    return nil
  }
}
