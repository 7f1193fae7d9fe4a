// Boot/Machines/Profiles: one value of a match.
// SPDX-License-Identifier: Apache-2.0

import Text

/// One value of a `match`.
struct Pattern: Equatable {
  private enum Kind: Equatable {
    case exact(String)
    case prefix(String)
    case network(IPNetwork)
  }

  private let kind: Kind

  /// - Returns: `nil` for what can match nothing.
  init?(_ text: String, _ key: MatchRule.Key) {
    let text = text.lowercased()
    let isPrefix = text.hasSuffix("*")
    let stem = isPrefix ? String(text.dropLast()) : text
    if stem.isEmpty && !isPrefix || stem.contains("*") { return nil }
    switch key {
    case .mac, .uuid:
      let digits = Self.bare(stem)
      guard digits.utf8.allSatisfy({ Hex.value($0) != nil }) else { return nil }
      let isWhole = key == .mac ? MACAddress(stem) != nil : MachineUUID(stem) != nil
      let most = key == .mac ? 12 : 32
      guard isPrefix ? digits.utf8.count < most : isWhole else { return nil }
      kind = isPrefix ? .prefix(digits) : .exact(digits)
    case .ip:
      if isPrefix {
        guard stem.utf8.allSatisfy({ Self.isAddressByte($0) }) else { return nil }
        kind = .prefix(stem)
      } else {
        guard let network = IPNetwork(stem) else { return nil }
        kind = .network(network)
      }
    case .serial, .asset, .hostname, .platform, .buildarch:
      kind = isPrefix ? .prefix(stem) : .exact(stem)
    }
  }

  private static func isAddressByte(_ byte: UInt8) -> Bool {
    byte == 0x2e || byte == 0x3a || Hex.value(byte) != nil
  }

  static func explanation(_ key: MatchRule.Key) -> String {
    switch key {
    case .mac: "no MAC address, whole or with a * at its end"
    case .uuid: "no UUID of one machine alone, whole or with a * at its end"
    case .ip: "no address and no network such as 10.0.0.0/24"
    case .serial, .asset, .hostname, .platform, .buildarch:
      "empty, or has a * elsewhere than at its end"
    }
  }

  /// Without the separators that people write differently.
  static func bare(_ text: String) -> String {
    String(decoding: text.utf8.filter { !":-.".utf8.contains($0) }, as: UTF8.self)
  }

  /// - Returns: how much of the value was asked for; `Int.max` for all of it.
  func match(_ value: String) -> Int? {
    switch kind {
    case .exact(let text): value == text ? Int.max : nil
    case .prefix(let text): value.hasPrefix(text) ? text.utf8.count : nil
    case .network(let network): network.match(value)
    }
  }

  /// What an index has it under; `nil` where a machine may match it and not be found there.
  func anchor(_ key: MatchRule.Key) -> Anchor? {
    switch kind {
    case .exact(let text): return .exact(key, text)
    case .prefix(let text):
      // Letters that Unicode writes in two ways are compared, and not looked up.
      let isPlain = text.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "-_.:/ ".utf8.contains($0) }
      return isPlain ? .prefix(key, text) : nil
    case .network(let network): return .network(network)
    }
  }
}
