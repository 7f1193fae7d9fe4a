// Boot/Check/Ignition: entries that a config may hold once.
// SPDX-License-Identifier: Apache-2.0

import Text

extension IgnitionWalk {
  /// Tells about the later of two entries that are the same to Ignition; spec 3 refuses them.
  mutating func unique(_ kind: IgnitionObject, _ members: IgnitionMembers) {
    guard version.major == 3 else { return }
    for rule in IgnitionUnique.all where rule.object == kind {
      var entries: [Entry] = []
      for list in rule.lists { entries += self.entries(of: members[list], by: rule.key) }
      tellRepeated(entries.sorted { $0.node.number < $1.node.number }, by: rule.key)
    }
  }

  private struct Entry {
    let node: IgnitionNode
    /// Where its key stands, if it has one.
    let said: IgnitionNode
    let text: String
  }

  private func entries(of list: IgnitionNode?, by key: String?) -> [Entry] {
    guard let list, case .array(let elements) = list.value else { return [] }
    return elements.enumerated().compactMap { index, value in
      guard let number = places.child(.index(index), of: list.number) else { return nil }
      let node = IgnitionNode(value: value, number: number, path: "\(list.path)[\(index)]")
      guard let key else { return node.text.map { Entry(node: node, said: node, text: $0) } }
      guard case .object(let members) = value else { return nil }
      guard let member = members.last(where: { $0.name.lowercased() == key.lowercased() }),
        let place = places.child(.key(member.name), of: number)
      else { return key == "name" ? Entry(node: node, said: node, text: "") : nil }
      let said = IgnitionNode(value: member.value, number: place, path: "\(node.path).\(key)")
      return said.text.map { Entry(node: node, said: said, text: $0) }
    }
  }

  private mutating func tellRepeated(_ entries: [Entry], by key: String?) {
    var first: [[UInt8]: Entry] = [:]
    for entry in entries {
      let bytes = Array(entry.text.utf8)
      guard let earlier = first[bytes] else {
        first[bytes] = entry
        continue
      }
      // That it is missing was said already.
      if entry.text.isEmpty, key != "name" { continue }
      let line = place(of: earlier.said).map { " at line \($0.line)" } ?? ""
      let what =
        entry.text.isEmpty
        ? "\(entry.node.name) has no name, as \(earlier.node.name)\(line)"
        : "\(entry.said.name) is \(IgnitionWords.quoted(entry.text)), as \(earlier.said.name)\(line)"
      say(.error, Self.rule(key), at: entry.said, what + "; leave one")
    }
  }

  private static func rule(_ key: String?) -> String {
    key.map { ["source", "url"].contains($0) ? "duplicate-entry" : "duplicate-\($0)" }
      ?? "duplicate-entry"
  }
}
