// BootServerTests/Storage: lines of the journal.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Testing
import Text

@testable import BootServer

@Suite("A journal")
struct JournalCodecTests {
  private let header = JournalHeader(
    id: "0123456789abcdef0123456789abcdef", number: 7, after: 5,
    void: [JournalHeader.Void(journal: 3, length: 120)], abandoned: [6])

  private func batch(_ number: Int) -> JournalBatch {
    var machine = Machine.test(number)
    machine.serial = "a \"quoted\"\n  b\\ \u{7f} ü"
    machine.revision = number
    var batch = JournalBatch(number: number)
    batch.changes = [
      JournalBatch.Change(
        id: machine.id, replaces: [Digest(value: 1), Digest(value: .max)],
        text: Array(machine.fileText.utf8)),
      JournalBatch.Change(id: .test(200)),
    ]
    batch.tokens = [
      JournalBatch.TokenLine(id: machine.id, generation: 3, token: testToken(3))
    ]
    batch.clusters = ["a b": "t"]
    batch.notes = [.object([JSON.Member("why", .string("because\n"))])]
    return batch
  }

  private func bytes(_ numbers: Int...) -> [UInt8] {
    JournalEncoder.line(header)
      + numbers.flatMap { JournalEncoder.line(batch($0), salt: header.salt) }
  }

  private func read(_ bytes: [UInt8], limit: Int? = nil) -> JournalContent {
    JournalReader.read(bytes, id: header.id, number: 7, limit: limit)
  }

  @Test func `reads what was written, byte for byte`() {
    let content = read(bytes(7, 8, 12))
    #expect(content.header == header)
    #expect(content.batches == [batch(7), batch(8), batch(12)])
    #expect(content.ending == .clean)
    #expect(content.length == bytes(7, 8, 12).count)
  }

  @Test func `is lines that a person can read`() {
    let lines = bytes(7).split(separator: 0x0a)
    #expect(lines.count == 2)
    let words = String(decoding: lines[1], as: UTF8.self).split(separator: " ", maxSplits: 3)
    #expect(words[2] == "7")
    #expect((try? JSONReader.read(Array(words[3].utf8))) != nil)
  }

  @Test func `that is cut anywhere in its last line has a torn tail`() {
    let whole = bytes(7, 8)
    let good = bytes(7).count
    for length in good..<whole.count {
      let content = read(Array(whole[..<length]))
      #expect(content.batches == [batch(7)])
      #expect(content.length == good)
      #expect(content.ending == (length == good ? .clean : .torn))
    }
  }

  @Test func `whose last line is zeros, or of an older journal, has a torn tail`() {
    let good = bytes(7)
    let zeros = [UInt8](repeating: 0, count: 300)
    let older = JournalEncoder.line(batch(8), salt: JournalHeader.salt(id: header.id, number: 6))
    for tail in [zeros, older, zeros + [0x0a] + zeros] {
      let content = read(good + tail)
      #expect(content.batches == [batch(7)])
      #expect(content.ending == .torn)
    }
  }

  @Test func `that has a bad byte before a good line names the machines behind it`() {
    let whole = bytes(7, 8, 9)
    let place = bytes(7).count + 60
    var broken = whole
    broken[place] ^= 1
    let content = read(broken)
    #expect(content.batches == [batch(7)])
    guard case .damaged(let machines) = content.ending else {
      Issue.record("a bad line before a good one is damage")
      return
    }
    #expect(machines.isSuperset(of: [.test(9), .test(200)]))
    #expect(!machines.contains(.test(7)))
  }

  @Test func `with a bad header and good lines is damaged, and empty otherwise`() {
    var broken = bytes(7)
    broken[20] ^= 1
    #expect(read(broken).header == nil)
    #expect(read(broken).ending != .torn)
    #expect(read(Array(bytes(7)[..<20])).ending == .torn)
    #expect(read([]) == JournalContent())
  }

  @Test func `is not read where it is void`() {
    let content = read(bytes(7, 8), limit: bytes(7).count)
    #expect(content.batches == [batch(7)])
    #expect(content.ending == .clean)
  }

  @Test func `of another directory is damaged`() {
    let content = JournalReader.read(bytes(7), id: "another", number: 7)
    #expect(content.header == header)
    #expect(content.ending == .damaged([.test(7), .test(200)]))
  }

  @Test func `whose numbers go back is damaged`() {
    #expect(read(bytes(8, 7)).ending != .clean)
    #expect(read(bytes(6)).ending != .clean)
  }

  /// RFC 3720, appendix B.4.
  @Test(arguments: [
    ([UInt8](repeating: 0, count: 32), UInt32(0x8a91_36aa)),
    ([UInt8](repeating: 0xff, count: 32), UInt32(0x62a8_ab43)),
    ([UInt8](0..<32), UInt32(0x46dd_794e)), ([UInt8]((0..<32).reversed()), UInt32(0x113f_db5c)),
    (Array("123456789".utf8), UInt32(0xe306_9283)),
  ])
  func `has the sums of CRC-32C`(bytes: [UInt8], sum: UInt32) {
    #expect(CRC32C.sum(bytes[...]) == sum)
    #expect(CRC32C.sum(bytes[5...], from: CRC32C.sum(bytes[..<5])) == sum)
  }
}

@Suite("Journals together")
struct JournalReplayTests {
  private let id = "0123456789abcdef0123456789abcdef"

  private func source(
    _ number: Int, after: Int, _ batches: [JournalBatch], void: [JournalHeader.Void] = [],
    abandoned: [Int] = [], cut: Int = 0
  ) -> JournalReplay.Source {
    let header = JournalHeader(
      id: id, number: number, after: after, void: void, abandoned: abandoned)
    let bytes =
      JournalEncoder.line(header)
      + batches.flatMap { JournalEncoder.line($0, salt: header.salt) }
    return JournalReplay.Source(number: number, bytes: Array(bytes.dropLast(cut)))
  }

  private func batch(_ number: Int, _ machine: Int) -> JournalBatch {
    var batch = JournalBatch(number: number)
    var record = Machine.test(machine)
    record.revision = number
    batch.changes = [
      JournalBatch.Change(id: record.id, text: Array(record.fileText.utf8))
    ]
    return batch
  }

  @Test func `are read in the order of their numbers`() {
    let replay = JournalReplay(
      [source(10, after: 9, [batch(10, 1)]), source(8, after: 7, [batch(8, 1), batch(9, 2)])],
      id: id, settled: 7)
    #expect(replay.batches.map(\.number) == [8, 9, 10])
    #expect(replay.last[.test(1)]?.batch == 10)
    #expect(replay.happened == 10)
    #expect(replay.problems.isEmpty)
  }

  @Test func `that are settled are not read again`() {
    let replay = JournalReplay(
      [source(3, after: 2, [batch(3, 1)]), source(8, after: 7, [batch(8, 2)])], id: id, settled: 7)
    #expect(replay.batches.map(\.number) == [8])
  }

  @Test func `with one missing between them say so`() {
    let all = [
      source(3, after: 2, [batch(3, 1)]), source(4, after: 3, [batch(4, 2)]),
      source(5, after: 4, [batch(5, 3)]),
    ]
    #expect(JournalReplay(all, id: id, settled: 2).problems.isEmpty)
    #expect(JournalReplay([all[0], all[2]], id: id, settled: 2).problems.count == 1)
    #expect(JournalReplay([all[1], all[2]], id: id, settled: 2).problems.count == 1)
    #expect(JournalReplay([all[1], all[2]], id: id, settled: nil).problems.isEmpty)
  }

  @Test func `lose an abandoned batch, whole or torn`() {
    let length = source(3, after: 2, [batch(3, 1)]).bytes.count
    for cut in [0, 1, 50] {
      let replay = JournalReplay(
        [
          source(3, after: 2, [batch(3, 1), batch(4, 2)], cut: cut),
          source(
            5, after: 3, [batch(6, 3)],
            void: [JournalHeader.Void(journal: 3, length: length)], abandoned: [4]),
        ], id: id, settled: 2)
      #expect(replay.batches.map(\.number) == [3, 6])
      #expect(replay.problems.isEmpty)
    }
  }

  @Test func `may be cut short at the end of the last, and nowhere else`() {
    let last = JournalReplay(
      [source(3, after: 2, [batch(3, 1)]), source(4, after: 3, [batch(4, 2)], cut: 1)], id: id,
      settled: 2)
    #expect(last.problems.isEmpty)
    #expect(last.torn == [4])
    let first = JournalReplay(
      [source(3, after: 2, [batch(3, 1)], cut: 1), source(4, after: 3, [batch(4, 2)])], id: id,
      settled: 2)
    #expect(first.problems.count == 2)
    #expect(first.beginnings.first { $0.number == 3 }?.isDamaged == true)
  }

  @Test func `forgive one that was begun and never flushed`() {
    let replay = JournalReplay(
      [
        source(3, after: 2, [batch(3, 1)]),
        JournalReplay.Source(number: 4, bytes: [UInt8](repeating: 0, count: 700)),
      ], id: id, settled: 2)
    #expect(replay.problems.isEmpty)
    #expect(replay.happened == 3)
  }
}
