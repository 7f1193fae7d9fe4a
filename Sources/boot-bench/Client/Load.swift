// boot-bench: many clients in one thread.
// SPDX-License-Identifier: Apache-2.0

import System

/// Clients that walk through a ``Plan`` and check every answer.
///
/// One epoll loop, one buffer for all; nothing is allocated for a request, so that the client is
/// cheaper than the servers it measures.
struct Load: ~Copyable {
  private let address: Address
  var plan: Plan
  var epoll: Epoll
  var clients: [Client]
  var buffer = [UInt8](repeating: 0, count: 64 << 10)
  /// Heads that came in pieces, by client.
  var pieces: [Int: [UInt8]] = [:]
  var tally = Tally()
  private var began: UInt64 = 0
  /// Clients before this one have been started.
  private var started = 0
  private var busy = 0
  private var pausing = 0
  /// No client begins anything new.
  private var isFinishing = false
  private var nextSource: Int
  /// Clients of other loads before the first of this one.
  private let firstClient: Int
  /// Of a linear congruential generator.
  private var random: UInt64

  /// - Parameter sourcesFrom: which of its addresses it begins with.
  init(_ address: Address, _ plan: Plan, sourcesFrom: Int = 0) throws {
    nextSource = sourcesFrom
    firstClient = sourcesFrom
    random = UInt64(sourcesFrom + 1)
    self.address = address
    self.plan = plan
    epoll = try Epoll(capacity: 512)
    clients = Array(repeating: Client(), count: plan.clients)
    tally.latencies.reserveCapacity(1 << 20)
  }

  /// Works for `seconds`, or until every client rests.
  ///
  /// Connections and requests in flight stay as they are at the end, for the next run.
  ///
  /// - Parameter watch: called about every 50 ms.
  mutating func run(seconds: Double, watch: () throws -> Void = {}) throws {
    began = Clock.now
    let end = began + Clock.nanoseconds(seconds)
    var nextWatch = began
    tally.latencies.removeAll(keepingCapacity: true)
    tally = Tally(latencies: tally.latencies)
    while true {
      startMore()
      let now = Clock.now
      if now >= end || busy + pausing == 0 { break }
      if now >= nextWatch {
        try watch()
        nextWatch = now + 50_000_000
      }
      if pausing > 0 { wakeThosePausing(now) }
      let left = Int((end - now) / 1_000_000) + 1
      let count = epoll.wait(milliseconds: pausing > 0 ? 1 : min(left, 50))
      for index in 0..<count { advance(Int(epoll.event(at: index).tag)) }
      if tally.failures > 1000 { break }
    }
    tally.seconds = Clock.seconds(since: began)
  }

  /// Waits for the answers that are due, begins nothing, and counts what stays out as failed.
  mutating func finish(seconds: Double = 5) throws {
    let before = tally
    isFinishing = true
    started = clients.count
    try run(seconds: seconds)
    let answers = tally.answers
    let failures = tally.failures + busy
    let reason = busy > 0 ? "no answer within \(Int(seconds)) s" : tally.firstFailure
    tally = before
    tally.answers += answers
    tally.failures += failures
    tally.firstFailure = tally.firstFailure ?? reason
  }

  /// Lets clients that rest walk through the plan again with the connections they have.
  mutating func again() {
    started = 0
    tally = Tally()
  }

  /// Clients that have not come to rest.
  var unfinished: Int { busy + pausing + clients.count - started }

  private mutating func startMore() {
    while started < clients.count, busy < plan.burst {
      started += 1
      busy += 1
      clients[started - 1].step = firstStep(started - 1)
      begin(started - 1)
    }
  }

  private mutating func wakeThosePausing(_ now: UInt64) {
    for index in clients.indices where clients[index].phase == .pausing {
      if clients[index].began > now { continue }
      pausing -= 1
      if isFinishing {
        rest(index)
      } else {
        busy += 1
        begin(index)
      }
    }
  }

  /// The step that a client begins with, each time that it is through.
  private mutating func firstStep(_ index: Int) -> Int {
    switch plan.order {
    case .inTurn: return 0
    case .oneEach: return index
    case .dealt(let count): return index * count
    case .atRandom(let addresses):
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let lane = lane(index, addresses)
      let choices = (plan.steps.count - lane + addresses - 1) / addresses
      return lane + addresses * Int((random >> 33) % UInt64(choices))
    }
  }

  /// Which of a plan's addresses is a client's own.
  private func lane(_ index: Int, _ addresses: Int) -> Int { (firstClient + index) % addresses }

  /// Where a client's next connection comes from.
  private mutating func source(_ index: Int) -> Address? {
    if case .atRandom(let addresses) = plan.order {
      return address.source(lane(index, addresses))
    }
    if case .dealt = plan.order { return address.source(index % MachineFleet.addresses) }
    nextSource += 1
    return address.source(nextSource)
  }

  /// Sends the client's next request, over a new connection if it has none.
  mutating func begin(_ index: Int) {
    clients[index].began = Clock.now
    clients[index].received = 0
    if clients[index].socket != nil { return sendRequest(index) }
    do throws(Errno) {
      clients[index].answersHere = 0
      let source = source(index)?.socketAddress
      clients[index].socket = try .beginConnecting(to: address.socketAddress, from: source)
      clients[index].phase = .connecting
      clients[index].isWatched = false
      sendRequest(index)
    } catch {
      let reason = "connect \(address): \(error)"
      fail(index, reason)
    }
  }

  /// The client has its answer: what it does next.
  mutating func completed(_ index: Int) {
    let now = Clock.now
    tally.answers += 1
    if clients[index].isHeld { tally.held += 1 }
    tally.latencies.append(Float(now - clients[index].began) / 1000)
    clients[index].answersHere += 1
    if clients[index].closes || !plan.isKeptAlive { close(index) }
    clients[index].step += 1
    let isThrough = turn(index)
    if isThrough { tally.doneAt.append(Float(now - began) / 1e9) }
    if isFinishing || isThrough && !plan.repeats {
      busy -= 1
      rest(index)
    } else if plan.pause > 0 {
      pause(index, until: clients[index].began + plan.pause)
    } else {
      begin(index)
    }
  }

  /// Finds a client's next step where it has taken one.
  ///
  /// - Returns: whether it has been through all that are its own.
  private mutating func turn(_ index: Int) -> Bool {
    let next = clients[index].step
    switch plan.order {
    case .inTurn where next < plan.steps.count: return false
    case .dealt(let count):
      if !next.isMultiple(of: count) { return false }
      clients[index].step = next + (plan.clients - 1) * count
      if clients[index].step + count <= plan.steps.count { return false }
    case .inTurn, .oneEach, .atRandom: break
    }
    clients[index].step = firstStep(index)
    return true
  }

  /// Counts a failure; a client of a repeating plan tries again a little later.
  mutating func fail(_ index: Int, _ reason: @autoclosure () -> String) {
    tally.fail(reason())
    close(index)
    let wasBusy = clients[index].phase != .resting
    clients[index].step = firstStep(index)
    if plan.repeats && !isFinishing {
      pause(index, until: Clock.now + 10_000_000)
    } else {
      if wasBusy { busy -= 1 }
      rest(index)
    }
  }

  private mutating func pause(_ index: Int, until due: UInt64) {
    busy -= 1
    pausing += 1
    clients[index].phase = .pausing
    clients[index].began = due
  }

  private mutating func rest(_ index: Int) { clients[index].phase = .resting }

  mutating func close(_ index: Int) {
    clients[index].socket = nil
    if !pieces.isEmpty { pieces[index] = nil }
  }
}
