// BootServer/Fleet: git.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Why git did not do what it was asked to; `description` is one line.
struct GitFailure: Error, CustomStringConvertible {
  let description: String
}

/// One commit of a machine's trail.
struct TrailEntry: Sendable {
  let commit: String
  /// RFC 3339.
  let time: String
  let subject: String
  let who: String
  let why: String
}

/// The repository in the state directory.
struct GitRepository: Sendable {
  private let folder: StateFolder
  private let path: String
  /// How often it has committed.
  private let batches = Mutex(0)
  private static let branch = "refs/heads/main"

  init(_ folder: StateFolder) {
    self.folder = folder
    path = folder.path
  }

  /// This repository and no other, however broken it is; packs instead of many small files, for every
  /// commit writes the list of all records anew.
  private var options: [String] {
    [
      "--git-dir=\(path)/.git", "--work-tree=\(path)", "-c", "safe.directory=*",
      "-c", "fastimport.unpackLimit=1", "-c", "gc.autoPackLimit=100", "-c", "gc.autoDetach=false",
      "-c", "pack.threads=1",
    ]
  }

  /// Nobody's configuration but ours, and no question to anyone.
  private static let environment = [
    "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C",
    "GIT_OPTIONAL_LOCKS=0",
  ]

  /// Makes the repository where there is none, and commits what a crash left out of it.
  ///
  /// - Parameter roster: as it was before any change of this run: those have notes of their own.
  func prepare(_ roster: Roster) throws(GitFailure) {
    // Nobody but us writes here, and we have only begun: what locks there are, a crash has left.
    for lock in ["index.lock", "HEAD.lock", "refs/heads/main.lock", "config.lock"] {
      try? folder.remove(".git/\(lock)")
    }
    if try run(["rev-parse", "--git-dir"], allowing: [128]).status != 0 {
      try run(["init", "-q"])
      try run(["config", "core.sharedRepository", "0600"])
    }
    try run(["symbolic-ref", "HEAD", Self.branch])
    let ignored = "/*\n!/.gitignore\n!/clusters.json\n!/machines/\n/machines/.*\n"
    if (try? folder.read(".gitignore", limit: 4096))?.bytes != Array(ignored.utf8) {
      do throws(Errno) {
        _ = try folder.replace(".gitignore", Array(ignored.utf8), mode: 0o644)
      } catch {
        throw GitFailure(description: ".gitignore: \(error)")
      }
      try commit([
        TrailNote(
          file: ".gitignore", content: Array(ignored.utf8), subject: "trail begun",
          who: "coreos-ipxe-server", why: "the state directory had none")
      ])
    }
    try catchUp(roster)
  }

  /// Changes that are on disk, but in no commit: the server was killed, or somebody edited a file.
  ///
  /// A commit each; more than a few are one commit together: a restored directory has thousands.
  private func catchUp(_ roster: Roster) throws(GitFailure) {
    try run(["read-tree", "HEAD"])
    let output = try run(["status", "--porcelain", "-z", "--untracked-files=all"]).output
    let changes = output.split(separator: 0).filter { $0.count > 3 }.map { entry in
      // `?? file`: in no commit yet.
      (file: String(decoding: entry.dropFirst(3), as: UTF8.self), isNew: entry.first == 0x3f)
    }
    let isMany = changes.count > 50
    let notes = changes.compactMap { note($0.file, isNew: $0.isNew || isMany, roster) }
    guard isMany else { return try commit(notes) }
    try commit([
      TrailNote(
        files: notes.flatMap(\.files), subject: "\(notes.count) records as they were found",
        who: Self.finder, why: Self.findersReason)
    ])
  }

  private static let finder = "found at the start"
  private static let findersReason =
    "the server ended before it was written down here, or somebody edited the file"

  /// - Parameter isNew: whether it need not be compared with its last commit.
  /// - Returns: `nil` for what has changed since the start, or not in what it says.
  private func note(_ file: String, isNew: Bool, _ roster: Roster) -> TrailNote? {
    let (who, why) = (Self.finder, Self.findersReason)
    let stem = file.dropFirst("machines/".count).dropLast(".json".count)
    guard file.hasPrefix("machines/"), let id = MachineID(stem) else {
      // A stray file is none of ours.
      guard file == "clusters.json" else { return nil }
      let content = try? folder.read(file, limit: StateFiles.recordLimit).bytes
      return TrailNote(
        file: file, content: content, subject: "\(file): changed", who: who, why: why)
    }
    let old = isNew ? nil : (try? run(["cat-file", "blob", "HEAD:\(file)"]))?.output
    let before = old.flatMap { try? Machine(parsing: $0, id: id, file: file) }
    let content = try? folder.read(file, limit: StateFiles.recordLimit).bytes
    if let entry = roster[id] {
      let words = ChangeWords.subject(from: before, to: entry.machine)
      let isSame =
        content.flatMap { try? Machine(parsing: $0, id: id, file: file) } == entry.machine
      return TrailNote(
        file: file, content: isSame ? content : Array(entry.machine.fileText.utf8),
        subject: words ?? "\(entry.machine.name): record rewritten", who: who, why: why)
    }
    if roster.damage(of: id) == nil {
      // A file that was not there at the start is new, and one that was there then is gone.
      guard content == nil else { return nil }
      return TrailNote(file: file, content: nil, subject: "\(id): removed", who: who, why: why)
    }
    return TrailNote(
      file: file, content: content, subject: "\(id): its record is damaged", who: who, why: why)
  }

  /// Makes one commit of each note.
  func commit(_ notes: [TrailNote]) throws(GitFailure) {
    if notes.isEmpty { return }
    let exists = try run(["rev-parse", "-q", "--verify", Self.branch], allowing: [1]).status == 0
    var stream: [UInt8] = []
    for (index, note) in notes.enumerated() {
      stream += "commit \(Self.branch)\n".utf8
      stream += "committer coreos-ipxe-server <coreos-ipxe-server> \(note.seconds) +0000\n".utf8
      stream += "data \(note.message.utf8.count)\n\(note.message)".utf8
      if index == 0, exists { stream += "from \(Self.branch)^0\n".utf8 }
      for file in note.files {
        if let content = file.content {
          stream += "M 100644 inline \(file.name)\ndata \(content.count)\n".utf8
          stream += content + [0x0a]
        } else {
          stream += "D \(file.name)\n".utf8
        }
      }
      stream.append(0x0a)
    }
    try run(["fast-import", "--quiet", "--date-format=raw-permissive"], input: stream)
    // The commits stand; the index only makes `git status` say so.
    _ = try? run(["read-tree", "HEAD"])
    let batches = self.batches.withLock { count -> Int in
      count += 1
      return count
    }
    if batches.isMultiple(of: 50) { _ = try? run(["gc", "--auto", "--quiet"]) }
  }

  func history(of file: String) throws(GitFailure) -> [TrailEntry] {
    let format = "%H%x1f%ct%x1f%s%x1f%b%x1e"
    let output = try run(["log", "--format=\(format)", Self.branch, "--", file]).output
    return output.split(separator: 0x1e).compactMap { record in
      let fields = record.split(separator: 0x1f, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
      guard fields.count == 4, let seconds = Int(fields[1]) else { return nil }
      func trailer(_ name: String) -> String {
        let line = fields[3].split(separator: "\n").first { $0.hasPrefix("\(name): ") }
        return line.map { String($0.dropFirst(name.utf8.count + 2)) } ?? ""
      }
      return TrailEntry(
        commit: String(fields[0].drop { $0 == "\n" }),
        time: Timestamp(seconds: seconds).description, subject: fields[2], who: trailer("By"),
        why: trailer("Why"))
    }
  }

  @discardableResult
  private func run(
    _ arguments: [String], input: [UInt8] = [], allowing: [Int] = []
  ) throws(GitFailure) -> Child.Ended {
    let ended: Child.Ended
    do throws(Child.Failure) {
      ended = try Child("git", environment: Self.environment, seconds: 300)
        .run(options + arguments, input: input)
    } catch {
      if case .missing = error {
        throw GitFailure(description: "git is not installed (Debian package git)")
      }
      throw GitFailure(description: error.description)
    }
    guard ended.status == 0 || allowing.contains(ended.status) else {
      let line = ended.complaint.split(separator: "\n").first ?? "it gives no reason"
      throw GitFailure(description: "git \(arguments[0]): \(line)")
    }
    return ended
  }
}
