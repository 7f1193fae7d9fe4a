// Boot/Check/Ignition: a config's objects against the tables of keys.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Walks down a config, as deep as the tables know it, and gathers what is wrong.
struct IgnitionWalk {
  let file: String
  let version: IgnitionVersion
  let places: JSONPlaces
  var findings: [Finding] = []
  private let table: IgnitionTable

  init(file: String, version: IgnitionVersion, places: JSONPlaces) {
    self.file = file
    self.version = version
    self.places = places
    table = version.table
  }

  /// Whether the config is of spec 3, of this minor version or a later one.
  func isSpec3(since minor: Int = 0) -> Bool { version.major == 3 && version.minor >= minor }

  /// Of a value's first character.
  func place(of node: IgnitionNode) -> FilePlace? {
    places.entries.indices.contains(node.number) ? places.entries[node.number].value : nil
  }

  /// Tells about a value.
  mutating func say(
    _ severity: Finding.Severity, _ rule: String, at node: IgnitionNode, _ sentence: String
  ) {
    findings.append(Finding(file: file, place(of: node), severity, rule, sentence))
  }

  /// An object's members, then what they say together.
  mutating func object(_ node: IgnitionNode, _ kind: IgnitionObject) {
    guard case .object(let list) = node.value else {
      return wrongType(node, "an object")
    }
    let keys = table[kind] ?? []
    var members = IgnitionMembers(object: node)
    for (name, value) in lastOnes(list) {
      guard let number = places.child(.key(name), of: node.number) else { continue }
      guard let key = known(name, of: kind, in: node, at: number) else { continue }
      let path = node.path.isEmpty ? key.name : node.path + "." + key.name
      let member = IgnitionNode(value: value, number: number, path: path)
      if value == .null { continue }
      members.nodes[key.name] = member
    }
    for key in keys {
      guard let member = members[key.name] else { continue }
      check(member, key.type)
    }
    missing(keys, of: members)
    unique(kind, members)
    rules(kind, members)
  }

  /// The members with those left out that a later one of the same name replaces.
  private func lastOnes(_ list: [JSON.Member]) -> [(String, JSON)] {
    var last: [[UInt8]: Int] = [:]
    for (index, member) in list.enumerated() { last[Array(member.name.utf8)] = index }
    return list.indices.compactMap { index in
      last[Array(list[index].name.utf8)] == index ? (list[index].name, list[index].value) : nil
    }
  }

  /// The key that a name stands for; `nil` where this version reads none of that name.
  private mutating func known(
    _ name: String, of kind: IgnitionObject, in node: IgnitionNode, at number: Int
  ) -> IgnitionKey? {
    let keys = table[kind] ?? []
    let exact = keys.first { $0.name == name }
    // Go's reader takes a key in any case, and its validator says that it is unused.
    guard let key = exact ?? keys.first(where: { $0.name.lowercased() == name.lowercased() }) else {
      sayUnknown(name, of: kind, in: node, at: number)
      return nil
    }
    let owner = node.name
    if key.since > version.minor {
      say(
        "newer-key", aboutKeyOf: number,
        "\(owner) holds \"\(key.name)\", which came with version \(version.major).\(key.since).0;"
          + " \(version.text) passes over it, so raise ignition.version")
      return nil
    }
    if exact == nil {
      say(
        "unknown-key", aboutKeyOf: number,
        "\(owner) holds \(IgnitionWords.quoted(name)); write \"\(key.name)\"")
    }
    return key
  }

  private mutating func sayUnknown(
    _ name: String, of kind: IgnitionObject, in node: IgnitionNode, at number: Int
  ) {
    let known = (table[kind] ?? []).filter { $0.since <= version.minor }.map(\.name)
    let other = version.major == 2 ? IgnitionSpec3.table : IgnitionSpec2.table
    let what: String
    if let near = Self.nearest(name, in: known) {
      what = "is no key; did you mean \"\(near)\"?"
    } else if other[kind]?.contains(where: { $0.name == name }) == true {
      what = "is a key of version \(version.major == 2 ? 3 : 2) alone; leave it out"
    } else {
      what = "is no key; known are \(known.joined(separator: ", "))"
    }
    say(
      "unknown-key", aboutKeyOf: number,
      "\(node.name) holds \(IgnitionWords.quoted(name)), which \(what)")
  }

  /// The key that was meant: `ssh_authorized_keys` is how Butane spells one.
  private static func nearest(_ name: String, in known: [String]) -> String? {
    let name = String(name.prefix(100))
    let letters = name.filter { $0 != "_" && $0 != "-" }.lowercased()
    return known.first { $0.lowercased() == letters } ?? Nearest.name(to: name, in: known)
  }

  private mutating func say(_ rule: String, aboutKeyOf number: Int, _ sentence: String) {
    findings.append(Finding(file: file, places.entries[number].key, .warning, rule, sentence))
  }

  private mutating func missing(_ keys: [IgnitionKey], of members: IgnitionMembers) {
    for key in keys {
      guard let needed = key.needed, needed <= version.minor else { continue }
      guard let node = members[key.name] else {
        say(
          .error, "missing-key", at: members.object,
          "\(members.object.name) has no \"\(key.name)\", which it needs")
        continue
      }
      if node.isEmpty {
        say(.error, "bad-value", at: node, "\(node.name) is empty, but it is needed")
      }
    }
  }

  private mutating func check(_ node: IgnitionNode, _ type: IgnitionType) {
    switch type {
    case .text(let rule):
      guard let text = node.text else { return wrongType(node, "a string") }
      self.text(text, rule, node)
    case .number: number(node)
    case .mode: mode(node)
    case .flag: if node.flag == nil { wrongType(node, "true or false") }
    case .object(let kind): object(node, kind)
    case .list(let element):
      guard case .array(let elements) = node.value else { return wrongType(node, "a list") }
      for (index, value) in elements.enumerated() {
        guard let number = places.child(.index(index), of: node.number) else { continue }
        // Go reads a `null` in a list as an entry that says nothing.
        check(
          IgnitionNode(
            value: filled(value, element), number: number, path: "\(node.path)[\(index)]"),
          element)
      }
    }
  }

  private func filled(_ value: JSON, _ type: IgnitionType) -> JSON {
    guard value == .null else { return value }
    switch type {
    case .text: return .string("")
    case .object: return .object([])
    case .number, .mode, .flag, .list: return value
    }
  }

  private mutating func number(_ node: IgnitionNode) {
    guard case .number = node.value else { return wrongType(node, "a number") }
    if node.number64 == nil {
      say(
        .error, "wrong-type", at: node,
        "\(node.name) is \(IgnitionWords.shown(node.value)), but must be a whole number of plain"
          + " digits")
    }
  }

  /// A value of another kind than Ignition reads.
  mutating func wrongType(_ node: IgnitionNode, _ wanted: String) {
    say(
      .error, "wrong-type", at: node,
      "\(node.name) is \(node.value.kind), but must be \(wanted)")
  }
}
