// BootServer/Storage/Journal: what all journals of a directory say together.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// Journals, read in the order of their numbers.
struct JournalReplay: Sendable {
  struct Source: Sendable {
    let number: Int
    let bytes: [UInt8]
  }

  /// The last word on a machine.
  struct Last: Equatable, Sendable {
    let batch: Int
    /// `nil`: it was removed.
    let text: [UInt8]?
  }

  /// A journal whose good beginning is to be written anew.
  struct Beginning: Equatable, Sendable {
    let number: Int
    /// Bytes that are good.
    let length: Int
    /// Something stands behind them that may be worth a look.
    let isDamaged: Bool
  }

  /// What has happened, in order.
  private(set) var batches: [JournalBatch] = []
  private(set) var last: [MachineID: Last] = [:]
  /// Every version of a record that a journal knows.
  private(set) var versions: [MachineID: Set<Digest>] = [:]
  /// Damaged and torn ones, and the last one: whether all that can be read of it is on the disk, nobody knows.
  private(set) var beginnings: [Beginning] = []
  /// The last batch that has happened; 0: none.
  private(set) var happened: Int
  /// The highest number that was ever given to a batch or a journal, as far as can be told.
  private(set) var highest: Int
  /// Machines of which something may have been lost.
  private(set) var held: Set<MachineID> = []
  /// Why this directory cannot be what it was; sentences.
  private(set) var problems: [String] = []
  /// Journals that end in a line that was never wholly written.
  private(set) var torn: [Int] = []

  /// - Parameters:
  ///   - id: of the state directory.
  ///   - settled: the last batch that needs no journal; `nil` where that is not known.
  init(_ sources: [Source], id: String, settled: Int?) {
    happened = settled ?? 0
    // The number of a file that says nothing is given as well: nobody shall delete another one for it.
    highest = max(settled ?? 0, sources.map(\.number).max() ?? 0)
    let sources = sources.filter { $0.number > settled ?? 0 }.sorted { $0.number < $1.number }
    let headers = sources.map { source in
      let header = JournalReader.read(
        Array(source.bytes.prefix { $0 != 0x0a } + [0x0a]), id: id, number: source.number
      ).header
      return header?.id == id ? header : nil
    }
    var void: [Int: Int] = [:]
    var abandoned: Set<Int> = []
    for header in headers.compactMap({ $0 }) {
      for part in header.void where part.journal < header.number {
        void[part.journal] = min(part.length, void[part.journal] ?? Int.max)
      }
      abandoned.formUnion(header.abandoned)
      highest = max(highest, header.number, header.after, header.abandoned.max() ?? 0)
    }
    let lastNumber = headers.lastIndex { $0 != nil }.map { sources[$0].number } ?? Int.min
    var isFirst = settled == nil
    for source in sources {
      let content = JournalReader.read(
        source.bytes, id: id, number: source.number, limit: void[source.number])
      if let header = content.header, header.id == id {
        if header.after > happened, !isFirst {
          problems.append(
            "changes up to \(header.after) are missing before journal-\(source.number)")
        }
        isFirst = false
        happened = max(happened, header.after)
      }
      replay(content, source, lastNumber, abandoned)
    }
    highest = max(highest, happened)
  }

  private mutating func replay(
    _ content: JournalContent, _ source: Source, _ lastNumber: Int, _ abandoned: Set<Int>
  ) {
    for batch in content.batches {
      highest = max(highest, batch.number)
      if abandoned.contains(batch.number) { continue }
      happened = max(happened, batch.number)
      batches.append(batch)
      for change in batch.changes {
        last[change.id] = Last(batch: batch.number, text: change.text)
        versions[change.id, default: []].formUnion(change.replaces)
        if let text = change.text { versions[change.id, default: []].insert(Digest(text)) }
      }
    }
    var isDamaged = false
    var isTorn = false
    switch content.ending {
    case .clean: break
    case .torn:
      isTorn = true
      torn.append(source.number)
      // Only the last one can have been cut short by a crash.
      isDamaged = source.number < lastNumber
    case .damaged(let machines):
      isDamaged = true
      held.formUnion(machines)
    }
    if isDamaged {
      problems.append("journal-\(source.number) is damaged after \(content.length) bytes")
    }
    // A torn one goes before the next one begins: it would look damaged in front of it.
    if isDamaged || isTorn || source.number == lastNumber {
      beginnings.append(
        Beginning(number: source.number, length: content.length, isDamaged: isDamaged))
    }
  }
}
