// BootServerTests/Trail: notes, and what requests can put into them.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Testing
import Text

@testable import BootServer

@Suite("A note for the trail")
struct TrailNoteTests {
  private static let id = TrailLab.id(1)

  @Test func `is itself again after the journal, without its content`() throws {
    let note = TrailNote(
      of: .record(Self.id), .written([1, 2]), subject: "S1: \"x\" -> y", who: "uid:0", why: "ü",
      seconds: 17, batch: 9, isStranger: true)
    let text = JSONWriter.text(note.json)
    #expect(!text.contains("\n") && !text.contains("content"))
    let read = try #require(TrailNote(json: try JSONReader.read(Array(text.utf8))))
    #expect(
      read
        == TrailNote(
          of: .record(Self.id), .elsewhere, subject: "S1: \"x\" -> y", who: "uid:0", why: "ü",
          seconds: 17, batch: 9, isStranger: true))
    let gone = TrailNote(of: .record(Self.id), .removed, subject: "a", who: "b", why: "c")
    #expect(TrailNote(json: gone.json) == gone)
    let cluster = TrailNote(cluster: "k", [], who: "x")
    #expect(TrailNote(json: cluster.json)?.of == .clusters)
  }

  @Test(arguments: [
    "null", "[]", "{}", #"{"id":"x","subject":"","by":"","why":"","seconds":1,"batch":1}"#,
    #"{"subject":"","by":"","why":"","seconds":1}"#,
    #"{"subject":"","by":1,"why":"","seconds":1,"batch":1}"#,
  ])
  func `is none where it is not whole`(text: String) throws {
    #expect(TrailNote(json: try JSONReader.read(Array(text.utf8))) == nil)
  }

  @Test(arguments: [
    "a\nBatch: 99", "a\r\nb", "a\u{1b}]0;x\u{7}b", "a\u{85}b", "a\u{2028}b", "a\u{202e}b", "a\0b",
    "a\u{1f}b\u{1e}", "a\u{7f}", "a\u{feff}",
  ])
  func `is one harmless line, whatever a request says`(text: String) {
    let note = TrailNote(of: .record(Self.id), .removed, subject: text, who: text, why: text)
    for line in [note.subject, note.who, note.why] {
      #expect(line.contains("?") && line.hasPrefix("a"))
      #expect(
        !line.unicodeScalars.contains {
          [.control, .format, .lineSeparator].contains($0.properties.generalCategory)
        })
    }
  }

  @Test func `is bounded in length and in time`() {
    let note = TrailNote(
      of: .record(Self.id), .removed, subject: String(repeating: "ü", count: 5000), who: "",
      why: "",
      seconds: -3)
    #expect(note.subject.count == 1003 && note.subject.hasSuffix("ü...") && note.seconds == 0)
    let late = TrailNote(
      of: .record(Self.id), .removed, subject: "", who: "", why: "", seconds: Int.max)
    #expect(late.seconds == 17_179_869_183)
  }

  @Test func `says whether its machine has a profile`() {
    var machine = TrailLab.machine(1)
    #expect(TrailNote(from: nil, to: machine, who: "", why: "")?.isStranger == false)
    machine.profile = nil
    #expect(TrailNote(from: nil, to: machine, who: "", why: "")?.isStranger == true)
    #expect(TrailNote(from: machine, to: machine, who: "", why: "") == nil)
    #expect(TrailNote(from: machine, to: nil, who: "", why: "")?.content == .removed)
  }
}

@Suite("The queue of notes")
struct TrailQueueTests {
  private static func notes(_ count: Int, batch: Int, bytes: Int = 0) -> [TrailNote] {
    (0..<count).map { number in
      TrailNote(
        of: .record(TrailLab.id(number)), .written([UInt8](repeating: 0, count: bytes)),
        subject: "", who: "", why: "", batch: batch)
    }
  }
  private static func limits(_ notes: Int, bytes: Int = 1 << 20) -> TrailLimits {
    var limits = TrailLimits()
    (limits.notes, limits.bytes) = (notes, bytes)
    return limits
  }

  @Test func `takes nothing more once it had to leave something out`() {
    var queue = TrailQueue()
    let limits = Self.limits(5)
    queue.add(Self.notes(3, batch: 1), limits)
    queue.add(Self.notes(3, batch: 2), limits)
    #expect(queue.isBehind && queue.count == 3)
    queue.add(Self.notes(1, batch: 3), limits)
    #expect(queue.count == 3)
    queue.beginCatchUp()
    queue.add(Self.notes(1, batch: 4), limits)
    #expect(queue.count == 4 && !queue.isBehind)
  }

  @Test func `counts bytes, and what is being written`() {
    var queue = TrailQueue()
    let limits = Self.limits(100, bytes: 1000)
    queue.add(Self.notes(1, batch: 1, bytes: 500), limits)
    #expect(queue.dequeue(about: 10).count == 1)
    queue.add(Self.notes(1, batch: 2, bytes: 500), limits)
    #expect(queue.isBehind && queue.count == 1)
    queue.written()
    queue.beginCatchUp()
    queue.add(Self.notes(1, batch: 3, bytes: 500), limits)
    #expect(!queue.isBehind && queue.count == 1)
  }

  @Test func `gives batches as a whole, in order, again after a failure`() {
    var queue = TrailQueue()
    for batch in 1...3 { queue.add(Self.notes(4, batch: batch), TrailLimits()) }
    #expect(queue.dequeue(about: 2).map(\.batch) == [1, 1, 1, 1])
    queue.putBack()
    #expect(queue.dequeue(about: 5).map(\.batch) == [1, 1, 1, 1, 2, 2, 2, 2])
    queue.written()
    #expect(queue.dequeue(about: 100).map(\.batch) == [3, 3, 3, 3])
    queue.written()
    #expect(queue.bytes == 0 && queue.count == 0)
    // Without numbers nothing belongs together.
    queue.add(Self.notes(4, batch: 0), TrailLimits())
    #expect(queue.dequeue(about: 2).count == 2)
  }

  @Test func `drops what a look at the records has found, and keeps what came after`() {
    var queue = TrailQueue()
    for batch in [0, 4, 5, 6] { queue.add(Self.notes(1, batch: batch), TrailLimits()) }
    queue.caughtUp(through: 5)
    #expect(queue.notes.map(\.batch) == [0, 6])
    // Noted only now, though the look has seen it.
    queue.add(Self.notes(1, batch: 5), TrailLimits())
    #expect(queue.notes.map(\.batch) == [0, 6])
    #expect(queue.leaveAll().count == 2 && queue.isBehind && queue.bytes == 0)
  }

  @Test func `leaves a note without content to a look at the records`() {
    var queue = TrailQueue()
    queue.add(
      [TrailNote(of: .record(TrailLab.id(1)), .elsewhere, subject: "", who: "", why: "")],
      TrailLimits())
    #expect(queue.isBehind && queue.count == 0)
  }
}

@Suite("What git says of many files")
struct BlobReaderTests {
  @Test(arguments: [1, 2, 7, 100])
  func `is read in pieces of any size`(size: Int) {
    let text = Array("aa blob 3\nx\ny\nbb missing\ncc blob 0\n\ndd blob 1\nz\n".utf8)
    var reader = BlobReader()
    var found: [String] = []
    for start in stride(from: 0, to: text.count, by: size) {
      reader.append(text[start..<min(start + size, text.count)])
      while let blob = reader.next() {
        switch blob {
        case .bytes(let bytes): found.append(String(decoding: bytes, as: UTF8.self))
        case .missing: found.append("?")
        }
      }
    }
    #expect(found == ["x\ny", "?", "", "z"])
  }
}
