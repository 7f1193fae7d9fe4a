// boot-bench: machines that boot for the first time.
// SPDX-License-Identifier: Apache-2.0

import System

extension Bench {
  /// All at once, to a server that knows none of them: each over a connection that stands already, and
  /// in another round over one of its own.
  func measureContact() throws {
    // Ours keeps a reserve of 1024 descriptors for files.
    let count = min(scale.contacts, lab.descriptors - 1280)
    if count < scale.contacts {
      Console.print(
        "contact: \(count) machines, for only \(lab.descriptors) descriptors are allowed")
    }
    guard count >= 20 else { return }
    let newcomers = Newcomers(count: count)
    try newcomers.writeProfiles(lab.data)
    let flush = try lab.flushSeconds()
    for isKeptAlive in [true, false] {
      var round = 0
      try alternate([newcomers]) { newcomers in
        round += 1
        return try measureContact(
          newcomers, state: lab.path("new-\(round)-\(isKeptAlive)"), isKeptAlive: isKeptAlive,
          flush: flush)
      }
    }
  }

  private func measureContact(
    _ newcomers: Newcomers, state: String, isKeptAlive: Bool, flush: Double
  ) throws -> [Reading] {
    // It stays until the end of the run: to remove so many files would slow the next round's.
    let target = try lab.launch(.ours, state: state)
    defer { stop([target]) }
    try awaitTrail(of: target)
    var plan = Plan(
      steps: newcomers.steps(host: target.host, isKeptAlive: isKeptAlive), order: .oneEach,
      clients: newcomers.count, isKeptAlive: isKeptAlive, repeats: false)
    let contacts = plan.steps
    if isKeptAlive {
      let hello = Step(
        path: "/healthz", host: target.host, isKeptAlive: true, bodyLength: 3,
        body: Array("ok\n".utf8))
      plan.steps = Array(repeating: hello, count: newcomers.count)
    }
    var load = try Load(target.address, plan)
    if isKeptAlive {
      try load.run(seconds: 60)
      check(load.tally, target, "contact, connections")
      load.again()
      load.plan.steps = contacts
    }
    try load.run(seconds: 120)
    check(load.tally, target, "contact")
    // Files follow what is in the journal within a second.
    Clock.sleep(seconds: 3)
    let wrong =
      try newcomers.wrongRecords(in: state) + abs(load.tally.held - newcomers.held)
      + load.tally.failures + load.unfinished
    let count = Decimal.text(Double(newcomers.count), digits: 0)
    if wrong > 0 { note("ours, contact: \(wrong) of \(count) machines are not as they should be") }
    return readings(
      load.tally.doneAt.map(Double.init),
      "\(count) first contacts\(isKeptAlive ? ", keep-alive" : "")",
      wrong: wrong, goal: isKeptAlive ? limit(flush) : nil)
  }

  private func limit(_ flush: Double) -> Double {
    if scale.profiles >= 10_000 { return 0.7 }
    return flush <= 0.001 ? 0.4 : 0.25 + 25 * flush
  }

  private func readings(
    _ done: [Double], _ name: String, wrong: Int, goal: Double?
  ) -> [Reading] {
    [
      Reading("\(name): mean answer", .seconds, done.reduce(0, +) / Double(max(1, done.count))),
      Reading(
        "\(name): last answer", .seconds, done.max() ?? 0,
        goal: goal.map { .atMost($0, .seconds) } ?? ""),
      Reading("\(name): quantities", .wrong, Double(wrong), goal: .none(.wrong)),
    ]
  }
}
