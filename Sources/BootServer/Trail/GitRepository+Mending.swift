// BootServer/Trail: a repository that is not as it was left.
// SPDX-License-Identifier: Apache-2.0

import System

extension GitRepository {
  /// What was done with a repository that was broken; for the log.
  enum Mending: Equatable {
    /// It goes on from the last commit that is whole.
    case resumed(reason: String)
    case setAside(as: String, reason: String)
  }

  /// Makes the repository ready: where there is none, and whatever a crash has left of one.
  ///
  /// - Parameters:
  ///   - isSuspect: git fails at it: all commits are looked at, and not only the last.
  ///   - maySetAside: `false` where this was done a moment ago and has not helped.
  mutating func prepare(isSuspect: Bool, maySetAside: Bool) throws(GitFailure) -> Mending? {
    var mending: Mending?
    var origin = "the state directory had none"
    if (try? folder.status(".git")) == nil {
      try create()
    } else {
      sweep()
      if isSuspect { removeDerived() }
      var reason = try reasonNotToOpen()
      if reason == nil { reason = try resume(isSuspect, &mending) }
      if let reason {
        guard maySetAside else { throw GitFailure(reason, isOutside: false) }
        let name = try setAside(reason)
        mending = .setAside(as: name, reason: reason)
        origin = "what was here before is in \(name)"
        try create()
      }
    }
    if tip == nil {
      try commit([
        TrailCommit(
          subject: "trail begun", who: "coreos-ipxe-server", why: origin,
          seconds: WallClock.now.seconds, batch: 0, files: [])
      ])
    }
    return mending
  }

  private func create() throws(GitFailure) {
    try git.run(["init", "-q", "--bare", "--template="])
    try write("HEAD", Self.head)
  }

  private static let head = "ref: \(branch)\n"
  private static let configuration = """
    [core]
    \trepositoryformatversion = 0
    \tfilemode = true
    \tbare = true

    """

  private func write(_ name: String, _ text: String) throws(GitFailure) {
    do throws(Errno) {
      _ = try folder.replace(".git/\(name)", Array(text.utf8))
    } catch {
      throw GitFailure(".git/\(name): \(error)", isOutside: true)
    }
  }

  private func text(_ name: String, limit: Int = 1 << 20) -> String? {
    let bytes = try? folder.read(".git/\(name)", limit: limit).bytes
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Mends what git needs to see a repository at all.
  ///
  /// - Returns: why it sees none.
  private func reasonNotToOpen() throws(GitFailure) -> String? {
    do throws(Errno) {
      _ = try folder.entries(of: ".git")
    } catch {
      if error == .notADirectory || error == .noEntry { return ".git is no folder" }
      throw GitFailure(".git: \(error)", isOutside: true)
    }
    // Somebody looked at an old commit, or wrote only half of it.
    if text("HEAD") != Self.head { try write("HEAD", Self.head) }
    let probe = ["rev-parse", "--git-dir"]
    if try git.run(probe, allowing: [1, 128]).status != 0 {
      // What is missing is made, what is there stays.
      let status = try git.run(["init", "-q", "--bare", "--template="], allowing: [1, 128]).status
      if status != 0 { try write("config", Self.configuration) }
      let complaint = try git.run(["init", "-q", "--bare", "--template="], allowing: [1, 128])
      let ended = try git.run(probe, allowing: [1, 128])
      if ended.status != 0 {
        let failure = GitFailure(
          command: "init", status: 128, complaint: complaint.complaint + ended.complaint)
        if failure.isOutside { throw failure }
        return failure.description
      }
    }
    // As the version before left it, `git reset --hard` there would overwrite records.
    if try git.line(["config", "--bool", "core.bare"], allowing: [1, 128]) != "true" {
      try git.run(["config", "core.bare", "true"])
      try? folder.remove(".git/index")
      let ignored = "/*\n!/.gitignore\n!/clusters.json\n!/machines/\n/machines/.*\n"
      if (try? folder.read(".gitignore", limit: 4096).bytes) == Array(ignored.utf8) {
        try? folder.remove(".gitignore")
      }
    }
    return nil
  }

  /// Finds the last commit.
  ///
  /// - Returns: why there is none to go on from, where there was one.
  private mutating func resume(
    _ isSuspect: Bool, _ mending: inout Mending?
  ) throws(GitFailure) -> String? {
    (tip, batch) = (nil, nil)
    let loose = text("refs/heads/main")
    var reason: String?
    if let named = try lookedAt(["rev-parse", "-q", "--verify", "\(Self.branch)^{commit}"]).first {
      reason = try reasonAgainst(named, isDeep: isSuspect)
      if reason == nil {
        tip = named
        let body = try git.run(["log", "-1", "--format=%b", named]).output
        batch = Int(TrailCommit.trailer("Batch", in: String(decoding: body, as: UTF8.self)))
        return nil
      }
    } else if loose == nil, packed == nil, !hasObjects {
      return nil
    }
    let why = reason ?? "\(Self.branch) names no commit"
    guard let whole = try lastWhole(isDeep: isSuspect) else { return why }
    if loose != nil { try? folder.remove(".git/\(Self.branch)") }
    try git.run(["update-ref", Self.branch, whole])
    tip = whole
    mending = .resumed(reason: why)
    return nil
  }

  /// What git says of a repository that may be broken.
  ///
  /// - Throws: when it is not the repository that fails.
  private func lookedAt(_ arguments: [String]) throws(GitFailure) -> [String] {
    let ended = try git.run(arguments, allowing: Array(1...128))
    let failure = GitFailure(
      command: arguments[0], status: ended.status, complaint: ended.complaint)
    if ended.status != 0, failure.isOutside { throw failure }
    return String(decoding: ended.output, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private var hasObjects: Bool {
    let folders = (try? folder.entries(of: ".git/objects")) ?? []
    let packs = (try? folder.entries(of: ".git/objects/pack")) ?? []
    return folders.contains { $0.name.count == 2 }
      || packs.contains { $0.name.suffix(5).elementsEqual(".pack".utf8) }
  }

  /// What `packed-refs` says of the branch.
  private var packed: String? {
    let line = text("packed-refs")?.split(separator: "\n").first {
      $0.hasSuffix(" \(Self.branch)")
    }
    return line?.split(separator: " ").first.map(String.init)
  }

  /// Whether a commit and all that is in it are there.
  ///
  /// - Parameter isDeep: all that went before, too.
  /// - Returns: what is missing.
  private func reasonAgainst(_ commit: String, isDeep: Bool) throws(GitFailure) -> String? {
    let depth = isDeep ? [] : ["--max-count=1"]
    do throws(GitFailure) {
      try git.run(["rev-list", "--objects", "--quiet"] + depth + [commit])
      return nil
    } catch {
      if error.isOutside { throw error }
      return error.description
    }
  }

  /// The last of our commits that is whole and that no other follows.
  private func lastWhole(isDeep: Bool) throws(GitFailure) -> String? {
    let mark = "dangling commit "
    var names = try lookedAt([
      "fsck", "--no-reflogs", "--connectivity-only", "--dangling", "--no-progress",
    ]).filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.utf8.count)) }
    if let packed { names.append(packed) }
    var found: [(seconds: Int, name: String)] = []
    for name in names.prefix(100) {
      let words =
        try lookedAt(["show", "-s", "--format=%ct %cn", name]).first?
        .split(separator: " ") ?? []
      if words.count == 2, words[1] == "coreos-ipxe-server", let seconds = Int(words[0]) {
        found.append((seconds, name))
      }
    }
    for candidate in found.sorted(by: { $0.seconds > $1.seconds }) {
      if try reasonAgainst(candidate.name, isDeep: isDeep) == nil { return candidate.name }
    }
    return nil
  }

  private mutating func setAside(_ reason: String) throws(GitFailure) -> String {
    (tip, batch) = (nil, nil)
    for number in 1...1000 {
      let name = ".git.broken-\(number)"
      do throws(Errno) {
        _ = try folder.status(name)
      } catch {
        do throws(Errno) {
          try folder.rename(".git", name)
          return name
        } catch {
          throw GitFailure("\(reason), and \(name): \(error)", isOutside: true)
        }
      }
    }
    throw GitFailure("\(reason), and there are 1000 set aside", isOutside: true)
  }
}
