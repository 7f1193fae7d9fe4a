// Boot/Check/Ignition: paths beside each other.
// SPDX-License-Identifier: Apache-2.0

import Text

extension IgnitionWalk {
  /// Spec 3 writes through no link of its own, and makes no hard link to a directory.
  mutating func links(_ members: IgnitionMembers) {
    guard version.major == 3 else { return namedFilesystems(members) }
    let links = paths(members["links"])
    let files = paths(members["files"])
    let known = Set((isSpec3(since: 6) ? links + files : links).map(\.path))
    // Sorted so that what lies below a path follows it at once.
    let all = (links + files + paths(members["directories"])).sorted {
      $0.path.lexicographicallyPrecedes($1.path) { Self.rank($0) < Self.rank($1) }
    }
    let slash = [UInt8(ascii: "/")]
    var parent = slash
    for entry in all {
      if parent != slash, entry.path.starts(with: parent + slash) {
        let name = IgnitionWords.quoted(String(decoding: parent, as: UTF8.self))
        say(
          .error, "bad-value", at: entry.node,
          "\(entry.node.name) lies below \(name), which is no directory, but in storage.links or"
            + " storage.files")
      } else if known.contains(entry.path) {
        parent = entry.path
      }
    }
    let directories = Set(paths(members["directories"]).map(\.path))
    for link in links where member("hard", of: link.owner)?.flag == true {
      guard let target = member("target", of: link.owner), let path = target.text,
        directories.contains(Array(path.utf8))
      else { continue }
      say(
        .error, "bad-value", at: target,
        "\(target.name) is a directory, to which no hard link leads")
    }
  }

  /// What systemd gets must not be in storage too; Ignition says so since its 2.15.
  mutating func unitPaths(_ members: IgnitionMembers) {
    guard isSpec3(), let storage = members["storage"], case .object = storage.value else {
      return
    }
    var known: Set<[UInt8]> = []
    for unit in elements(of: member("units", of: members["systemd"])) {
      guard let name = member("name", of: unit)?.text else { continue }
      let path = "/etc/systemd/system/" + name
      if hasContents(unit) { known.insert(Array(path.utf8)) }
      for dropin in elements(of: member("dropins", of: unit)) where hasContents(dropin) {
        if let name = member("name", of: dropin)?.text {
          known.insert(Array("\(path).d/\(name)".utf8))
        }
      }
    }
    for list in ["files", "directories", "links"] {
      for entry in paths(member(list, of: storage)) where known.contains(entry.path) {
        say(
          .error, "duplicate-path", at: entry.node,
          "\(entry.node.name) is what systemd.units writes too; leave one")
      }
    }
  }

  /// Spec 2 names the file system of each file; another config may bring it.
  private mutating func namedFilesystems(_ members: IgnitionMembers) {
    let own = elements(of: members["filesystems"]).compactMap { member("name", of: $0)?.text }
    let known = Set(own + ["root", "oem", ""])
    for list in ["files", "directories", "links"] {
      for entry in elements(of: members[list]) {
        guard let node = member("filesystem", of: entry), let name = node.text,
          !known.contains(name)
        else { continue }
        say(
          .note, "not-checked", at: node,
          "not checked: \(node.name) is \(IgnitionWords.quoted(name)), which storage.filesystems has not;"
            + " a config that is appended must bring it")
      }
    }
  }

  private func hasContents(_ node: IgnitionNode) -> Bool {
    member("contents", of: node)?.text?.isEmpty == false
  }

  /// A slash first.
  private static func rank(_ byte: UInt8) -> UInt8 { byte == UInt8(ascii: "/") ? 0 : byte }

  private func paths(
    _ list: IgnitionNode?
  ) -> [(path: [UInt8], node: IgnitionNode, owner: IgnitionNode)] {
    elements(of: list).compactMap { owner in
      guard let node = member("path", of: owner), let path = node.text else { return nil }
      return (Array(path.utf8), node, owner)
    }
  }

  func elements(of list: IgnitionNode?) -> [IgnitionNode] {
    guard let list, case .array(let elements) = list.value else { return [] }
    return elements.enumerated().compactMap { index, value in
      places.child(.index(index), of: list.number).map {
        IgnitionNode(value: value, number: $0, path: "\(list.path)[\(index)]")
      }
    }
  }
}
