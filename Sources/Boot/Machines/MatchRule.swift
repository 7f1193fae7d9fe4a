// Boot/Machines: which machines a profile asks for.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A profile's `match`: every key must match, by one of its values.
package struct MatchRule: Equatable, Sendable {
  /// What can be matched, the weightiest first.
  package enum Key: String, CaseIterable, Sendable, Comparable {
    case uuid, mac, serial, asset, hostname, ip, platform, buildarch

    package static func < (left: Key, right: Key) -> Bool {
      guard let left = allCases.firstIndex(of: left), let right = allCases.firstIndex(of: right)
      else { return false }
      return left < right
    }
  }

  /// In the order of ``Key``.
  private let patterns: [(key: Key, values: [Pattern])]

  package static func == (left: MatchRule, right: MatchRule) -> Bool {
    left.patterns.elementsEqual(right.patterns) { $0 == $1 }
  }

  /// Reads the value of `match`.
  ///
  /// - Parameter file: as messages name it.
  init(_ value: JSON, file: String) throws(BootError) {
    guard case .object(let members) = value else {
      throw .badValue(file: file, key: "match", reason: "must be an object, but is \(value.kind)")
    }
    var found: [(key: Key, values: [Pattern])] = []
    for member in members {
      func wrong(_ reason: String) -> BootError {
        .badValue(file: file, key: "match.\(member.name)", reason: reason)
      }
      guard let key = Key(rawValue: Profile.folded(member.name)) else {
        let known = Key.allCases.map(\.rawValue)
        throw wrong("is none of \(known.joined(separator: ", "))")
      }
      guard !found.contains(where: { $0.key == key }) else { throw wrong("is there twice") }
      let texts: [JSON]
      if case .array(let list) = member.value { texts = list } else { texts = [member.value] }
      var values: [Pattern] = []
      for text in texts {
        guard case .string(let text) = text else {
          throw wrong("must be a string or a list of strings, but holds \(text.kind)")
        }
        guard let pattern = Pattern(text, key) else {
          throw wrong("holds \"\(text)\", which is \(Pattern.explanation(key))")
        }
        values.append(pattern)
      }
      guard !values.isEmpty else { throw wrong("holds no value, so it would match no machine") }
      found.append((key, values))
    }
    guard !found.isEmpty else {
      throw .badValue(
        file: file, key: "match", reason: "holds no key; leave it out, or say what to match")
    }
    patterns = found.sorted { $0.key < $1.key }
  }

  /// How specific a match is; of two the greater one wins.
  struct Weight: Equatable, Comparable {
    let key: Key
    /// Of that key: `Int.max` is exact, else the length of a prefix.
    let length: Int
    let keys: Int

    static func < (left: Weight, right: Weight) -> Bool {
      if left.key != right.key { return left.key > right.key }
      return (left.length, left.keys) < (right.length, right.keys)
    }
  }

  /// - Returns: `nil` where the machine does not match.
  func weight(for machine: Machine) -> Weight? {
    var first: Weight?
    for (key, values) in patterns {
      let told = Self.values(key, of: machine)
      let lengths = values.compactMap { pattern in told.compactMap { pattern.match($0) }.max() }
      guard let length = lengths.max() else { return nil }
      if first == nil { first = Weight(key: key, length: length, keys: patterns.count) }
    }
    return first
  }

  private static func values(_ key: Key, of machine: Machine) -> [String] {
    switch key {
    case .mac: machine.macs.map { Pattern.bare($0.description) }
    case .uuid: machine.uuid.map { [Pattern.bare($0.description)] } ?? []
    case .serial: machine.serial.map { [$0.lowercased()] } ?? []
    case .asset: machine.asset.map { [$0.lowercased()] } ?? []
    case .hostname: machine.hostname.map { [$0.lowercased()] } ?? []
    case .ip: machine.ip.map { [$0.lowercased()] } ?? []
    case .platform: machine.platform.map { [$0] } ?? []
    case .buildarch: machine.arch.map { [$0] } ?? []
    }
  }
}

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
    String(text.unicodeScalars.filter { $0 != ":" && $0 != "-" && $0 != "." }.map(Character.init))
  }

  /// - Returns: how much of the value was asked for; `Int.max` for all of it.
  func match(_ value: String) -> Int? {
    switch kind {
    case .exact(let text): value == text ? Int.max : nil
    case .prefix(let text): value.hasPrefix(text) ? text.utf8.count : nil
    case .network(let network): network.match(value)
    }
  }
}

/// A network of IPv4 or IPv6, or one address.
struct IPNetwork: Equatable {
  private let bytes: [UInt8]
  private let bits: Int

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let bytes = Self.bytes(parts[0]) else { return nil }
    let all = bytes.count * 8
    guard parts.count == 2 else {
      (self.bytes, bits) = (bytes, all)
      return
    }
    guard let bits = Int(parts[1]), (0...all).contains(bits), !parts[1].hasPrefix("+") else {
      return nil
    }
    (self.bytes, self.bits) = (bytes, bits)
  }

  /// - Returns: the bits that were asked for; `Int.max` for a whole address.
  func match(_ address: String) -> Int? {
    guard let other = Self.bytes(Substring(address)), other.count == bytes.count else { return nil }
    for bit in 0..<bits {
      let mask = UInt8(0x80) >> UInt8(bit % 8)
      if (bytes[bit / 8] ^ other[bit / 8]) & mask != 0 { return nil }
    }
    return bits == bytes.count * 8 ? Int.max : bits
  }

  private static func bytes(_ text: Substring) -> [UInt8]? {
    text.contains(":") ? ipv6(text) : ipv4(text)
  }

  private static func ipv4(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let bytes = parts.compactMap { part in
      part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt8(part) : nil
    }
    return parts.count == 4 && bytes.count == 4 ? bytes : nil
  }

  private static func ipv6(_ text: Substring) -> [UInt8]? {
    func groups(_ text: Substring) -> [UInt16]? {
      if text.isEmpty { return [] }
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      let values = parts.compactMap { $0.hasPrefix("+") ? nil : UInt16($0, radix: 16) }
      return values.count == parts.count ? values : nil
    }
    var all: [UInt16]
    if let gap = text.firstRange(of: "::") {
      guard let front = groups(text[..<gap.lowerBound]), let back = groups(text[gap.upperBound...]),
        front.count + back.count < 8
      else { return nil }
      all = front + Array(repeating: 0, count: 8 - front.count - back.count) + back
    } else {
      guard let whole = groups(text), whole.count == 8 else { return nil }
      all = whole
    }
    return all.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
  }
}
