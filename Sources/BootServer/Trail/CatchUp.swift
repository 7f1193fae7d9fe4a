// BootServer/Trail: changes that are in no commit.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Compares the records with the last commit, and says what to commit.
///
/// What was noted before the crash becomes the commits that it would have become. The rest is a commit
/// a record, or where it is more than a few one commit together: a restored directory has thousands.
struct CatchUp {
  /// A machine whose record is not as it is in git.
  private struct Change {
    let id: MachineID
    /// `nil`: it is gone.
    var record: TrailRecord?
    /// What it has in git, by git's name; `nil`: it has nothing there.
    var name: String?
    /// What it is in the commits before, where they are not in git yet.
    var before: [UInt8]?
    /// Its revision says that it is new; else its bytes did.
    var isByRevision = false
  }

  private static let few = 50

  let git: Git
  let tip: String
  /// Of the last commit.
  let batch: Int?
  let found: TrailRecords
  /// Notes of batches that may be in no commit, the earliest first.
  let notes: [TrailNote]
  let isStart: Bool
  let seconds = WallClock.now.seconds

  /// What to commit, in one go: with the last one nothing is missing.
  func commits() throws(GitFailure) -> [TrailCommit] {
    if let batch, batch == found.batch { return [] }
    let tree = try TrailTree(of: tip, git)
    let changes = try changes(tree)
    var commits = [tree.move(batch: found.batch, seconds: seconds)].compactMap { $0 }
    let told = told(tree, Set(changes.map(\.id)))
    commits += told.compactMap { TrailCommit($0) }
    if let clusters = try clusters(tree, told) { commits.append(clusters) }
    let rest = rest(changes, told)
    let words = Dictionary(grouping: recent.filter { $0.id != nil && $0.content == .elsewhere }) {
      $0.id
    }
    commits += rest.compactMap { change in words[change.id].map { commit(change, $0) } }
    let unknown = rest.filter { words[$0.id] == nil }
    if unknown.count > Self.few {
      commits.append(
        TrailCommit(
          subject: "\(unknown.count) records as they were found", who: finder, why: reason,
          seconds: seconds, batch: found.batch, files: unknown.map(file)))
    } else {
      for change in unknown {
        if let commit = try commit(change) { commits.append(commit) }
      }
    }
    return commits
  }

  /// Notes of batches that may be in no commit.
  private var recent: [TrailNote] { notes.filter { $0.batch == 0 || $0.batch > trusted } }

  /// Notes that become commits as if there had been no crash: all that are certainly in none, else
  /// those of records that differ.
  private func told(_ tree: TrailTree, _ changed: Set<MachineID>) -> [TrailNote] {
    var members = TrailMembers(Set(tree.records.keys))
    return recent.filter { note in
      guard note.content != .elsewhere else { return false }
      let isOut = trusted >= 0 && note.batch > 0
      return (isOut || note.id.map(changed.contains) ?? false) && members.admits(note)
    }
  }

  /// What is not yet as it should be once these notes are commits.
  private func rest(_ changes: [Change], _ told: [TrailNote]) -> [Change] {
    var last: [MachineID: TrailNote.Content] = [:]
    for note in told { if let id = note.id { last[id] = note.content } }
    if last.isEmpty { return changes }
    var rest = changes.filter { last[$0.id] == nil }
    for record in found.records {
      guard let content = last.removeValue(forKey: record.id) else { continue }
      var change = Change(id: record.id, record: record)
      if case .written(let bytes) = content {
        if bytes == record.content() { continue }
        change.before = bytes
      } else if record.isStranger {
        continue
      }
      rest.append(change)
    }
    // These have no record.
    for (id, content) in last where !found.damaged.contains(id) {
      if case .written(let bytes) = content { rest.append(Change(id: id, before: bytes)) }
    }
    return rest.sorted { $0.id < $1.id }
  }

  private var finder: String { isStart ? "found at the start" : "found later" }
  private var reason: String {
    isStart
      ? "the server ended before it was written down here, or somebody edited the file"
      : "more changed at once than could wait to be written down here"
  }

  /// The batch up to which nothing can be missing; -1 where all bytes are to be looked at: the version
  /// before wrote the last commit, or the records are older than it.
  private var trusted: Int {
    guard let batch, batch < found.batch else { return -1 }
    return batch
  }

  private func changes(_ tree: TrailTree) throws(GitFailure) -> [Change] {
    var doubtful: [Change] = []
    var gone = tree.records
    for record in found.records {
      let isIn = gone.removeValue(forKey: record.id) != nil
      guard isIn || !record.isStranger, record.revision > trusted else { continue }
      doubtful.append(
        Change(
          id: record.id, record: record, name: tree.records[record.id],
          isByRevision: trusted >= 0))
    }
    doubtful.sort { $0.id < $1.id }
    let changes = try different(doubtful)
    let lost = gone.keys.filter { !found.damaged.contains($0) }.sorted()
    return changes + lost.map { Change(id: $0, name: tree.records[$0]) }
  }

  /// Those whose bytes are not the ones in git.
  private func different(_ doubtful: [Change]) throws(GitFailure) -> [Change] {
    var different = doubtful.filter { $0.name == nil }
    let known = doubtful.filter { $0.name != nil }
    if known.isEmpty { return different }
    var reader = BlobReader()
    var (asked, answered) = (0, 0)
    var isMissing = false
    try git.run(
      ["cat-file", "--batch", "--buffer"],
      taking: { piece in
        reader.append(piece)
        while answered < known.count, let blob = reader.next() {
          let change = known[answered]
          answered += 1
          guard case .bytes(let old) = blob else {
            isMissing = true
            continue
          }
          if let content = change.record?.content(), old.elementsEqual(content) { continue }
          different.append(change)
        }
        return true
      },
      feeding: {
        if asked == known.count { return nil }
        let next = known[asked..<min(asked + 1000, known.count)]
        asked += next.count
        return Array(next.map { ($0.name ?? "") + "\n" }.joined().utf8)
      })
    if isMissing || answered < known.count {
      throw GitFailure("git cat-file: a record's last content is missing", isOutside: false)
    }
    return different
  }

  private func clusters(
    _ tree: TrailTree, _ told: [TrailNote]
  ) throws(GitFailure) -> TrailCommit? {
    guard let content = found.clusters else { return nil }
    if case .written(let last)? = told.last(where: { $0.of == .clusters })?.content {
      if last == content { return nil }
    } else if let name = tree.clusters,
      try git.run(["cat-file", "blob", name]).output == content
    {
      return nil
    }
    let note = recent.last { $0.of == .clusters }
    return TrailCommit(
      subject: note?.subject ?? "\(TrailPath.clusters): changed", who: note?.who ?? finder,
      why: note?.why ?? reason, seconds: note?.seconds ?? seconds, batch: found.batch,
      files: [(TrailPath.clusters, .written { content })])
  }

  private func file(_ change: Change) -> (path: String, content: TrailCommit.Content) {
    (TrailPath.record(change.id), change.record.map { .written($0.content) } ?? .removed)
  }

  /// A commit of a change that somebody noted, without what the record was then.
  private func commit(_ change: Change, _ notes: [TrailNote]) -> TrailCommit {
    // Only the last content is left; several changes are told together.
    TrailCommit(
      subject: Self.distinct(notes.map(\.subject)).joined(separator: "; "),
      who: Self.distinct(notes.map(\.who)).joined(separator: ", "),
      why: Self.distinct(notes.map(\.why)).joined(separator: "; "),
      seconds: notes.last?.seconds ?? seconds, batch: found.batch, files: [file(change)])
  }

  /// - Returns: `nil` for a change that is not worth a word.
  private func commit(_ change: Change) throws(GitFailure) -> TrailCommit? {
    var before = change.before
    if before == nil, let name = change.name {
      before = try git.run(["cat-file", "blob", name]).output
    }
    let old = before.map { machine(change.id, $0) }
    let new = change.record.map { machine(change.id, $0.content()) }
    let subject: String
    if let new = new ?? nil, let words = ChangeWords.subject(from: old ?? nil, to: new) {
      subject = words
    } else if new == nil {
      subject = "\(change.id): removed"
    } else if change.isByRevision, old != nil {
      return nil
    } else {
      subject = "\((new ?? old ?? nil)?.name ?? change.id.description): record rewritten"
    }
    return TrailCommit(
      subject: subject, who: finder, why: reason, seconds: seconds, batch: found.batch,
      files: [file(change)])
  }

  private func machine(_ id: MachineID, _ bytes: [UInt8]) -> Machine? {
    try? Machine(parsing: bytes, id: id, file: TrailPath.flat(id))
  }

  private static func distinct(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }
}
