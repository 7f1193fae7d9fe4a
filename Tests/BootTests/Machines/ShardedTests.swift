// BootTests: containers whose copies are cheap to change.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("A sharded dictionary")
struct ShardedDictionaryTests {
  @Test func `holds what a dictionary holds, and a copy what it held then`() {
    var random = SplitMix(seed: 1)
    var model: [Int: Int] = [:]
    var all = ShardedDictionary<Int, Int>()
    var (before, modelBefore) = (all, model)
    for step in 0..<20_000 {
      let key = Int.random(in: 0..<500, using: &random)
      let value: Int? = Bool.random(using: &random) ? step : nil
      model[key] = value
      all[key] = value
      if step.isMultiple(of: 3000) { (before, modelBefore) = (all, model) }
      #expect(all.count == model.count)
    }
    for (copy, expected) in [(all, model), (before, modelBefore)] {
      #expect(
        Dictionary(uniqueKeysWithValues: copy.elements.map { ($0.key, $0.value) }) == expected)
      #expect((0..<500).allSatisfy { copy[$0] == expected[$0] })
    }
  }

  @Test func `changes a value where it is`() {
    var all = ShardedDictionary<String, [Int]>()
    all.change("a") { $0 = [1] }
    all.change("a") { $0?.append(2) }
    all.change("b") { $0 = nil }
    #expect(all["a"] == [1, 2] && all.count == 1 && Array(all.keys) == ["a"])
    all.change("a") { $0 = nil }
    #expect(all.isEmpty)
  }
}

@Suite("The holders of a name")
struct HoldersTests {
  static func id(_ number: Int) -> MachineID { MachineID(Fleet.uuid(number)) }

  @Test func `are told apart by what they count, however many there are`() {
    var random = SplitMix(seed: 2)
    var model: [MachineID: Standing] = [:]
    var holders = Holders.nobody
    for _ in 0..<10_000 {
      let id = Self.id(Int.random(in: 0..<60, using: &random))
      if let standing = model[id] {
        holders.remove(id, standing)
        model[id] = nil
      } else {
        let standing = Standing.allCases.randomElement(using: &random) ?? .inUse
        holders.add(id, standing)
        model[id] = standing
      }
      #expect(holders.count == model.count)
    }
    for standing in Standing.allCases {
      let expected = model.filter { $0.value == standing }.map(\.key).sorted()
      #expect(holders.count(standing) == expected.count)
      #expect(holders.first(100, standing).sorted() == expected)
    }
    #expect(holders.first(100).sorted() == model.keys.sorted())
    #expect(holders.first(3).count == min(3, model.count))
  }

  @Test func `are few of very many`() {
    var index = NameIndex<String>()
    for number in 0..<5000 { index.add(Self.id(number), .stranger, ["x"]) }
    index.add(Self.id(9000), .inUse, ["x"])
    #expect(index["x"].count == 5001 && index["x"].count(.stranger) == 5000)
    #expect(index["x"].first(1) == [Self.id(9000)] && index["x"].first(16, .stranger).count == 16)
    for number in 0..<5000 { index.remove(Self.id(number), .stranger, ["x"]) }
    #expect(index["x"].count == 1)
    index.remove(Self.id(9000), .inUse, ["x"])
    #expect(index["x"].count == 0 && index[nil].count == 0)
  }
}

@Suite("The order of machines by when they were heard of")
struct NeedOrderTests {
  @Test func `is that of the times`() {
    var random = SplitMix(seed: 3)
    var model: [MachineID: Int] = [:]
    var order = NeedOrder()
    for step in 0..<30_000 {
      let id = HoldersTests.id(Int.random(in: 0..<3000, using: &random))
      if Int.random(in: 0..<4, using: &random) == 0 {
        order.remove(id)
        model[id] = nil
      } else {
        let time = Int.random(in: 0..<5000, using: &random)
        order.put(id, Timestamp(seconds: time))
        model[id] = time
      }
      if step.isMultiple(of: 1000) {
        let expected = model.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
        #expect(order.first(order.count) == expected)
        #expect(order.first(5) == Array(expected.prefix(5)))
      }
    }
    for id in model.keys { order.remove(id) }
    #expect(order.count == 0 && order.first(1).isEmpty)
  }
}

/// Random numbers that come again with their seed; the numbers of Steele, Lea and Flood's SplitMix64.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
