// Boot/Check/Ignition: what disks, arrays and file systems must say.
// SPDX-License-Identifier: Apache-2.0

import Text

extension IgnitionWalk {
  mutating func partition(_ members: IgnitionMembers) {
    if version.major == 3, (members["number"]?.number64 ?? 0) == 0, members["label"] == nil {
      say(
        .error, "missing-key", at: members.object,
        "\(members.object.name) has neither a \"number\" from 1 nor a \"label\"; it needs one")
    }
    guard members["shouldExist"]?.flag == false else { return }
    let others = ["typeGuid", "guid", "startMiB", "sizeMiB", "start", "size"]
    if let other = others.first(where: { members.holds($0) }) {
      say(
        .error, "bad-value", at: members.object,
        "\(members.object.name) is not to exist, but has a \"\(other)\"; leave that out")
    }
  }

  /// The partitions of one disk beside each other.
  mutating func partitions(_ members: IgnitionMembers) {
    guard let list = members["partitions"], case .array(let elements) = list.value else { return }
    let parts = elements.enumerated().compactMap { index, value -> Partition? in
      guard let number = places.child(.index(index), of: list.number),
        case .object(let members) = value
      else { return nil }
      return Partition(
        node: IgnitionNode(value: value, number: number, path: "\(list.path)[\(index)]"), members)
    }
    repeated(parts, "number", "duplicate-partition") { $0.number == 0 ? nil : "\($0.number)" }
    repeated(parts, "label", "duplicate-partition") { $0.label }
    overlap(parts)
    if version.major == 3, let gone = parts.first(where: \.isGone),
      parts.contains(where: { $0.number == 0 })
    {
      say(
        .error, "bad-value", at: list,
        "\(gone.node.name) is not to exist, so all partitions beside it need a \"number\" from 1")
    }
  }

  private struct Partition {
    let node: IgnitionNode
    var number = 0
    var label: String?
    var start = 0
    var size = 0
    var isGone = false

    init(node: IgnitionNode, _ members: [JSON.Member]) {
      self.node = node
      for member in members {
        switch (member.name.lowercased(), member.value) {
        case ("number", .number(let digits)): number = Int(digits) ?? 0
        case ("startmib", .number(let digits)), ("start", .number(let digits)):
          start = Int(digits) ?? 0
        case ("sizemib", .number(let digits)), ("size", .number(let digits)):
          size = Int(digits) ?? 0
        case ("label", .string(let text)): label = text.isEmpty ? nil : text
        case ("shouldexist", .bool(let flag)): isGone = !flag
        default: break
        }
      }
    }
  }

  private mutating func repeated(
    _ parts: [Partition], _ key: String, _ rule: String, _ text: (Partition) -> String?
  ) {
    var first: [[UInt8]: IgnitionNode] = [:]
    for part in parts {
      guard let text = text(part) else { continue }
      if let earlier = first[Array(text.utf8)] {
        let shown = key == "label" ? IgnitionWords.quoted(text) : text
        say(
          .error, rule, at: part.node,
          "\(part.node.name) has the \(key) \(shown), as \(earlier.name); give it another one")
      } else {
        first[Array(text.utf8)] = part.node
      }
    }
  }

  private mutating func overlap(_ parts: [Partition]) {
    let placed = parts.filter { $0.start > 0 && $0.size > 0 && !$0.isGone }
      .sorted { $0.start < $1.start }
    for (earlier, later) in zip(placed, placed.dropFirst()) {
      let end = earlier.start.addingReportingOverflow(earlier.size)
      if end.overflow || later.start < end.partialValue {
        say(
          .error, "bad-value", at: later.node,
          "\(later.node.name) begins at \(later.start), within \(earlier.node.name)")
      }
    }
  }

  mutating func raid(_ members: IgnitionMembers) {
    guard let level = members["level"], let text = members.text("level") else { return }
    let spareless = ["linear", "raid0", "0", "stripe"]
    let levels =
      spareless + [
        "raid1", "1", "mirror", "raid4", "4", "raid5", "5", "raid6", "6", "raid10", "10",
      ]
    if !levels.contains(text) {
      say(
        .error, "bad-value", at: level,
        "\(level.name) is \(IgnitionWords.quoted(text)), which is no level; known are"
          + " linear, raid0, raid1, raid4, raid5, raid6, raid10")
    }
    if spareless.contains(text), let spares = members["spares"], spares.number64 != 0 {
      say(
        .error, "bad-value", at: spares, "\(spares.name) cannot be with level \(text); leave it out"
      )
    }
  }

  /// A file system's format must be one of these.
  mutating func format(_ node: IgnitionNode?, known: [String]) {
    guard let node, let text = node.text, !text.isEmpty, !known.contains(text) else { return }
    say(
      .error, "bad-value", at: node,
      "\(node.name) is \(IgnitionWords.quoted(text)), which is no format; \(version.text) knows"
        + " \(known.joined(separator: ", "))")
  }

  mutating func filesystem(_ members: IgnitionMembers) {
    if version.major == 2 {
      let count = [members["mount"], members["path"]].count { $0 != nil }
      if count != 1 {
        let what = count == 0 ? "neither \"mount\" nor \"path\"" : "both \"mount\" and \"path\""
        say(
          .error, "bad-value", at: members.object,
          "\(members.object.name) has \(what); it needs one of them")
      }
      return
    }
    var known = ["ext4", "btrfs", "xfs", "vfat", "swap"]
    if isSpec3(since: 3) { known.append("none") }
    if isSpec3(since: 7) { known.append("virtiofs") }
    format(members["format"], known: known)
    let format = members.text("format")
    if format != "virtiofs", let device = members["device"], let text = device.text,
      let fault = pathFault(text)
    {
      say(
        .error, "bad-value", at: device, "\(device.name) is \(IgnitionWords.quoted(text)), \(fault)"
      )
    }
    if format == nil {
      formatMissing(members)
    } else if let label = members["label"], let format {
      self.label(label, format)
    }
  }

  private mutating func formatMissing(_ members: IgnitionMembers) {
    let others = ["path", "label", "uuid", "options", "mountOptions"]
    let other =
      others.first { members.holds($0) }
      ?? (members["wipeFilesystem"]?.flag == true ? "wipeFilesystem" : nil)
    if let other {
      say(
        .error, "missing-key", at: members["format"] ?? members.object,
        "\(members.object.name) has a \"\(other)\", so it needs a \"format\": ext4, btrfs, xfs, vfat, swap"
      )
    }
  }

  private mutating func label(_ node: IgnitionNode, _ format: String) {
    let most = ["ext4": 16, "btrfs": 256, "xfs": 12, "swap": 15, "vfat": 11]
    guard let text = node.text, let limit = most[format], text.utf8.count > limit else { return }
    say(
      .error, "bad-value", at: node, "\(node.name) is longer than the \(limit) bytes of \(format)")
  }

  mutating func luks(_ members: IgnitionMembers) {
    if let name = members["name"], let text = name.text, text.utf8.contains(UInt8(ascii: "/")) {
      say(.error, "bad-value", at: name, "\(name.name) holds a slash; leave it out")
    }
    if let label = members["label"], let text = label.text, text.utf8.count > 47 {
      say(.error, "bad-value", at: label, "\(label.name) is longer than 47 bytes")
    }
  }

  mutating func clevis(_ members: IgnitionMembers) {
    guard let custom = members["custom"], case .object(let list) = custom.value, !list.isEmpty
    else {
      return
    }
    if members.holds("tang", "threshold") || members["tpm2"]?.flag == true {
      say(
        .error, "bad-value", at: members.object,
        "\(members.object.name) has \"custom\" beside tang, tpm2 or threshold; leave one way")
    }
  }

  mutating func clevisCustom(_ members: IgnitionMembers) {
    guard members["needsNetwork"]?.flag == true || members.holds("pin", "config") else { return }
    for key in ["pin", "config"] where members.text(key) == nil {
      say(
        .error, "missing-key", at: members.object,
        "\(members.object.name) has no \"\(key)\", which it needs")
    }
    let known = ["tpm2", "tang", "sss"] + (isSpec3(since: 6) ? ["trustee"] : [])
    if let pin = members["pin"], let text = members.text("pin"), !known.contains(text) {
      say(
        .error, "bad-value", at: pin,
        "\(pin.name) is \(IgnitionWords.quoted(text)), which is no pin; known are"
          + " \(known.joined(separator: ", "))")
    }
  }
}
