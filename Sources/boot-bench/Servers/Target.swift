// boot-bench: a server that is measured.
// SPDX-License-Identifier: Apache-2.0

import System

/// A running server.
struct Target: Sendable {
  let name: String
  let address: Address
  /// What the Host header says.
  let host: String
  /// The process to end, first, and its workers; empty for a server that we did not start.
  var processes: [ProcessID] = []
  var served: [Subject: Served]
  /// Where its log goes, if it was started with one.
  var log: String?

  /// When its process was started.
  var startedAt: UInt64 = 0

  func has(_ subject: Subject) -> Bool { served[subject] != nil }

  func step(_ subject: Subject, isKeptAlive: Bool = true) throws(Failure) -> Step {
    guard let file = served[subject] else { throw Failure("\(name) serves no \(subject)") }
    return Step(
      path: file.path, host: host, isKeptAlive: isKeptAlive, bodyLength: file.length,
      body: file.body)
  }

  /// User and system time of all its processes; `nil` when they are not ours to look at.
  func cpuSeconds() throws -> Double? {
    if processes.isEmpty { return nil }
    var sum = 0.0
    for process in processes { sum += try ProcessFigures.cpuSeconds(of: process) }
    return sum
  }

  /// Resident memory of all its processes; pages that they share count once a process.
  func residentBytes() throws -> Int? {
    if processes.isEmpty { return nil }
    var sum = 0
    for process in processes { sum += try ProcessFigures.residentBytes(of: process) }
    return sum
  }
}
