// BootServerTests/Crash: machines and a server that is killed again and again.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

@testable import Boot
@testable import BootServer

/// What all machines of a storm share.
final class CrashStorm: Sendable {
  struct Counts {
    var kills = 0
    var lives = 0
    /// Records that were made, and acknowledged.
    var contacts = 0
    /// First contacts that nobody waited for.
    var interrupted = 0
    /// Answers that put a machine off.
    var refusals = 0
    /// What they said, each once.
    var reasons: Set<String> = []
  }

  static let quantities = ["a": 12, "b": 8]
  static let machines = 20
  static let profiles = [
    "profiles/a.json":
      #"{"os":"flatcar","version":"1","quantity":12,"priority":1,"install":{"cloud_config":"i"}}"#,
    "profiles/b.json":
      #"{"os":"flatcar","version":"1","quantity":8,"install":{"cloud_config":"i"}}"#,
    "configs/i.yml.tmpl": "i: \"{{machine.installed_url}}\"\n",
  ].merging(MachineLab.images) { $1 }
  /// A machine that was only put off for this long is held for ever.
  static let mostSeconds = 30.0

  let directory: TemporaryDirectory
  let counts = Locked(Counts())
  let violations = Locked<[String]>([])
  let isDone = Locked(false)
  /// The server is killed no more.
  let isCalm = Locked(false)
  /// The machine that each UUID belongs to, by its number.
  let owners = Locked<[Int: Int]>([:])

  init() throws { directory = try TemporaryDirectory(Self.profiles) }

  var kills: Int { counts.withLock { $0.kills } }
  var isOver: Bool { isDone.withLock { $0 } || violations.withLock { $0.count >= 5 } }

  func violate(_ what: String, _ history: [String] = []) {
    let lines = history.map { "\n    " + $0 }.joined()
    let line = "kill \(kills): \(what)\(lines)"
    violations.withLock { $0.append(line) }
  }

  /// By the socket: a port may be another server's after a kill.
  private func client() throws -> RawClient {
    try RawClient(socket: directory.path + "/state/api.sock")
  }

  private static func text(_ method: String, _ target: String, _ body: String) -> String {
    "\(method) \(target) HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// - Returns: `nil` where there was no answer.
  func request(_ method: String, _ target: String, _ body: String = "") -> Answer? {
    do {
      let client = try client()
      try client.send(Self.text(method, target, body))
      return try client.answer()
    } catch {
      return nil
    }
  }

  /// Asks, and does not wait for an answer.
  ///
  /// - Returns: `false` where there was nobody to ask.
  func hint(_ target: String) -> Bool {
    do {
      try client().send(Self.text("GET", target, ""))
      return true
    } catch {
      return false
    }
  }
}
