// Boot/Machines/Roster: a dictionary whose copies are cheap to change.
// SPDX-License-Identifier: Apache-2.0

/// 256 dictionaries by hash: whoever keeps a copy makes a change copy one of them, and not all.
package struct ShardedDictionary<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private var shards: [[Key: Value]]
  /// Pairs, of all shards.
  package private(set) var count = 0

  private static var width: Int { 256 }

  /// Empty.
  package init() { shards = Array(repeating: [:], count: Self.width) }

  private static func shard(of key: Key) -> Int {
    var hasher = Hasher()
    hasher.combine(key)
    return hasher.finalize() & (width - 1)
  }

  /// Whether there is no pair.
  package var isEmpty: Bool { count == 0 }

  /// Setting copies one shard, where others still use it.
  package subscript(key: Key) -> Value? {
    get { shards[Self.shard(of: key)][key] }
    set { change(key) { $0 = newValue } }
  }

  /// Changes one value where it is; `nil` is no value.
  package mutating func change(_ key: Key, _ body: (inout Value?) -> Void) {
    let shard = Self.shard(of: key)
    let before = shards[shard].count
    body(&shards[shard][key])
    count += shards[shard].count - before
  }

  /// All of it, in no order; nothing is copied.
  package var elements: some Sequence<(key: Key, value: Value)> { shards.lazy.joined() }

  /// In no order.
  package var values: some Sequence<Value> { elements.lazy.map(\.value) }
  /// In no order.
  package var keys: some Sequence<Key> { elements.lazy.map(\.key) }
}
