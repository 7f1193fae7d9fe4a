// BootServerTests/Model: starts, stops, and losses of power.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import TestSupport

@testable import BootServer

extension ModelWorld {
  /// Edits that were not taken, and that the disk has lost, hold nobody.
  private func forgetAsides() {
    let names = (files.disk.visible[RecordFile.folder] ?? [:]).keys
    state.ledger.asides = state.ledger.asides.filter { names.contains("\($0.key).json.edited") }
    for index in possible.indices {
      possible[index].asides = possible[index].asides.filter {
        names.contains("\($0.key).json.edited")
      }
    }
  }

  func power(_ action: ModelAction) {
    switch action {
    case .start: start()
    case .stop:
      guard let server else { return }
      server.store.close()
      takeStoreEvents()
      end(files.disk)
    case .kill: end(files.disk)
    case .powerCut(let power):
      counters.cuts += 1
      end(power.after(files.disk))
    case .cutDuring(let inner, let step, let power): cut(during: inner, at: step, power)
    default: break
    }
  }

  private func start() {
    guard server == nil else { return }
    let place = place
    let storeEvents = storeEvents
    server = ModelServer(
      place: { place.withLock { $0 } }, profiles: profiles,
      report: { event in storeEvents.withLock { $0.append(event) } })
    turn([])
  }

  /// The process is gone; the disk is what it is.
  private func end(_ disk: MemoryDisk) {
    server = nil
    state.editors = [:]
    if let moved {
      // The directory that is at its path now is another one.
      files.takeMarker(from: moved.files)
      state.ledger = moved.ledger
      self.moved = nil
      replaceFiles(files.disk)
    } else {
      replaceFiles(disk)
    }
    forgetAsides()
  }

  /// Nobody was told of what was done when the power went, though it may have been written.
  private func cut(during inner: ModelAction, at step: Int, _ power: ModelPower) {
    // What a disk that fails has of a batch when the power goes, nobody knows.
    guard server != nil || inner.isStart, moved == nil, hooks.isHealthy else { return }
    let before = state
    (trace, possible) = ([], possible)
    hooks.cut(at: step)
    apply(inner)
    let disk = hooks.takeCut()
    let seen = trace ?? []
    trace = nil
    guard violation == nil else { return }
    guard let disk else { return tell("it was over before the power went") }
    tell("the power goes in the middle")
    counters.cuts += 1
    let last = state
    state = before
    state.highest = last.highest
    possible += seen
    moved = nil
    end(power.after(disk))
  }

  func keepUp(_ action: ModelAction) {
    guard let server else { return }
    switch action {
    case .writeFiles:
      server.store.keep(state.ledger.roster.sightings(now))
      _ = server.store.writeFiles()
    case .checkpointWith(let step, let requests):
      hooks.intrude(at: step) { [self] in perform(requests) }
      server.store.checkpoint()
      if hooks.endIntrusion() { counters.intrusions += 1 }
    default: server.store.checkpoint()
    }
    takeStoreEvents()
    forgetTouched(server)
  }

  /// What somebody did to a file is settled once the disk has the record as it is known.
  private func forgetTouched(_ server: ModelServer) {
    if state.ledger.touched.isEmpty || !server.keeper.isOpen || moved != nil { return }
    guard server.store.condition.behind == 0, server.store.condition.journalBytes == 0,
      server.keeper.unsure.isEmpty
    else { return }
    let disk = ModelPower(loss: .all, seed: 0).after(files.disk)
    let roster = server.keeper.roster
    for id in state.ledger.touched {
      let name = RecordFile.name(id)
      guard roster.damage(of: id) == nil, files.disk.contents(name) == disk.contents(name),
        roster[id].map({ Array($0.machine.fileText.utf8) }) == disk.contents(name),
        files.disk.node(name).map({ files.disk.nodes[$0]?.pending.isEmpty ?? true }) ?? true
      else { continue }
      state.ledger.touched.remove(id)
    }
  }
}

extension ModelAction {
  fileprivate var isStart: Bool { if case .start = self { true } else { false } }
}

extension Roster {
  fileprivate func sightings(_ now: Timestamp) -> [MachineID: Machine.Sightings] {
    var sightings: [MachineID: Machine.Sightings] = [:]
    for entry in all.prefix(3) { sightings[entry.machine.id] = Machine.Sightings(lastSeen: now) }
    return sightings
  }
}

extension ModelWorld {
  /// Everything is mended, and everyone idle: who is new is served.
  func settle() {
    hooks.heal()
    state.isLocal = false
    for profile in ModelProfiles.all {
      profiles.withLock { $0.put(profile.name, .takes(nil)) }
    }
    start()
    for number in 9991...9993 {
      // A change makes the server look where its directory is.
      perform([.stranger(uuid: number, mac: number % 1000 + 3000, serial: nil)])
      _ = server?.store.writeFiles()
      server?.store.checkpoint()
    }
    takeStoreEvents()
    guard let server, violation == nil else { return }
    guard server.keeper.isOpen, server.keeper.unsure.isEmpty, server.store.condition.problem == nil
    else {
      let reason = server.store.condition.problem ?? "it does not open"
      return fail(5, "nothing is wrong any more, and no change can be made: \(reason)")
    }
    trust()
    if server.store.condition.careful != nil { fail(5, "it was trusted, and is careful still") }
    for number in 9001...9003 {
      state.boards[number] = ModelBoard(uuid: number, cards: [number % 1000 + 5000], serial: number)
      serve(number)
    }
    for number in state.boards.keys.sorted() where number < 9000 { serve(number, isKnown: true) }
  }

  /// - Parameter isKnown: it may be; then nothing is expected of it.
  private func serve(_ number: Int, isKnown: Bool = false) {
    guard violation == nil, let board = state.boards[number] else { return }
    let saying = Saying(board: number)
    let names = ModelNames.names(of: board.identity(saying))
    if isKnown, board.uuid == nil || board.cards.isEmpty || !isNew(names) { return }
    var last: BootAnswer<String>?
    for _ in 0..<3 {
      last = answer(saying)
      if case .installer? = last { return }
    }
    switch last {
    case .hold(let hold, _)?:
      if isKnown, [.unmatched, .tie, .profile].contains(hold.reason) { return }
      fail(5, "board \(number) is new, and held: \(hold.log)")
    case .script?: if !isKnown { fail(5, "board \(number) is new, and gets no installer") }
    case .refused(let error, _)?: fail(5, "board \(number) is new, and refused: \(error)")
    default: fail(5, "board \(number) is new, and gets no script")
    }
  }

  /// Whether no record has one of the names.
  private func isNew(_ names: Set<String>) -> Bool {
    let roster = state.ledger.roster
    if !roster.damaged.isEmpty { return false }
    return roster.all.allSatisfy { entry in
      let told = entry.machine.told.flatMap(\.hardware).compactMap { ModelNames.short($0.value) }
      return names.isDisjoint(with: ModelNames.names(of: entry.machine).union(told))
    }
  }
}
