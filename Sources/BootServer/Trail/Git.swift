// BootServer/Trail: git, as the trail runs it.
// SPDX-License-Identifier: Apache-2.0

import System

/// Git for one repository: `.git` in the state directory.
///
/// It has no work tree: the records lie beside it, and a `git reset` or `clean` of a person there
/// must not touch them.
struct Git: Sendable {
  /// The state directory's.
  let path: String
  let limits: TrailLimits
  /// Behind everybody else, and ended when `isUnwanted` says so.
  var isIdle = false
  var outputLimit = 64 << 20
  var isUnwanted: @Sendable () -> Bool = { false }

  /// Nobody's configuration but ours, and no question to anyone.
  private static let environment = [
    "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C",
    "GIT_OPTIONAL_LOCKS=0", "GIT_DEFAULT_HASH=sha1", "GIT_DEFAULT_REF_FORMAT=files",
  ]

  /// This repository and no other, however broken it is. Packs instead of many small files; what is
  /// written is flushed, the branch too (git 2.36 and later; the ones before know no such thing).
  private var options: [String] {
    ["--git-dir=\(path)/.git"]
      + [
        "safe.directory=*", "core.hooksPath=/dev/null", "core.sharedRepository=0600",
        "core.fsync=objects,derived-metadata,reference", "core.fsyncMethod=batch",
        "core.logAllRefUpdates=false", "fastimport.unpackLimit=1", "gc.autoDetach=false",
        "pack.threads=1", "pack.windowMemory=64m", "log.showSignature=false",
        "i18n.logOutputEncoding=UTF-8",
      ].flatMap { ["-c", $0] }
  }

  /// - Parameter allowing: other exit statuses than 0 that are no failure.
  @discardableResult
  func run(
    _ arguments: [String], allowing: [Int] = [], input: [UInt8] = []
  ) throws(GitFailure) -> Child.Ended {
    var rest: [UInt8]? = input
    return try run(arguments, allowing: allowing, taking: nil) {
      defer { rest = nil }
      return rest
    }
  }

  /// The same with more input or output than should be in memory at once.
  @discardableResult
  func run(
    _ arguments: [String], allowing: [Int] = [], taking take: ((ArraySlice<UInt8>) -> Bool)?,
    feeding feed: @escaping () -> [UInt8]?
  ) throws(GitFailure) -> Child.Ended {
    var child = Child(limits.program, environment: Self.environment, seconds: limits.seconds)
    child.isGroup = true
    child.niceness = isIdle ? 19 : 0
    child.isUnwanted = isUnwanted
    child.outputLimit = outputLimit
    let ended: Child.Ended
    do throws(Child.Failure) {
      ended = try child.run(options + arguments, taking: take, feeding: feed)
    } catch {
      if case .missing = error {
        throw GitFailure("git is not installed (Debian package git)", isOutside: true)
      }
      throw GitFailure("git \(arguments[0]): \(error)", isOutside: true)
    }
    guard ended.status == 0 || allowing.contains(ended.status) else {
      throw GitFailure(
        command: arguments[0], status: ended.status, complaint: ended.complaint)
    }
    return ended
  }

  /// The only line of what a command says.
  func line(_ arguments: [String], allowing: [Int] = []) throws(GitFailure) -> String? {
    let ended = try run(arguments, allowing: allowing)
    guard ended.status == 0, let line = ended.output.split(separator: 0x0a).first else {
      return nil
    }
    return String(decoding: line, as: UTF8.self)
  }
}
