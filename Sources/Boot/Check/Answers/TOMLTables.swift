// Boot/Check/Answers: what keys of TOML name.
// SPDX-License-Identifier: Apache-2.0

/// The tables of a TOML text, to tell a key that is there twice.
///
/// Keys are bytes: TOML's are equal only where each character is.
struct TOMLTables {
  typealias Key = [[UInt8]]

  private struct Node {
    /// Tables by `[...]` and lists of them, once named; else a value that nothing can be added to.
    var children: [[UInt8]: Int]? = [:]
    /// The last table of a list.
    var last: Int?
    /// Named by a header, or by a dotted key of a section that has ended.
    var isClosed = false
  }

  private var nodes = [Node()]
  private var pending: [Int] = []
  /// The table that keys are put in now.
  private var current = 0

  /// A new table that no name leads to, for `{...}`.
  mutating func makeTable() -> Int {
    nodes.append(Node())
    return nodes.count - 1
  }

  /// `[key]`.
  ///
  /// - Returns: why it cannot be; `nil` where it can.
  mutating func openTable(_ key: Key) -> String? {
    closePending()
    guard let found = descend(from: 0, key[...]), nodes[found.node].children != nil else {
      return "is a value already"
    }
    guard !nodes[found.end].isClosed else { return "is a table already" }
    nodes[found.end].isClosed = true
    current = found.node
    return nil
  }

  /// `[[key]]`.
  ///
  /// - Returns: why it cannot be; `nil` where it can.
  mutating func openElement(_ key: Key) -> String? {
    closePending()
    guard let name = key.last, let parent = descend(from: 0, key.dropLast()),
      nodes[parent.node].children != nil
    else { return "is a value already" }
    let table = makeTable()
    current = table
    if let list = nodes[parent.node].children?[name] {
      guard nodes[list].last != nil else {
        return nodes[list].children == nil ? "is a value already" : "is a table already"
      }
      nodes[list].last = table
    } else {
      let list = makeTable()
      nodes[list] = Node(children: nil, last: table, isClosed: true)
      nodes[parent.node].children?[name] = list
    }
    return nil
  }

  /// `key = value`, in the present table or, with `table`, in that of `{...}`.
  ///
  /// - Returns: why it cannot be; `nil` where it can.
  mutating func setValue(_ key: Key, in table: Int? = nil) -> String? {
    guard let name = key.last else { return nil }
    var node = table ?? current
    for part in key.dropLast() {
      guard let found = descend(from: node, [part][...]), nodes[found.node].children != nil else {
        return "is a value already"
      }
      if table == nil {
        guard !nodes[found.end].isClosed else { return "is a table already" }
        pending.append(found.end)
      }
      node = found.node
    }
    guard nodes[node].children?[name] == nil else { return "is there already" }
    let value = makeTable()
    nodes[value].children = nil
    nodes[node].children?[name] = value
    return nil
  }

  private mutating func closePending() {
    for node in pending { nodes[node].isClosed = true }
    pending.removeAll(keepingCapacity: true)
  }

  /// Goes down a key, and makes the tables that are missing.
  ///
  /// - Returns: where the key's last part ends, and the table there, which of a list is the last;
  ///   `nil` where a value is in the way.
  private mutating func descend(from start: Int, _ key: Key.SubSequence) -> (end: Int, node: Int)? {
    var (end, node) = (start, start)
    for part in key {
      guard nodes[node].children != nil else { return nil }
      if let child = nodes[node].children?[part] {
        end = child
      } else {
        end = makeTable()
        nodes[node].children?[part] = end
      }
      node = nodes[end].last ?? end
    }
    return (end, node)
  }
}
