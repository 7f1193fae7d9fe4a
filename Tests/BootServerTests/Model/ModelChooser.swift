// BootServerTests/Model: what happens next, by chance.
// SPDX-License-Identifier: Apache-2.0

import Boot

@testable import BootServer

/// Chooses actions that have a point in the world as it is; what it chose says all by itself.
struct ModelChooser {
  private var chance: Chance
  private var names = 20

  init(seed: Int) { chance = Chance(seed) }

  private mutating func below(_ count: Int) -> Int { chance.below(count) }
  private mutating func oneIn(_ count: Int) -> Bool { chance.below(count) == 0 }

  private mutating func pick<Element>(_ list: [Element]) -> Element? {
    list.isEmpty ? nil : list[below(list.count)]
  }

  /// The world before anything happens.
  mutating func beginning() -> [ModelAction] {
    var actions: [ModelAction] = [
      .profile("few", .takes(2)), .profile("core", .takes(oneIn(2) ? 4 : nil)), .start,
    ]
    for number in 1...(5 + below(4)) { actions.append(board(number)) }
    return actions
  }

  private mutating func board(_ number: Int) -> ModelAction {
    names += 1
    let kind = [0, 0, 0, 0, 1, 1, 2, 3][below(8)] * 1000
    var cards = [kind + (oneIn(6) ? 1 : names)]
    // Some have a second card, some boot through a dock.
    if oneIn(2) { cards.append(oneIn(4) ? kind + 2 : kind + 300 + names) }
    let uuid = oneIn(8) ? nil : oneIn(7) ? 1 : names
    let serial = oneIn(4) ? nil : oneIn(4) ? 1 : names
    return .board(number, uuid: uuid, cards: cards, serial: serial)
  }

  mutating func next(_ world: ModelWorld) -> ModelAction {
    guard world.server != nil else { return withoutServer(world) }
    switch below(200) {
    case 0..<76: return .requests([progress(world)])
    case 76..<88: return .requests((0..<(2 + below(4))).map { _ in request(world) })
    case 88..<100: return ofBoard(world)
    case 100..<109: return .requests([stranger(world)])
    case 109..<126: return .requests([say(world)])
    case 126:
      let id = record(world) ?? MachineID(ModelNames.uuid(1))
      return .requests([oneIn(4) ? .allOneToOne : .same(id)])
    case 127..<132: return .hint(saying(world))
    case 132..<148: return .hand(hand(world))
    case 148..<158: return upkeep(world)
    case 158..<178: return power(world)
    case 178..<182: return .backup(below(3))
    case 182..<184: return restore(world, isRunning: true)
    case 184..<187: return world.hooks.isHealthy && !oneIn(3) ? fault() : .heal
    case 187: return .heal
    case 188..<191:
      return world.state.ledger.carefulSince != nil || oneIn(10) ? .trust : .tick
    case 191..<193:
      return .clock([-1, 1][below(2)] * [5, 3600, 86_400 * 400, 86_400 * 9000][below(4)])
    case 193..<196: return profile()
    case 196: return .localPolicy(oneIn(2))
    default: return .tick
    }
  }

  private mutating func withoutServer(_ world: ModelWorld) -> ModelAction {
    switch below(20) {
    case 0..<13: return .start
    case 13, 14: return .hand(hand(world))
    case 15: return .backup(below(3))
    case 16, 17: return restore(world, isRunning: false)
    case 18: return .cutDuring(.start, at: below(30), loss())
    default: return .heal
    }
  }

  private mutating func restore(_ world: ModelWorld, isRunning: Bool) -> ModelAction {
    guard !oneIn(4), let number = pick(world.state.backups.keys.sorted()) else {
      return .empty(isRunning: isRunning)
    }
    return .restore(number, isRunning: isRunning)
  }

  private mutating func fault() -> ModelAction {
    .fault(pick(ModelFault.allCases) ?? .fullDisk, times: 1 + below(oneIn(3) ? 12 : 3))
  }

  private mutating func profile() -> ModelAction {
    let name = ["core", "few", "few", "ram", "rest"][below(5)]
    switch below(6) {
    case 0: return .profile(name, .broken)
    case 1: return .profile(name, .missing)
    default: return .profile(name, .takes(name == "rest" || oneIn(4) ? nil : 1 + below(4)))
    }
  }

  private mutating func loss() -> ModelPower {
    ModelPower(
      loss: pick(ModelPower.Loss.allCases) ?? .some, seed: below(1_000_000))
  }

  private mutating func power(_ world: ModelWorld) -> ModelAction {
    switch below(20) {
    case 0..<3: return .stop
    case 3..<6: return .kill
    case 6..<8: return .powerCut(loss())
    case 8..<16: return .cutDuring(.requests([request(world)]), at: below(8), loss())
    case 16..<18: return .cutDuring(.checkpoint, at: below(30), loss())
    case 18: return .cutDuring(.stop, at: below(30), loss())
    default: return .cutDuring(.writeFiles, at: below(12), loss())
    }
  }

  private mutating func upkeep(_ world: ModelWorld) -> ModelAction {
    switch below(10) {
    case 0..<4: .writeFiles
    case 4..<7: .checkpoint
    default: .checkpointWith(below(20), (0..<(1 + below(2))).map { _ in request(world) })
    }
  }
}

extension ModelChooser {
  private mutating func request(_ world: ModelWorld) -> ModelRequest {
    switch below(10) {
    case 0..<6: progress(world)
    case 6: stranger(world)
    case 7: .strangerReports(oneIn(2) ? .installed : .running)
    default: say(world)
    }
  }

  private mutating func anyBoard(_ world: ModelWorld) -> Int {
    pick(world.state.boards.keys.sorted()) ?? 1
  }

  private mutating func saying(_ world: ModelWorld) -> Saying {
    var saying = Saying(board: anyBoard(world))
    saying.card = oneIn(3) ? 1 : 0
    if oneIn(25) { saying.uuid = false }
    if oneIn(40) { saying.mac = false }
    if oneIn(20) { saying.serial = false }
    if oneIn(6) { saying.host = 1 + below(3) }
    saying.address = oneIn(6) ? 1 + below(5) : 1
    return saying
  }

  /// A board does what is next for it.
  private mutating func progress(_ world: ModelWorld) -> ModelRequest {
    let saying = saying(world)
    guard let disk = world.state.boards[saying.board]?.disk, !oneIn(3) else { return .boot(saying) }
    if disk.inUseSince == nil { return .report(saying.board, oneIn(12) ? .running : .installed) }
    return oneIn(3) ? .report(saying.board, .running) : .boot(saying)
  }

  private mutating func ofBoard(_ world: ModelWorld) -> ModelAction {
    let waiting = world.state.boards.filter { $0.value.script != nil }.keys.sorted()
    if !waiting.isEmpty, !oneIn(4) {
      let number = pick(waiting) ?? 1
      return oneIn(8) ? .losePower(number) : .run(number)
    }
    let number = anyBoard(world)
    names += 1
    switch below(8) {
    case 0, 1: return .firmware(number, uuid: oneIn(5) ? nil : oneIn(4) ? 1 : names)
    case 2: return .serial(number, oneIn(3) ? nil : oneIn(3) ? 1 : names)
    case 3, 4: return .swapCards(number, below(2), anyBoard(world), below(2))
    case 5, 6: return board(oneIn(2) ? number : world.state.boards.count + 1)
    default: return .losePower(number)
    }
  }

  /// Somebody who knows some of the names.
  private mutating func stranger(_ world: ModelWorld) -> ModelRequest {
    func its(_ number: Int) -> ModelBoard? { world.state.boards[number] }
    let (one, two, three) = (anyBoard(world), anyBoard(world), anyBoard(world))
    let same = oneIn(2)
    let (second, third) = same ? (one, one) : (two, three)
    let uuid: Int? = oneIn(3) ? nil : oneIn(3) ? 90 + below(6) : its(one)?.uuid
    let mac: Int? = oneIn(4) ? nil : oneIn(3) ? 90 + below(6) : its(second)?.card(below(2))
    let serial: Int? = oneIn(3) ? nil : oneIn(4) ? 90 + below(4) : its(third)?.serial
    return .stranger(uuid: uuid, mac: mac, serial: serial)
  }

  private mutating func record(_ world: ModelWorld) -> MachineID? {
    let roster = world.state.ledger.roster
    return pick(roster.all.map(\.machine.id) + roster.damaged.map(\.id))
  }

  /// What a person calls a machine.
  private mutating func name(_ world: ModelWorld) -> String {
    let board = world.state.boards[anyBoard(world)]
    if oneIn(5), let card = board?.card(below(2)) { return ModelNames.mac(card).description }
    if oneIn(8), let uuid = board?.uuid { return ModelNames.uuid(uuid).description }
    return record(world)?.description ?? ModelNames.mac(1).description
  }

  private mutating func profileName() -> String {
    ["core", "core", "few", "ram", "rest", "rest", "memory"][below(7)]
  }

  private mutating func say(_ world: ModelWorld) -> ModelRequest {
    let word: PersonsWord
    switch below(22) {
    case 0..<5: word = .claim(profileName())
    case 5..<9: word = .state(.configured)
    case 9: word = .state(oneIn(2) ? .installed : .running)
    case 10: word = oneIn(2) ? .state(.unknown) : .profile(nil)
    case 11..<13: word = .takeOver(profileName(), oneIn(3) ? .installed : .running)
    case 13..<15: word = .put(profileName())
    case 15, 16: word = names(world)
    case 17: word = .putBack
    case 18: word = .hostname(below(3))
    default: word = .remove
    }
    return .say(name(world), word)
  }

  private mutating func names(_ world: ModelWorld) -> PersonsWord {
    let board = world.state.boards[anyBoard(world)]
    return .names(
      uuid: oneIn(2) ? board?.uuid : nil, macs: oneIn(2) ? board?.cards : nil,
      serial: oneIn(3) ? board?.serial : nil)
  }

  private mutating func hand(_ world: ModelWorld) -> HandAct {
    let id = record(world) ?? MachineID(ModelNames.mac(1))
    let other =
      oneIn(2) ? MachineID(ModelNames.mac(300 + below(5))) : record(world) ?? id
    switch below(24) {
    case 0..<8:
      let revision: HandRevision = oneIn(3) ? .lower : oneIn(3) ? .none : .same
      return .edit(id, change(world), revision, inPlace: oneIn(2))
    case 8..<10: return .open(id)
    case 10..<13:
      return .save(pick(world.state.editors.keys.sorted()) ?? id, change(world))
    case 13: return .copy(id, to: other, fixesID: oneIn(2))
    case 14: return .rename(id, to: other)
    case 15: return .misname(id)
    case 16, 17: return .delete(id)
    case 18, 19: return .putBack(pick(world.state.trash.keys.sorted()) ?? id)
    case 20: return .cutShort(id)
    case 21, 22:
      return .restoreFile(pick(world.state.backups.keys.sorted()) ?? 0, id)
    default: return .removeAside(id)
    }
  }

  private mutating func change(_ world: ModelWorld) -> HandChange {
    switch below(8) {
    case 0: .nothing
    case 1..<4: .state(pick(MachineState.allCases) ?? .configured)
    case 4: .profile(profileName())
    case 5: .uuid(world.state.boards[anyBoard(world)]?.uuid ?? 1)
    case 6: .macs(world.state.boards[anyBoard(world)]?.cards ?? [])
    default: .hostname(below(3))
    }
  }
}
