// boot-bench: connections that wait.
// SPDX-License-Identifier: Apache-2.0

extension Bench {
  /// A fresh server each round: memory that earlier connections left behind would hide the growth.
  func measureIdle() throws {
    // Ours keeps a reserve of 1024 descriptors for files.
    let count = min(scale.idleConnections, lab.descriptors - 1280)
    if count < scale.idleConnections {
      Console.print(
        "idle: \(count) connections, for only \(lab.descriptors) descriptors are allowed")
    }
    guard count > 0 else { return }
    try alternate(startable) { kind in
      let target = try lab.launch(kind)
      defer { stop([target]) }
      return try measureIdle(target, count)
    }
  }

  private func measureIdle(_ target: Target, _ count: Int) throws -> [Reading] {
    let step = try target.step(.script)
    var warmUp = try Load(target.address, Plan(steps: [step], clients: 64))
    try warmUp.run(seconds: scale.warmUpSeconds)
    try warmUp.finish()
    let before = try target.residentBytes() ?? 0
    let plan = Plan(steps: [step], clients: count, repeats: false, burst: 256)
    var load = try Load(target.address, plan)
    try load.run(seconds: 30)
    check(load.tally, target, "idle")
    let opened = load.tally.answers
    Clock.sleep(seconds: 0.5)
    let after = try target.residentBytes() ?? 0
    load.again()
    try load.run(seconds: 30)
    check(load.tally, target, "idle, second request")
    let answered = load.tally.answers
    let growth = Double(after - before) / Double(max(1, opened))
    return [
      Reading("idle: connections", .count, Double(opened)),
      Reading("idle: memory a connection", .bytes, growth, goal: "ours <= 1 KB"),
      Reading("idle: answered once more", .count, Double(answered), goal: "all"),
    ]
  }
}
