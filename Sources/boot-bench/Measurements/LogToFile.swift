// boot-bench: scripts, logged.
// SPDX-License-Identifier: Apache-2.0

import System

extension Bench {
  /// Ours at its default level into a file, nginx with a buffered access log.
  func measureLog() throws {
    let targets = try launch([.script], isLogging: true)
    defer { stop(targets) }
    var sent = targets.map { _ in 0 }
    try alternate(Array(targets.indices)) { side in
      let target = targets[side]
      let plan = Plan(steps: [try target.step(.script)], clients: 64)
      let result = try measureRate(target, plan, "scripts, logged, 64", goal: ">= 1.0")
      sent[side] += result.answers
      return result.readings
    }
    guard lab.options.first == .ours, let log = targets.first?.log else { return }
    let (written, dropped) = try lines(in: log, waitingFor: sent[0])
    let missing = Double(sent[0] - written)
    if missing != 0 || dropped > 0 {
      note("ours, log: \(sent[0]) requests, \(written) lines, \(dropped) event=log-dropped")
    }
    var comparison = Comparison()
    comparison.add(
      [Reading("log lines missing of \(sent[0])", .count, missing, goal: "ours 0")], side: 0)
    Table.printRows(comparison.rows)
  }

  /// Ours at its default level into a file, by ours that logs nothing but warnings.
  func measureCostOfLog() throws {
    guard lab.options.first == .ours else { return }
    let targets = [try lab.launch(.ours, isLogging: true), try lab.launch(.ours)]
    defer { stop(targets) }
    try alternate(targets) { target in
      let plan = Plan(steps: [try target.step(.script)], clients: 64)
      return try measureRate(
        target, plan, "the log's cost, 64", goal: .ratioAtLeast(0.85), goalOfP99: ""
      ).readings
    }
  }

  /// Counts lines of scripts and of losses, for as long as it takes the log's writer to catch up.
  private func lines(in log: String, waitingFor expected: Int) throws -> (Int, Int) {
    for _ in 0..<10 {
      let bytes = try Files.read(log)
      let scripts = Self.count(" event=script ", in: bytes)
      let dropped = Self.count(" event=log-dropped ", in: bytes)
      if scripts >= expected { return (scripts, dropped) }
      Clock.sleep(seconds: 0.2)
    }
    let bytes = try Files.read(log)
    return (Self.count(" event=script ", in: bytes), Self.count(" event=log-dropped ", in: bytes))
  }

  private static func count(_ word: String, in bytes: [UInt8]) -> Int {
    let word = Array(word.utf8)
    let bytes = bytes.span
    var count = 0
    for start in bytes.indices.dropLast(word.count - 1) where bytes[start] == word[0] {
      var length = 1
      while length < word.count, bytes[start + length] == word[length] { length += 1 }
      if length == word.count { count += 1 }
    }
    return count
  }
}
