// BootServer/Trail: the trail's repository.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// The repository in the state directory; used by one thread.
struct GitRepository {
  let folder: StateFolder
  let git: Git
  /// The last commit; `nil` before ``prepare(_:)``, and where there is none.
  var tip: String?
  /// With the last commit all batches up to this one are in the trail; `nil` where nobody knows.
  var batch: Int?

  static let branch = "refs/heads/main"

  init(_ folder: StateFolder, _ git: Git) {
    self.folder = folder
    self.git = git
  }

  /// Makes the commits, all of them or none.
  mutating func commit(_ commits: [TrailCommit]) throws(GitFailure) {
    if commits.isEmpty { return }
    var stream = CommitStream(commits, on: Self.branch, from: tip)
    var made: String?
    do throws(GitFailure) {
      let ended = try git.run(["fast-import", "--done", "--quiet"], taking: nil) { stream.next() }
      made = ended.output.split(separator: 0x0a).first.map { String(decoding: $0, as: UTF8.self) }
    } catch {
      // Ended after it was done?
      made = try? existingTip(with: commits.count)
      if made == nil { throw error }
    }
    tip = made
    batch = commits.last.flatMap { $0.batch > 0 ? $0.batch : nil }
  }

  /// - Returns: the branch's commit, if it has so many more than it had.
  private func existingTip(with count: Int) throws(GitFailure) -> String? {
    let now = try git.line(["rev-parse", "-q", "--verify", Self.branch], allowing: [1])
    guard let now, now != tip else { return nil }
    let range = tip.map { "\($0)..\(now)" } ?? now
    return try git.line(["rev-list", "--count", range]) == "\(count)" ? now : nil
  }

  /// Makes a commit of each note that is to have one.
  mutating func commit(_ notes: [TrailNote]) throws(GitFailure) {
    let doubtful = notes.filter { $0.isStranger || $0.content == .removed }
    var members = TrailMembers(try existing(Set(doubtful.compactMap(\.id))))
    try commit(notes.filter { members.admits($0) }.compactMap { TrailCommit($0) })
  }

  /// Those of the machines that have a record in the last commit.
  private func existing(_ ids: Set<MachineID>) throws(GitFailure) -> Set<MachineID> {
    guard let tip, !ids.isEmpty else { return [] }
    let ids = Array(ids)
    let input = ids.map { "\(tip):\(TrailPath.record($0))\n" }.joined()
    let output = try git.run(["cat-file", "--batch-check"], input: Array(input.utf8)).output
    // `NAME missing`, or what it is.
    let lines = output.split(separator: 0x0a)
    return Set(zip(ids, lines).filter { !$1.ends(with: " missing") }.map(\.0))
  }

  /// What was written of one machine, the latest first.
  static func history(of id: MachineID, _ git: Git) throws(GitFailure) -> [TrailEntry] {
    let output = try git.run([
      "log", "--max-count=10000", "--format=%H%x1f%ct%x1f%s%x1f%b%x1e", branch, "--",
      TrailPath.record(id), TrailPath.flat(id),
    ]).output
    return output.split(separator: 0x1e).compactMap { commit in
      let fields = commit.split(separator: 0x1f, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      guard fields.count == 4, let seconds = Int(fields[1]),
        !fields[3].contains("\n\(TrailCommit.moveLine)\n")
      else { return nil }
      return TrailEntry(
        commit: String(fields[0].drop { $0 == "\n" }),
        time: Timestamp(seconds: seconds).description, subject: fields[2],
        who: TrailCommit.trailer("By", in: fields[3]),
        why: TrailCommit.trailer("Why", in: fields[3]))
    }
  }
}

extension Sequence where Element == UInt8 {
  fileprivate func ends(with text: String) -> Bool {
    suffix(text.utf8.count).elementsEqual(text.utf8)
  }
}
