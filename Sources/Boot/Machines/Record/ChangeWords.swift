// Boot/Machines/Record: a change, for the trail.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Says what has changed, in Mayu's kind of words.
package enum ChangeWords {
  /// `SERIAL: state installing -> installed`.
  ///
  /// - Returns: `nil` when nothing has changed that is worth a word.
  package static func subject(from old: Machine?, to new: Machine?) -> String? {
    guard let machine = new ?? old else { return nil }
    let words: [String]
    switch (old, new) {
    case (nil, let new?): words = ["machine created"] + changes(from: Machine(like: new), to: new)
    case (_?, nil): words = ["machine removed"]
    case (let old?, let new?): words = changes(from: old, to: new)
    case (nil, nil): words = []
    }
    return words.isEmpty ? nil : "\(machine.name): " + words.joined(separator: ", ")
  }

  private static func changes(from old: Machine, to new: Machine) -> [String] {
    var words: [String] = []
    func compare<Value: Equatable & CustomStringConvertible>(
      _ name: String, _ before: Value?, _ after: Value?
    ) {
      if before == after { return }
      let texts = [before, after].map { $0?.description ?? "-" }
      words.append("\(name) \(texts[0]) -> \(texts[1])")
    }
    compare("state", old.state, new.state)
    if old.state == new.state {
      if old.generation != new.generation { words.append("token renewed") }
      if let claimedIn = new.claimedIn, claimedIn != old.claimedIn { words.append("claimed") }
    }
    compare("profile", old.profile, new.profile)
    compare("uuid", old.uuid, new.uuid)
    for mac in new.macs where !old.macs.contains(mac) { words.append("mac \(mac) added") }
    for mac in old.macs where !new.macs.contains(mac) { words.append("mac \(mac) removed") }
    compare("serial", old.serial, new.serial)
    compare("asset", old.asset, new.asset)
    compare("hostname", old.hostname, new.hostname)
    compare("ip", old.ip, new.ip)
    compare("arch", old.arch, new.arch)
    compare("platform", old.platform, new.platform)
    compare("etcd token", old.etcdToken, new.etcdToken)
    for told in new.told where !old.told.contains(told) {
      let asset = told.asset.map { ["asset \($0)"] } ?? []
      let names = told.hardware.map(\.description) + asset
      words.append("a boot told " + names.joined(separator: " and "))
    }
    if new.told.isEmpty, !old.told.isEmpty { words.append("what boots told is forgotten") }
    let keys = Set(old.metadata.values.keys).union(new.metadata.values.keys).sorted()
    for key in keys where old.metadata[key] != new.metadata[key] {
      words.append("metadata \(key) " + (new.metadata[key] == nil ? "removed" : "set"))
    }
    let names = new.mayu.filter { !old.mayu.contains($0) }.map(\.name)
    if !names.isEmpty { words.append("updated " + names.joined(separator: ", ")) }
    return words
  }
}

extension Machine {
  /// What a record is before anything is known.
  fileprivate init(like other: Machine) {
    self.init(id: other.id, firstSeen: other.firstSeen)
    generation = other.generation
  }
}
