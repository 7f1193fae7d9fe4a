// Boot/Check/Ignition: what the keys of one object say together.
// SPDX-License-Identifier: Apache-2.0

import Text

extension IgnitionWalk {
  /// The rules of one kind of object, behind those of its single values.
  mutating func rules(_ kind: IgnitionObject, _ members: IgnitionMembers) {
    switch kind {
    case .contents, .certificate, .reference, .replacement: source(kind, members)
    case .proxy: insecureProxy(members)
    case .unit: install(members)
    case .file, .directory: permissions(kind, members)
    case .owner: owner(members)
    case .storage: links(members)
    case .disk: partitions(members)
    case .partition: partition(members)
    case .raid: raid(members)
    case .filesystem: filesystem(members)
    case .mount: format(members["format"], known: ["ext4", "btrfs", "xfs", "vfat", "swap"])
    case .luks: luks(members)
    case .clevis: clevis(members)
    case .clevisCustom: clevisCustom(members)
    case .config, .ignition, .references, .verification, .header, .security, .tls, .timeouts,
      .kernelArguments, .passwd, .user, .group, .userCreate, .mountCreate, .link, .tang, .cex,
      .systemd, .dropin, .networkd, .networkUnit, .networkDropin:
      break
    }
  }

  private mutating func source(_ kind: IgnitionObject, _ members: IgnitionMembers) {
    guard version.major == 3 else { return }
    // 3.0 took another config without a source for none.
    let needsSource = kind == .contents || kind == .certificate || isSpec3(since: 1)
    if needsSource, members["source"] == nil, let hash = member("hash", of: members["verification"])
    {
      say(.error, "bad-value", at: hash, "\(hash.name) stands without a source, which it needs")
    }
    guard let headers = members["httpHeaders"], !headers.isEmpty else { return }
    let scheme = members.text("source").map { IgnitionURL($0).scheme }
    if scheme != "http", scheme != "https" {
      say(
        .error, "bad-value", at: headers,
        "\(headers.name) stands beside a source that is no http:// or https:// URL")
    }
  }

  /// A member that is not `null`, in any case as Go's reader takes it.
  private func member(_ name: String, of node: IgnitionNode?) -> IgnitionNode? {
    guard let node, case .object(let members) = node.value,
      let member = members.last(where: { $0.name.lowercased() == name }), member.value != .null,
      let number = places.child(.key(member.name), of: node.number)
    else { return nil }
    return IgnitionNode(value: member.value, number: number, path: "\(node.path).\(name)")
  }

  private mutating func insecureProxy(_ members: IgnitionMembers) {
    guard let proxy = members["httpsProxy"], let text = proxy.text else { return }
    if IgnitionURL(text).scheme == "http" {
      say(
        .warning, "bad-value", at: proxy,
        "\(proxy.name) is reached over http://, where everyone on the way can read along; use https://"
      )
    }
  }

  private mutating func install(_ members: IgnitionMembers) {
    let enable = members["enable"]
    guard members["enabled"]?.flag == true || enable?.flag == true,
      let contents = members["contents"], let text = contents.text, !text.isEmpty
    else { return }
    let unit = IgnitionUnitText(text)
    guard unit.fault == nil, !unit.sections.contains("Install") else { return }
    let name = members.text("name").map(IgnitionWords.quoted) ?? "the unit"
    say(
      .warning, "no-install", at: contents,
      "\(contents.name) has no [Install] section, so that enabling \(name) does nothing; add one with"
        + " WantedBy=multi-user.target")
  }

  private mutating func permissions(_ kind: IgnitionObject, _ members: IgnitionMembers) {
    if version.major == 2 {
      if members["mode"] == nil, version.minor >= 2 {
        let mode = kind == .file ? "420 for 0644" : "493 for 0755"
        say(
          .warning, "missing-key", at: members.object,
          "\(members.object.name) has no \"mode\", so that nobody may read it; write \(mode)")
      }
      if let append = members["append"], append.flag == true, members["overwrite"]?.flag == true {
        say(
          .error, "bad-value", at: append, "\(append.name) and overwrite are both true; leave one")
      }
      return
    }
    guard kind == .file, let overwrite = members["overwrite"], overwrite.flag == true else {
      return
    }
    if member("source", of: members["contents"]) == nil {
      say(
        .error, "bad-value", at: overwrite,
        "\(overwrite.name) is true, but there is no contents.source to write; for an empty file write"
          + " \"source\": \"\"")
    }
  }

  private mutating func owner(_ members: IgnitionMembers) {
    if members["id"] != nil, members.text("name") != nil {
      say(
        .error, "bad-value", at: members.object,
        "\(members.object.name) has an id and a name; leave one")
    }
  }

  /// Spec 3 writes through no link of its own, and makes no hard link to a directory.
  private mutating func links(_ members: IgnitionMembers) {
    guard version.major == 3 else { return }
    let links = paths(members["links"])
    let known = Set(links.map(\.path))
    // Sorted so that what lies below a path follows it at once.
    let all = (links + paths(members["files"]) + paths(members["directories"])).sorted {
      $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) { Self.rank($0) < Self.rank($1) }
    }
    var parent = ""
    for entry in all {
      if !parent.isEmpty, entry.path.utf8.starts(with: (parent + "/").utf8) {
        say(
          .error, "bad-value", at: entry.node,
          "\(entry.node.name) lies below \(IgnitionWords.quoted(parent)), which storage.links makes a"
            + " link; write the path it leads to")
      } else if known.contains(entry.path) {
        parent = entry.path
      }
    }
    let directories = Set(paths(members["directories"]).map(\.path))
    for link in links where member("hard", of: link.owner)?.flag == true {
      guard let target = member("target", of: link.owner), let path = target.text,
        directories.contains(path)
      else { continue }
      say(
        .error, "bad-value", at: target,
        "\(target.name) is a directory, to which no hard link leads")
    }
  }

  /// A slash first.
  private static func rank(_ byte: UInt8) -> UInt8 { byte == UInt8(ascii: "/") ? 0 : byte }

  private func paths(
    _ list: IgnitionNode?
  ) -> [(path: String, node: IgnitionNode, owner: IgnitionNode)] {
    guard let list, case .array(let elements) = list.value else { return [] }
    return elements.enumerated().compactMap { index, value in
      guard let number = places.child(.index(index), of: list.number) else { return nil }
      let owner = IgnitionNode(value: value, number: number, path: "\(list.path)[\(index)]")
      guard let node = member("path", of: owner), let path = node.text else { return nil }
      return (path, node, owner)
    }
  }
}
