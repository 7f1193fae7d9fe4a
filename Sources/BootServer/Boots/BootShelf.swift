// BootServer/Boots: the boots that are kept, and what happens to them.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// All boots that are kept, and those under way; a value without clock and lock.
///
/// Bounded: the last 20 of a machine, 50,000 of machines and 2,000 of `?profile=` in all.
struct BootShelf {
  /// What is known of a boot only while more of it may come.
  struct Underway {
    let mark: ScriptMark
    let host: SocketAddress.Host
    /// Whether iPXE asked for the script; a person or a monitor asks for no kernel.
    let isIPXE: Bool
    /// When the boot began.
    let anchor: Instant
    /// When something of it moved last.
    var moved: Instant
    /// Of the steps that go on, or have not all of their bytes.
    var transfers: [Transfer] = []

    /// Milliseconds since the boot began.
    func offset(_ now: Instant) -> UInt32 {
      UInt32(clamping: now.microseconds(since: anchor) / 1000)
    }
  }

  /// What is known of a step only while bytes of it are missing.
  struct Transfer {
    /// The stage's place.
    let place: Int
    /// How many answers it is being sent in.
    var open = 1
    var coverage = Coverage()
    /// Bytes that went out and are not acknowledged yet.
    var sent: [Range<Int64>] = []
    /// A point from which its rate is worked out.
    var rateMark: (time: Instant, bytes: Int64)?
  }

  /// What is kept at most.
  struct Limits {
    var ofMachine = 20
    var machines = 50_000
    var profiles = 2_000
    /// Boots under way at one address that are looked through.
    var atHost = 64
  }

  /// Something that happened, and whether it is a line of the log too.
  struct News {
    let event: Event
    let isLogged: Bool
    let count: Count
  }

  /// What is to be counted of something that happened.
  enum Count {
    case nothing
    case ended(BootRun.State)
    case took(BootStage.Kind, milliseconds: UInt32)
  }

  let limits: Limits
  /// After how many seconds without a byte a transfer counts as stalled; 0: never.
  var stallSeconds = 30
  var runs: [Int: BootRun] = [:]
  var underway: [Int: Underway] = [:]
  /// The last boot of each.
  var last: [BootRun.Who: Int] = [:]
  /// Numbers, oldest first.
  var ofMachine: [MachineID: [Int]] = [:]
  var atHost: [SocketAddress.Host: [Int]] = [:]
  /// When somebody at an address was asked who it is.
  var asked: [SocketAddress.Host: BootTime] = [:]
  /// Machines whose last boot is not on disk as it is now.
  var changed: Set<MachineID> = []
  var news: [News] = []
  /// Counts how often a file began to arrive: until then a script that is asked for again is no news.
  var filesBegun = 0
  private var nextNumber: Int
  var machineOrder = NumberQueue()
  var profileOrder = NumberQueue()

  /// - Parameter firstNumber: of the first boot.
  init(firstNumber: Int, limits: Limits = Limits()) {
    nextNumber = firstNumber
    self.limits = limits
  }

  /// A machine is asked who it is; its answer comes from the same address.
  mutating func ask(_ host: SocketAddress.Host, _ now: BootTime) {
    if asked.count >= 4096 { asked.removeAll(keepingCapacity: true) }
    asked[host] = now
  }

  /// A script goes out.
  ///
  /// - Parameters:
  ///   - isIPXE: whether iPXE asks.
  ///   - bytes: of the script.
  /// - Returns: the boot's number.
  mutating func begin(
    _ who: BootRun.Who, _ mark: ScriptMark, host: SocketAddress.Host, address: String,
    isIPXE: Bool = true, bytes: Int64, _ now: BootTime
  ) -> Int {
    if let number = last[who], underway[number] != nil, runs[number] != nil {
      if isSame(number, mark, host) { return askAgain(number, bytes: bytes, now) }
      leave(number, now)
    }
    let number = nextNumber
    nextNumber += 1
    let asking = asked.removeValue(forKey: host).flatMap { asked -> BootTime? in
      asked.instant.advanced(seconds: 30) < now.instant ? nil : asked
    }
    let start = asking ?? now
    var run = BootRun(
      number: number, who: who, profile: mark.profile, version: mark.version, address: address,
      began: start.wall)
    let state = Underway(
      mark: mark, host: host, isIPXE: isIPXE, anchor: start.instant, moved: now.instant)
    let offset = state.offset(now.instant)
    if asking != nil {
      run.stages.append(BootStage(kind: .identity, name: "", start: 0, end: offset))
    }
    run.stages.append(Self.script(mark, at: offset, bytes: bytes))
    runs[number] = run
    underway[number] = state
    last[who] = number
    atHost[host, default: []].append(number)
    if let machine = run.machine {
      ofMachine[machine, default: []].append(number)
      machineOrder.append(number)
    } else {
      profileOrder.append(number)
    }
    tell(.bootBegan, run)
    touch(number)
    dropOld(who)
    return number
  }

  /// The machine is sent to its own disk: a boot of one step.
  mutating func beginLocal(
    _ who: BootRun.Who, _ mark: ScriptMark, host: SocketAddress.Host, address: String,
    bytes: Int64, _ now: BootTime
  ) {
    let number = begin(who, mark, host: host, address: address, bytes: bytes, now)
    end(number, as: .local, now)
  }

  private static func script(_ mark: ScriptMark, at offset: UInt32, bytes: Int64) -> BootStage {
    BootStage(
      kind: .script, name: mark.profile, start: offset, end: offset, bytes: bytes, total: bytes)
  }

  /// Whether a script that is asked for again belongs to a boot: of its kernel nothing was sent yet.
  private func isSame(_ number: Int, _ mark: ScriptMark, _ host: SocketAddress.Host) -> Bool {
    guard let run = runs[number], let state = underway[number] else { return false }
    return run.state.isUnderWay && !run.hasKernel && state.host == host
      && mark.profile == run.profile && state.mark.files == mark.files
  }

  private mutating func askAgain(_ number: Int, bytes: Int64, _ now: BootTime) -> Int {
    guard var state = underway[number] else { return number }
    state.moved = now.instant
    underway[number] = state
    if runs[number]?.state == .stalled { runs[number]?.state = .booting }
    let place = runs[number]?.stages.firstIndex { $0.kind == .script }
    if let place {
      runs[number]?.stages[place].end = state.offset(now.instant)
      runs[number]?.stages[place].bytes = bytes
    }
    touch(number)
    return number
  }

  /// A boot makes room for the next one of the same machine.
  private mutating func leave(_ number: Int, _ now: BootTime) {
    if runs[number]?.state.isUnderWay == true { end(number, as: .restarted, now) }
    forgetUnderway(number)
  }

  /// The oldest ended ones go first.
  private mutating func dropOld(_ who: BootRun.Who) {
    if case .machine(let id) = who, let numbers = ofMachine[id], numbers.count > limits.ofMachine {
      for number in numbers.prefix(numbers.count - limits.ofMachine) {
        machineOrder.remove(number)
        drop(number)
      }
    }
    while machineOrder.count > limits.machines { drop(Self.oldest(&machineOrder, runs)) }
    while profileOrder.count > limits.profiles { drop(Self.oldest(&profileOrder, runs)) }
  }

  /// One that has ended, unless there are many in front of it that have not.
  private static func oldest(_ queue: inout NumberQueue, _ runs: [Int: BootRun]) -> Int? {
    for _ in 0..<64 {
      guard let number = queue.popFirst() else { return nil }
      guard runs[number]?.state.isUnderWay == true else { return number }
      queue.append(number)
    }
    return queue.popFirst()
  }

  /// - Parameter number: of a boot that stands in no queue any more.
  mutating func drop(_ number: Int?) {
    guard let number, let run = runs.removeValue(forKey: number) else { return }
    forgetUnderway(number)
    if last[run.who] == number { last[run.who] = nil }
    guard let machine = run.machine else { return }
    ofMachine[machine]?.removeAll { $0 == number }
    if ofMachine[machine]?.isEmpty == true { ofMachine[machine] = nil }
  }

  /// Nothing more of a boot is expected.
  mutating func forgetUnderway(_ number: Int) {
    guard let host = underway.removeValue(forKey: number)?.host else { return }
    atHost[host]?.removeAll { $0 == number }
    if atHost[host]?.isEmpty == true { atHost[host] = nil }
  }

  /// A machine is gone, and its boots with it.
  mutating func forget(_ id: MachineID) {
    for number in ofMachine[id] ?? [] {
      machineOrder.remove(number)
      drop(number)
    }
    changed.insert(id)
  }

  /// What has changed has to be written down.
  mutating func touch(_ number: Int) {
    if let machine = runs[number]?.machine { changed.insert(machine) }
  }
}
