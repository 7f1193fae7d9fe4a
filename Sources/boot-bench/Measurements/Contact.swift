// boot-bench: machines that boot for the first time.
// SPDX-License-Identifier: Apache-2.0

extension Bench {
  /// All at once, each over a connection of its own, to a server that knows none of them.
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
    var round = 0
    try alternate([newcomers]) { newcomers in
      round += 1
      return try measureContact(newcomers, state: lab.path("new-\(round)"))
    }
  }

  private func measureContact(_ newcomers: Newcomers, state: String) throws -> [Reading] {
    // It stays until the end of the run: to remove so many files would slow the next round's.
    let target = try lab.launch(.ours, state: state)
    defer { stop([target]) }
    try awaitTrail(of: target)
    let plan = Plan(
      steps: newcomers.steps(host: target.host), order: .oneEach, clients: newcomers.count,
      isKeptAlive: false, repeats: false)
    var load = try Load(target.address, plan)
    try load.run(seconds: 120)
    check(load.tally, target, "contact")
    let wrong =
      try newcomers.wrongRecords(in: state) + abs(load.tally.held - newcomers.held)
      + load.tally.failures + load.unfinished
    let count = Decimal.text(Double(newcomers.count), digits: 0)
    if wrong > 0 { note("ours, contact: \(wrong) of \(count) machines are not as they should be") }
    let done = load.tally.doneAt.map(Double.init)
    return [
      Reading("\(count) first contacts: mean answer", .seconds, mean(of: done)),
      Reading("\(count) first contacts: last answer", .seconds, done.max() ?? 0),
      Reading("\(count) first contacts: quantities", .wrong, Double(wrong), goal: .none(.wrong)),
    ]
  }

  private func mean(of values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }
}
