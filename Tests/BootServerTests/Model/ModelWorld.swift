// BootServerTests/Model: boards, people, a disk and a server.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import TestSupport

@testable import BootServer

/// The whole world of one history; one thread uses it.
final class ModelWorld: @unchecked Sendable {
  /// All that a loss of power can undo.
  struct State {
    var boards: [Int: ModelBoard] = [:]
    /// Scripts that strangers got.
    var stolen: [ModelBoard.Script] = []
    var ledger = ModelLedger()
    /// What an editor has open.
    var editors: [MachineID: Machine] = [:]
    var trash: [MachineID: [UInt8]] = [:]
    var backups: [Int: ModelBackup] = [:]
    var isLocal = false
    /// The highest batch of each directory that was seen.
    var highest: [String: Int] = [:]
  }

  var state = State()
  /// The clock on the wall.
  var seconds = 1_764_000_000
  /// Counts what happens, and is never set back.
  var ticks = 0
  let profiles = Locked(ModelProfiles())
  let hooks = ModelHooks()
  let place: Locked<MemoryFileSystem>
  let storeEvents = Locked<[StoreEvent]>([])
  var server: ModelServer?
  /// The server has the directory open that was here before; this is what the new one must say.
  var moved: (files: MemoryFileSystem, ledger: ModelLedger)?
  /// What a directory may say after a loss of power in the middle of something.
  var possible: [ModelLedger] = []
  /// When the disk was last made to fail.
  var lastFault = 0
  /// The records before the present batch.
  var previous = Roster()
  /// Machines that persons have spoken of in the present batch.
  var spoken: Set<MachineID> = []
  /// While something is done that the power may go in: what was so after each batch.
  var trace: [ModelLedger]?
  var violation: ModelViolation?
  var counters = ModelCounters()
  /// The story, where somebody wants it.
  var story: [String]?

  init() {
    place = Locked(MemoryFileSystem())
    replaceFiles(MemoryDisk())
  }

  var files: MemoryFileSystem { place.withLock { $0 } }
  var now: Timestamp { Timestamp(seconds: seconds) }
  var isHealthy: Bool { hooks.isHealthy && moved == nil }

  func tick() -> Int {
    ticks += 1
    return ticks
  }

  func tell(_ line: @autoclosure () -> String) { story?.append("    " + line()) }

  func fail(_ rule: Int, _ text: @autoclosure () -> String) {
    if violation == nil { violation = ModelViolation(rule: rule, text: text()) }
  }

  func replaceFiles(_ disk: MemoryDisk) {
    let hooks = hooks
    let files = MemoryFileSystem(
      disk, fault: { hooks.error($0) }, before: { hooks.before($0, $1) })
    place.withLock { $0 = files }
  }

  func apply(_ action: ModelAction) {
    seconds += 7
    story?.append("\(action)")
    switch action {
    case .board, .firmware, .serial, .swapCards, .run, .losePower: change(action)
    case .requests(let requests): perform(requests)
    case .hint(let saying): hint(saying)
    case .trust: trust()
    case .clock(let by): seconds = min(max(seconds + by, 0), 200_000_000_000)
    case .localPolicy(let isLocal): state.isLocal = isLocal
    case .profile(let name, let profile): profiles.withLock { $0.put(name, profile) }
    case .hand(let act): hand(act)
    case .backup(let number): backUp(number)
    case .restore(let number, let isRunning):
      if let backup = state.backups[number] { restore(backup, isRunning: isRunning) }
    case .empty(let isRunning): restore(nil, isRunning: isRunning)
    case .tick: perform([])
    case .writeFiles, .checkpoint, .checkpointWith: keepUp(action)
    case .start, .stop, .kill, .powerCut, .cutDuring: power(action)
    case .fault(let fault, let times):
      lastFault = tick()
      hooks.set(fault, times: times)
    case .heal: hooks.heal()
    case .settle: settle()
    }
  }

  private func change(_ action: ModelAction) {
    switch action {
    case .board(let number, let uuid, let cards, let serial):
      state.boards[number] = ModelBoard(uuid: uuid, cards: cards, serial: serial)
    case .firmware(let number, let uuid): state.boards[number]?.uuid = uuid
    case .serial(let number, let serial): state.boards[number]?.serial = serial
    case .swapCards(let one, let card, let other, let its):
      guard let first = state.boards[one], let second = state.boards[other], one != other,
        first.cards.indices.contains(card), second.cards.indices.contains(its)
      else { return }
      state.boards[one]?.cards[card] = second.cards[its]
      state.boards[other]?.cards[its] = first.cards[card]
    case .run(let number):
      guard let script = state.boards[number]?.script else { return }
      // Once more the same: the server has acknowledged that already.
      if let disk = state.boards[number]?.disk, disk.record == script.record,
        disk.token == script.token
      {
        return
      }
      state.boards[number]?.disk = ModelBoard.Disk(record: script.record, token: script.token)
    case .losePower(let number): state.boards[number]?.script = nil
    default: break
    }
  }
}

/// That a model comes to something.
struct ModelCounters: Sendable {
  var steps = 0
  var boots = 0
  var installers = 0
  var reports = 0
  var held: [String: Int] = [:]
  var words = 0
  var refusedWords = 0
  var edits = 0
  var asides = 0
  var starts = 0
  var carefulStarts = 0
  var cuts = 0
  var notKept = 0
  var intrusions = 0

  mutating func add(_ other: ModelCounters) {
    steps += other.steps
    boots += other.boots
    installers += other.installers
    reports += other.reports
    held.merge(other.held) { $0 + $1 }
    words += other.words
    refusedWords += other.refusedWords
    edits += other.edits
    asides += other.asides
    starts += other.starts
    carefulStarts += other.carefulStarts
    cuts += other.cuts
    notKept += other.notKept
    intrusions += other.intrusions
  }
}
