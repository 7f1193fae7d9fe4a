// BootTests: boards, strangers and people in random order; no disk in use is written to unasked.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Text

@testable import Boot

/// Boards with disks, and what happens to them.
struct FleetModel {
  /// A mainboard with its cards and its disk.
  struct Board {
    var uuid: Int?
    /// With the letter of ``Fleet/mac(_:kind:)``.
    var cards: [String]
    var serial: String?
    /// Under which record its disk was installed, and when.
    var disk: (record: MachineID, batch: Int)?
    /// The installer's script that it was served last, and its token.
    var served: (record: MachineID, token: String)?
  }

  var fleet = Fleet()
  var boards: [Board] = []
  var random: SplitMix
  /// Records of which a person said at some time that their board may be installed again.
  var permitted: [MachineID: Int] = [:]
  var installations = 0
  var holds = 0
  var steps: [String] = []

  init(seed: Int) {
    random = SplitMix(seed: UInt64(seed))
    for number in 1...6 {
      boards.append(
        Board(
          uuid: chance(8) ? nil : chance(6) ? 1 : number,
          cards: ["m\(number)", chance(3) ? "x\(number)" : "m\(number + 20)"],
          serial: chance(3) ? nil : chance(4) ? "s1" : chance(4) ? "f" : "s\(number)"))
    }
  }

  mutating func chance(_ outOf: Int) -> Bool { Int.random(in: 0..<outOf, using: &random) == 0 }

  mutating func step() throws -> String? {
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<9: return boot(Int.random(in: 0..<boards.count, using: &random))
    case 9..<12: return stranger()
    case 12: mutate()
    case 13: damageOrMend()
    case 14: fleet.careful = fleet.careful == nil && chance(4) ? Careful(since: fleet.batch) : nil
    case 15: fleet.policy = chance(2) ? .local : .hold
    default: person()
    }
    return nil
  }

  /// - Returns: what went wrong.
  private mutating func boot(_ index: Int) -> String? {
    let board = boards[index]
    var words: [String] = []
    if let uuid = board.uuid, !chance(8) { words.append("u\(uuid)") }
    if let card = board.cards.randomElement(using: &random), !chance(30) { words.append(card) }
    if let serial = board.serial, !chance(8) { words.append(serial) }
    let text = words.joined(separator: " ")
    let before = fleet.roster
    let answer = fleet.boot(text)
    steps.append("board \(index) boots \(text): \(answer)")
    if case .held = answer { holds += 1 }
    guard case .installer(let id) = answer, let machine = fleet.machine(id) else { return nil }
    installations += 1
    if let problem = judge(board, Fleet.identity(text), machine, before) { return problem }
    boards[index].served = (id, fleet.roster[id]?.token ?? "")
    if !chance(4) { report(index) }
    return nil
  }

  private mutating func report(_ index: Int) {
    guard let served = boards[index].served, fleet.roster[served.record]?.token == served.token
    else { return }
    do {
      try fleet.report(served.record, .installed)
      boards[index].disk = (served.record, fleet.batch)
      steps.append("board \(index) reports installed to \(served.record)")
    } catch {
      return
    }
    if chance(2) { try? fleet.report(served.record, .running) }
  }

  /// Whether an installer may be served: asked of all records, one after another, without an index.
  private func judge(
    _ board: Board, _ boot: BootIdentity, _ machine: Machine, _ before: Roster
  ) -> String? {
    for entry in before.all where entry.machine.id != machine.id && entry.machine.isInUse {
      let other = entry.machine
      guard other.profile != nil, let name = common(boot, other, before) else { continue }
      var isDecided =
        machine.claimedIn.map { other.isInUse && other.installedIn < $0 }
        ?? false
      if case .uuid = name {
        // Two boards of one UUID: only serials that differ part them, and only a person's word by card.
        var nameless = boot
        nameless.uuid = nil
        let isOther = boot.serial != nil && other.usableSerial != nil
        isDecided =
          isDecided && isOther && common(nameless, other, before) == nil
          && machine.usableUUID == nil
      }
      if !isDecided {
        return "installer of \(machine.id) although it has \(name) of \(other.id), which is in use"
      }
    }
    if let damaged = before.damaged.first(where: { item in
      before.broken(item.id).map { damage in
        boot.uuid.map { damage.uuids.contains($0) } ?? false
      } ?? false
    }) {
      return "installer of \(machine.id) although \(damaged.id) is damaged and has its uuid"
    }
    guard let disk = board.disk else { return nil }
    let isAsked =
      permitted[disk.record].map { $0 >= disk.batch } ?? false
      || machine.claimedIn.map { $0 >= disk.batch } ?? false
    guard let its = before[disk.record]?.machine, !isAsked, common(boot, its, before) != nil else {
      return nil
    }
    return "installer of \(machine.id) for a disk in use by \(disk.record)"
  }

  /// A usable name that a boot and a record have, if nothing says that they are two boards.
  private func common(
    _ boot: BootIdentity, _ machine: Machine, _ roster: Roster
  ) -> HardwareName? {
    func boards(_ has: (Machine) -> Bool) -> Int {
      Set(
        roster.all.filter { $0.machine.profile != nil && has($0.machine) }
          .compactMap(\.machine.usableUUID)
      ).count
    }
    func usable(_ text: String?) -> String? {
      text.flatMap { text in
        boards { $0.usableSerial == text.lowercased() } >= 3 ? nil : text.lowercased()
      }
    }
    if let uuid = boot.uuid, uuid == machine.usableUUID { return .uuid(uuid) }
    let (serial, its) = (usable(boot.serial), usable(machine.usableSerial))
    if let serial, let its { if serial != its { return nil } else { return .serial(serial) } }
    if let mac = boot.mac, machine.macs.contains(mac) {
      let isDock = boards { $0.macs.contains(mac) } >= 3
      if !isDock || boot.uuid == nil || machine.usableUUID == nil { return .mac(mac) }
    }
    return nil
  }

  private mutating func stranger() -> String? {
    let from = (0..<3).compactMap { _ in boards.randomElement(using: &random) }
    guard from.count == 3 else { return nil }
    var words: [String] = []
    if !chance(4) {
      let uuid = chance(3) ? 90 + Int.random(in: 0..<5, using: &random) : from[0].uuid ?? 91
      words.append("u\(uuid)")
    }
    let number = Int.random(in: 90..<99, using: &random)
    if !chance(4) { words.append(chance(3) ? "m\(number)" : from[1].cards[0]) }
    if chance(2) { words.append(chance(3) ? "s\(number)" : from[2].serial ?? "s99") }
    let text = words.joined(separator: " ")
    let answer = fleet.boot(text)
    steps.append("stranger boots \(text): \(answer)")
    return nil
  }

  /// New firmware, or a card that goes to another board.
  private mutating func mutate() {
    let index = Int.random(in: 0..<boards.count, using: &random)
    let other = Int.random(in: 0..<boards.count, using: &random)
    if chance(2) {
      boards[index].uuid = 100 + steps.count
      steps.append("board \(index) has uuid u\(100 + steps.count - 1)")
    } else if index != other {
      let card = boards[index].cards[0]
      boards[index].cards[0] = boards[other].cards[1]
      boards[other].cards[1] = card
      steps.append("boards \(index) and \(other) change cards")
    }
  }

  private mutating func damageOrMend() {
    if let (id, _) = fleet.roster.damaged.randomElement(using: &random) {
      guard let kept = mendable[id] else { return }
      fleet.roster.put(kept)
      steps.append("record \(id) is mended")
    } else if let entry = fleet.roster.all.randomElement(using: &random) {
      mendable[entry.machine.id] = entry
      fleet.damage(entry.machine.id, bytes: chance(2) ? [0x7b] : [])
      steps.append("record \(entry.machine.id) is damaged")
    }
  }
  private var mendable: [MachineID: Roster.Entry] = [:]

  private mutating func person() {
    let all = fleet.roster.all
    guard let machine = all.randomElement(using: &random)?.machine else { return }
    let id = machine.id
    let action = Int.random(in: 0..<8, using: &random)
    do {
      switch action {
      case 0: try fleet.say("\(id)", #"{"profile":"core"}"#, makes: false)
      case 1:
        try fleet.say("\(id)", #"{"state":"configured"}"#, makes: false)
        permitted[id] = fleet.batch
      case 2:
        try fleet.say("\(id)", #"{"profile":null}"#, makes: false)
        permitted[id] = fleet.batch
      case 3:
        fleet.roster.remove(id)
        permitted[id] = fleet.batch
      case 4: fleet.keep(try fleet.rules.same(id, why: "w"))
      case 5: for decision in fleet.rules.allOneToOne(why: "w") { fleet.keep(decision) }
      case 6:
        let index = Int.random(in: 0..<boards.count, using: &random)
        let mac = Fleet.identity(boards[index].cards[0]).mac
        guard boards[index].disk == nil, let mac else { return }
        try fleet.say("\(mac)", #"{"profile":"core","state":"running"}"#)
        if let record = try? fleet.roster.resolve("\(mac)").machine, record.isInUse {
          boards[index].disk = (record.id, record.installedIn)
        }
      default: try fleet.say("\(id)", #"{"hostname":"n1"}"#, makes: false)
      }
      steps.append("a person does \(action) to \(id), \(machine.state)")
    } catch {
      return
    }
  }
}

@Suite("A fleet")
struct FleetModelTests {
  /// `FLEET_SEEDS=1000..9000 swift test --filter FleetModelTests` asks for more.
  static var seeds: Range<Int> {
    let words = (ProcessInfo.processInfo.environment["FLEET_SEEDS"] ?? "")
      .split(separator: "..").compactMap { Int($0) }
    return words.count == 2 && words[0] < words[1] ? words[0]..<words[1] : rounds(80)
  }

  @Test(arguments: seeds)
  func `has no disk in use installed over unless a person said so`(seed: Int) throws {
    var model = FleetModel(seed: seed)
    for _ in 0..<150 {
      if let problem = try model.step() {
        let story = model.steps.joined(separator: "\n")
        Issue.record("seed \(seed): \(problem)\n\(story)")
        return
      }
    }
    #expect(model.fleet.roster.all.allSatisfy { $0.machine.told.count <= 8 })
  }

  @Test func `is installed and held often enough for that to mean something`() throws {
    var (installations, holds) = (0, 0)
    for seed in 1000..<1020 {
      var model = FleetModel(seed: seed)
      for _ in 0..<150 { _ = try model.step() }
      installations += model.installations
      holds += model.holds
    }
    #expect(installations > 100 && holds > 100, "\(installations) \(holds)")
  }
}
