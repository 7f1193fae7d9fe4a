// Boot/Machines/Profiles: which machines a profile asks for.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A profile's `match`: every key must match, by one of its values.
package struct MatchRule: Equatable, Sendable {
  /// What can be matched, the weightiest first.
  package enum Key: String, CaseIterable, Sendable, Comparable {
    case uuid, mac, serial, asset, hostname, ip, platform, buildarch

    /// Whether the left one weighs more.
    package static func < (left: Key, right: Key) -> Bool {
      guard let left = allCases.firstIndex(of: left), let right = allCases.firstIndex(of: right)
      else { return false }
      return left < right
    }
  }

  /// In the order of ``Key``.
  let patterns: [(key: Key, values: [Pattern])]

  /// Whether both ask for the same, in the same order of values.
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

  /// What a machine must have one of, by the first key whose values can all be looked up.
  ///
  /// - Returns: `nil` where there is no such key, so that every machine has to be asked.
  var anchors: [Anchor]? {
    for (key, values) in patterns {
      let anchors = values.compactMap { $0.anchor(key) }
      if anchors.count == values.count { return anchors }
    }
    return nil
  }

  static func values(_ key: Key, of machine: Machine) -> [String] {
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
