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
    case .config: unitPaths(members)
    case .storage: links(members)
    case .systemd: instances(members)
    case .disk: partitions(members)
    case .partition: partition(members)
    case .raid: raid(members)
    case .filesystem: filesystem(members)
    case .mount: format(members["format"], known: ["ext4", "btrfs", "xfs", "vfat", "swap"])
    case .luks: luks(members)
    case .clevis: clevis(members)
    case .clevisCustom: clevisCustom(members)
    case .ignition, .references, .verification, .header, .security, .tls, .timeouts,
      .kernelArguments, .passwd, .user, .group, .userCreate, .mountCreate, .link, .tang, .cex,
      .dropin, .networkd, .networkUnit, .networkDropin:
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
  func member(_ name: String, of node: IgnitionNode?) -> IgnitionNode? {
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
}
