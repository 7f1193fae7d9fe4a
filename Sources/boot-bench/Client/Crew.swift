// boot-bench: one load on several threads.
// SPDX-License-Identifier: Apache-2.0

/// Clients of one plan, shared out among threads.
///
/// A new connection costs the client more than the server: the kernel performs most of the
/// handshake, the server's part of it too, inside the client's `connect`. One thread would then
/// measure itself, and two servers would look alike.
struct Crew {
  /// What came of a load's three parts.
  struct Outcome: Sendable {
    var warmUp = Tally()
    var measured = Tally()
    /// With what was still in flight when the time was up.
    var end = Tally()
    /// Of the server, during the part that is measured.
    var cpuSeconds: Double?
  }

  let target: Target
  let plan: Plan
  let threads: Int

  func run(warmUp: Double, seconds: Double) throws -> Outcome {
    var share = plan
    share.clients = plan.clients / threads
    let (address, part) = (target.address, share)
    let workers = try (0..<threads).map { number in
      try Worker {
        var load = try Load(address, part, sourcesFrom: number * 100)
        var outcome = Outcome()
        try load.run(seconds: warmUp)
        outcome.warmUp = load.tally
        try load.run(seconds: seconds)
        outcome.measured = load.tally
        try load.finish()
        outcome.end = load.tally
        return outcome
      }
    }
    // The threads keep the same times; a few milliseconds between theirs and these do not matter.
    Clock.sleep(seconds: warmUp)
    let before = try target.cpuSeconds()
    Clock.sleep(seconds: seconds)
    let after = try target.cpuSeconds()
    var sum = Outcome()
    for worker in workers {
      let outcome = try worker.join()
      sum.warmUp.add(outcome.warmUp)
      sum.measured.add(outcome.measured)
      sum.end.add(outcome.end)
    }
    if let before, let after { sum.cpuSeconds = after - before }
    return sum
  }
}

extension Tally {
  /// Adds what another thread got in the same time.
  fileprivate mutating func add(_ other: Tally) {
    seconds = max(seconds, other.seconds)
    answers += other.answers
    held += other.held
    bytes += other.bytes
    failures += other.failures
    firstFailure = firstFailure ?? other.firstFailure
    latencies += other.latencies
    doneAt += other.doneAt
  }
}
