// BootServerTests/Storage: a disk that can lose its power.
// SPDX-License-Identifier: Apache-2.0

/// Files as programs see them, and as they are on the disk, as strictly as POSIX allows.
///
/// Data, size and entry of a file that was not flushed are independent of each other; a rename
/// happens wholly or not at all, in no order with others.
struct MemoryDisk: Sendable {
  enum Piece: Sendable {
    case data(offset: Int, bytes: [UInt8])
    case size(Int)
  }

  struct Node: Sendable {
    var visible: [UInt8] = []
    var durable: [UInt8] = []
    var pending: [Piece] = []
    /// Counts what happened on the disk; the clock of this world.
    var changed = 0
  }

  enum EntryChange: Sendable {
    case folder(String)
    case put(folder: String, name: String, node: Int)
    case drop(folder: String, name: String)
    case move(from: String, old: String, to: String, new: String, node: Int)

    func touches(_ folder: String) -> Bool {
      switch self {
      case .folder: folder == "."
      case .put(let place, _, _), .drop(let place, _): place == folder
      case .move(let from, _, let to, _, _): from == folder || to == folder
      }
    }
  }

  /// Where the marker lies: another file system.
  static let outside = "@"

  private(set) var nodes: [Int: Node] = [:]
  private(set) var visible: [String: [String: Int]] = [".": [:], outside: [:]]
  private var durable: [String: [String: Int]] = [".": [:], outside: [:]]
  private var pending: [EntryChange] = []
  private var clock = 0
  private var lastNode = 0

  static func split(_ path: String) -> (folder: String, name: String) {
    let parts = path.split(separator: "/", maxSplits: 1)
    return parts.count == 2 ? (String(parts[0]), String(parts[1])) : (".", path)
  }

  func node(_ path: String) -> Int? {
    let (folder, name) = Self.split(path)
    return visible[folder]?[name]
  }

  func contents(_ path: String) -> [UInt8]? { node(path).flatMap { nodes[$0]?.visible } }

  mutating func tick() -> Int {
    clock += 1
    return clock
  }

  mutating func makeFolder(_ name: String) {
    guard visible[name] == nil else { return }
    visible[name] = [:]
    pending.append(.folder(name))
  }

  /// An empty file, in place of one that is there.
  mutating func make(_ path: String) -> Int {
    let (folder, name) = Self.split(path)
    lastNode += 1
    let now = tick()
    nodes[lastNode] = Node(changed: now)
    visible[folder]?[name] = lastNode
    pending.append(.put(folder: folder, name: name, node: lastNode))
    return lastNode
  }

  mutating func write(_ node: Int, _ bytes: [UInt8], at offset: Int) {
    guard var file = nodes[node] else { return }
    let now = tick()
    let end = offset + bytes.count
    file.pending.append(.data(offset: offset, bytes: bytes))
    if end > file.visible.count {
      file.visible += [UInt8](repeating: 0, count: end - file.visible.count)
      file.pending.append(.size(end))
    }
    file.visible.replaceSubrange(offset..<end, with: bytes)
    file.changed = now
    nodes[node] = file
  }

  mutating func cut(_ node: Int, to size: Int) {
    guard var file = nodes[node] else { return }
    let now = tick()
    file.visible = Self.resized(file.visible, size)
    file.pending.append(.size(size))
    file.changed = now
    nodes[node] = file
  }

  mutating func move(_ old: String, _ new: String) {
    guard let node = node(old) else { return }
    let (from, oldName) = Self.split(old)
    let (to, newName) = Self.split(new)
    visible[from]?[oldName] = nil
    visible[to]?[newName] = node
    let now = tick()
    nodes[node]?.changed = now
    pending.append(.move(from: from, old: oldName, to: to, new: newName, node: node))
  }

  mutating func drop(_ path: String) {
    let (folder, name) = Self.split(path)
    visible[folder]?[name] = nil
    pending.append(.drop(folder: folder, name: name))
  }

  /// What was not written since a flush that failed does not come onto the disk, and nobody says so.
  mutating func flush(_ node: Int) {
    guard let file = nodes[node] else { return }
    nodes[node]?.durable = Self.survivor(file) { true }
    nodes[node]?.pending = []
  }

  /// A flush that fails: some of what was written is on the disk, the rest never will be.
  mutating func failFlush(_ node: Int, _ chance: inout Chance) {
    guard let file = nodes[node] else { return }
    nodes[node]?.durable = Self.survivor(file) { chance.flip() }
    nodes[node]?.pending = []
  }

  mutating func flush(folder: String) {
    for change in pending where change.touches(folder) { Self.apply(change, to: &durable) }
    pending.removeAll { $0.touches(folder) }
  }

  /// The disk after a loss of power.
  ///
  /// - Parameter keep: whether one of the things that were not flushed happened all the same.
  func afterPowerLoss(_ keep: () -> Bool) -> MemoryDisk {
    var disk = self
    for change in pending where keep() { Self.apply(change, to: &disk.durable) }
    disk.visible = disk.durable
    disk.pending = []
    // In an order that is the same in every run.
    for number in nodes.keys.sorted() {
      guard let file = nodes[number] else { continue }
      // What was flushed has its time, too.
      var node = Node(changed: file.pending.isEmpty ? file.changed : disk.tick())
      node.durable = file.pending.isEmpty ? file.durable : Self.survivor(file, keep)
      node.visible = node.durable
      disk.nodes[number] = node
    }
    return disk
  }

  private static func apply(_ change: EntryChange, to entries: inout [String: [String: Int]]) {
    switch change {
    case .folder(let name): entries[name] = entries[name] ?? [:]
    case .put(let folder, let name, let node): entries[folder]?[name] = node
    case .drop(let folder, let name): entries[folder]?[name] = nil
    case .move(let from, let old, let to, let new, let node):
      if entries[from]?[old] == node { entries[from]?[old] = nil }
      entries[to]?[new] = node
    }
  }

  private static let block = 512

  private static func survivor(_ file: Node, _ keep: () -> Bool) -> [UInt8] {
    var size = file.durable.count
    var content = file.durable
    for piece in file.pending {
      switch piece {
      case .size(let new): if keep() { size = new }
      case .data(let offset, let bytes):
        var start = offset
        while start < offset + bytes.count {
          let end = min((start / block + 1) * block, offset + bytes.count)
          if keep() {
            if content.count < end { content = resized(content, end) }
            content.replaceSubrange(
              start..<end, with: bytes[(start - offset)..<(end - offset)])
          }
          start = end
        }
      }
    }
    return resized(content, size)
  }

  private static func resized(_ bytes: [UInt8], _ size: Int) -> [UInt8] {
    bytes.count >= size
      ? Array(bytes[..<size]) : bytes + [UInt8](repeating: 0, count: size - bytes.count)
  }
}

/// Numbers by chance that are the same in every run (SplitMix64).
struct Chance: RandomNumberGenerator, Sendable {
  private var state: UInt64 = 0

  init(_ seed: Int) {
    state = UInt64(truncatingIfNeeded: seed) &* 0xd134_2543_de82_ef95
    state = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }

  mutating func flip() -> Bool { next() & 1 == 1 }
  mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}
