// BootServer/Storage: how batches come onto the disk.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Appends batches to journals, and takes back what failed; used under one lock.
///
/// A journal that a write or a flush has failed on is never written again: what a failed flush
/// dropped, the next one does not bring back, and says nothing of it.
struct JournalWriter {
  struct Open {
    let number: Int
    var length: Int
    var batches = 0
  }

  struct Sealed {
    let number: Int
    let length: Int
  }

  /// A batch that may be on the disk, and may not.
  struct Undecided {
    let batch: Int
    let reason: String
  }

  /// Bytes.
  struct Limits: Sendable {
    /// A journal ends before it grows beyond this.
    var one = 4 << 20
    /// All journals together; more must become files first.
    var all = 64 << 20
  }

  let files: any StateFileSystem
  let id: String
  let limits: Limits
  private(set) var open: Open?
  private(set) var sealed: [Sealed] = []
  private(set) var undecided: Undecided?
  /// The last batch that has happened.
  private(set) var happened: Int {
    didSet { journaled = happened }
  }
  /// The last batch that journals have, or need not have any more; a record may say a higher number.
  private(set) var journaled: Int
  private(set) var next: Int
  /// What the next journal's header must say.
  private var void: [JournalHeader.Void] = []
  private var abandoned: [Int] = []

  init(
    _ files: any StateFileSystem, id: String, _ limits: Limits, happened: Int, journaled: Int,
    next: Int,
    found: [Sealed]
  ) {
    self.files = files
    self.id = id
    self.limits = limits
    self.happened = happened
    self.journaled = journaled
    self.next = next
    sealed = found
  }

  var bytes: Int { (open?.length ?? 0) + sealed.reduce(0) { $0 + $1.length } }

  /// Makes a batch of the next number durable.
  mutating func append(_ batch: JournalBatch) throws(CommitError) {
    let number = batch.number
    next = number + 1
    if let journal = open {
      let line = JournalEncoder.line(
        batch, salt: JournalHeader.salt(id: id, number: journal.number))
      if journal.batches == 0 || journal.length + line.count <= limits.one {
        try add(line, to: journal, number)
        happened = number
        return
      }
      seal()
    }
    let header = JournalHeader(
      id: id, number: number, after: journaled, void: void, abandoned: abandoned)
    let start = JournalEncoder.line(header)
    let line = JournalEncoder.line(batch, salt: header.salt)
    try begin(number, start + line, batch: number)
    open?.batches = 1
    happened = number
  }

  private mutating func add(_ line: [UInt8], to journal: Open, _ batch: Int) throws(CommitError) {
    let name = StateContents.journalName(journal.number)
    do throws(WriteFailure) {
      try files.write(name, line, at: journal.length, flushed: true)
      open?.length += line.count
      open?.batches += 1
    } catch {
      guard error.hasBegun else { throw .notDone("\(name): \(error.error)") }
      seal()
      try cutBack(name, journal.number, to: journal.length, batch, error.error)
    }
  }

  /// Begins a journal; its content and its entry are on the disk behind this.
  private mutating func begin(
    _ number: Int, _ bytes: [UInt8], batch: Int
  ) throws(CommitError) {
    let name = StateContents.journalName(number)
    do throws(WriteFailure) {
      try files.write(name, bytes, at: 0, flushed: true)
    } catch {
      guard error.hasBegun else { throw .notDone("\(name): \(error.error)") }
      try cutBack(name, number, to: 0, batch, error.error)
    }
    do throws(Errno) {
      try files.flush(".")
    } catch {
      try cutBack(name, number, to: 0, batch, error)
    }
    open = Open(number: number, length: bytes.count)
    // It says what had to be said.
    void = []
    abandoned = []
  }

  /// - Throws: always; `.notDone` where the journal's end is certain again.
  private mutating func cutBack(
    _ name: String, _ number: Int, to length: Int, _ batch: Int, _ failure: Errno
  ) throws(CommitError) {
    let reason = "\(name): \(failure)"
    // It could not even be opened for writing, as with a file system that is read-only by now.
    if length > 0, let now = try? files.status(name), now.kind == .regular, now.size == length {
      throw .notDone(reason)
    }
    void.append(JournalHeader.Void(journal: number, length: length))
    // It goes with the next checkpoint, if it is there.
    if length == 0 { sealed.append(Sealed(number: number, length: 0)) }
    do throws(Errno) {
      try files.cut(name, to: length)
    } catch {
      if length > 0 || error != .noEntry {
        abandoned.append(batch)
        undecided = Undecided(batch: batch, reason: reason)
        throw .notKnown(reason)
      }
    }
    if length == 0 { dropEmpty(name) }
    throw .notDone(reason)
  }

  /// Removes a journal that was not begun; while that is certain, no header has to tell of it.
  private mutating func dropEmpty(_ name: String) {
    do throws(Errno) {
      do throws(Errno) {
        try files.remove(name)
      } catch {
        if error != .noEntry { throw error }
      }
      try files.flush(".")
      void.removeLast()
      sealed.removeLast()
    } catch {
      // It goes with the next checkpoint.
    }
  }

  /// Ends the present journal; the next batch begins another one.
  mutating func seal() {
    guard let journal = open else { return }
    sealed.append(Sealed(number: journal.number, length: journal.length))
    open = nil
  }

  /// Says of the undecided batch that it did not happen.
  ///
  /// - Returns: its number, once that is on the disk; `nil` when it is not yet.
  mutating func abandon() -> Int? {
    guard let undecided else { return nil }
    let number = next
    next += 1
    let header = JournalHeader(
      id: id, number: number, after: journaled, void: void, abandoned: abandoned)
    do throws(CommitError) {
      try begin(number, JournalEncoder.line(header), batch: number)
    } catch {
      // The first batch is what matters; this number was given to none.
      self.undecided = undecided
      return nil
    }
    self.undecided = nil
    return undecided.batch
  }

  /// Forgets journals that are not needed any more.
  mutating func forget(through number: Int) { sealed.removeAll { $0.number <= number } }
}
