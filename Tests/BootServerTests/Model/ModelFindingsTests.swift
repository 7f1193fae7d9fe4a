// BootServerTests/Model: short histories that went wrong once.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Testing

@testable import BootServer

/// Each was found by chance and shortened; what it says broke a rule before it was mended.
@Suite("A history that went wrong once")
struct ModelFindingsTests {
  private static func replay(_ actions: [ModelAction]) -> ModelWorld {
    let world = ModelRun.replay([.start] + actions)
    #expect(world.violation == nil, "\(ModelRun.story([.start] + actions))")
    return world
  }

  private static func boot(_ board: Int, card: Int = 0, host: Int? = nil, mac: Bool = true)
    -> ModelAction
  {
    .requests([.boot(Saying(board: board, card: card, mac: mac, host: host))])
  }

  private static func installs(_ board: Int) -> [ModelAction] {
    [boot(board), .run(board), .requests([.report(board, .installed)])]
  }

  private static func id(uuid: Int) -> MachineID { MachineID(ModelNames.uuid(uuid)) }
  private static func id(mac: Int) -> MachineID { MachineID(ModelNames.mac(mac)) }
  private static let one = ModelAction.board(1, uuid: 21, cards: [21, 321], serial: 21)
  private static let two = ModelAction.board(2, uuid: 22, cards: [22], serial: 22)
  private static let newcomer = ModelAction.requests([.stranger(uuid: 90, mac: 3090, serial: nil)])

  @Test func `a file put back while no server runs is nobody's word`() {
    let world = Self.replay(
      [Self.one, Self.boot(1), .checkpoint, .backup(0), .run(1)]
        + [.requests([.report(1, .installed)]), .stop]
        + [.hand(.restoreFile(0, Self.id(uuid: 21))), .start, Self.boot(1)])
    #expect(world.counters.installers == 1)
  }

  @Test func `a claim from before the directory was put back is none`() {
    let claim = ModelAction.requests([.say("\(Self.id(uuid: 21))", .claim("rest"))])
    // A second board's boot is a change: with it the server notices.
    let world = Self.replay(
      [Self.one, Self.two, Self.boot(1), claim, .backup(1), Self.boot(1), .checkpoint]
        + [.restore(1, isRunning: true), Self.boot(2), Self.boot(2), Self.boot(1)])
    #expect(world.counters.installers == 2)
  }

  @Test func `what a boot tells makes no old claim a new one`() {
    let again = ModelAction.requests([.say("\(Self.id(uuid: 21))", .state(.configured))])
    let world = Self.replay(
      [Self.one, Self.boot(1), again, .backup(0)] + Self.installs(1)
        + [.kill, .restore(0, isRunning: false), .start, Self.boot(1, host: 2), Self.boot(1)])
    #expect(world.counters.installers == 2)
  }

  @Test func `trust is for the directory that is there, and not for the one that was`() {
    _ = Self.replay(
      [.backup(2), Self.one, Self.boot(1), .checkpoint, .restore(2, isRunning: true), .trust]
        + [Self.newcomer, Self.newcomer])
  }

  @Test func `trust is durable, also where its first try failed halfway`() {
    _ = Self.replay([
      .kill, .empty(isRunning: false), .start, Self.newcomer, .fault(.folderFlush, times: 9),
      .trust, .heal, .trust, .powerCut(ModelPower(loss: .all, seed: 1)), .start,
    ])
  }

  @Test func `an installer waits for nobody who is not to be installed any more`() {
    let claimAndBoot: [ModelRequest] = [
      .say("\(Self.id(uuid: 21))", .takeOver("core", .running)), .boot(Saying(board: 1)),
    ]
    let world = Self.replay(
      [Self.one, .requests([.say("\(Self.id(uuid: 21))", .put("ram"))])]
        + [.requests([.say("\(Self.id(uuid: 21))", .claim("core"))]), .requests(claimAndBoot)])
    #expect(world.counters.boots == 1)
  }

  @Test func `a claim said again counts for what came into use since`() {
    let world = Self.replay(
      [Self.one, Self.two, .requests([.say("\(Self.id(uuid: 21))", .put("rest"))]), Self.boot(1)]
        + Self.installs(2) + [.swapCards(1, 0, 2, 0), .hint(Saying(board: 1))])
    #expect(world.counters.installers == 3)
  }

  @Test func `a damaged record keeps what boots told of it`() {
    let world = Self.replay(
      [Self.one, .requests([.say("\(ModelNames.mac(321))", .takeOver("core", .running))])]
        + [Self.boot(1, card: 1), .checkpoint, .hand(.delete(Self.id(mac: 321))), Self.boot(1)]
        + [.stop, .start, Self.boot(1)])
    #expect(world.counters.installers == 0)
  }

  @Test func `a damaged record keeps its slot, whatever its file says`() {
    let world = Self.replay([
      .profile("few", .takes(1)), .board(1, uuid: 21, cards: [1021], serial: nil),
      .board(2, uuid: 22, cards: [22], serial: nil),
      .board(3, uuid: 23, cards: [1023], serial: nil), Self.boot(1), Self.boot(2), .checkpoint,
      .hand(.copy(Self.id(uuid: 22), to: Self.id(uuid: 21), fixesID: false)), Self.boot(3),
    ])
    #expect(world.counters.installers == 2)
  }

  @Test func `a token that was given out by a hand edit stays good`() {
    _ = Self.replay([
      .board(1, uuid: 21, cards: [3021], serial: nil), Self.boot(1), .checkpoint,
      .hand(.edit(Self.id(uuid: 21), .state(.running), .same, inPlace: false)), Self.newcomer,
      .checkpoint, .stop, .start,
    ])
  }

  @Test func `an edit that was not taken holds at once, until a person decides for good`() {
    let id = Self.id(uuid: 21)
    let again = ModelAction.requests([.say("\(id)", .state(.configured))])
    let world = Self.replay([
      Self.one, Self.boot(1), .checkpoint, again,
      .hand(.edit(id, .state(.running), .same, inPlace: false)), Self.boot(1),
      .hint(Saying(board: 1)), .stop, .start, Self.boot(1),
    ])
    #expect(world.counters.asides == 1)
    #expect(world.counters.installers == 3)
  }

  @Test func `a machine that was removed is not held by a file that is called wrongly`() {
    let id = Self.id(uuid: 21)
    _ = Self.replay([
      Self.one, Self.boot(1), .checkpoint, .hand(.misname(id)), .tick,
      .requests([.say("\(id)", .remove)]), .checkpoint, .kill, .start,
    ])
  }

  @Test func `a disk that was full at the start is used once it is not`() {
    _ = Self.replay([.kill, .fault(.fullDisk, times: 2), .start, Self.newcomer, .settle])
  }

  @Test func `a serial that two machines have tells nobody of them`() {
    _ = Self.replay([
      .requests([.stranger(uuid: nil, mac: 21, serial: 26)]),
      .requests([.stranger(uuid: 26, mac: 2026, serial: 26)]),
      .requests([.stranger(uuid: nil, mac: nil, serial: 26)]),
    ])
  }

  @Test func `a journal's file that says nothing keeps its number`() {
    let empty = JournalReplay.Source(number: 16, bytes: [])
    #expect(JournalReplay([empty], id: "x", settled: 12).highest == 16)
    #expect(StateContents.journalNumber("journal-9223372036854775807") == nil)
  }
}
