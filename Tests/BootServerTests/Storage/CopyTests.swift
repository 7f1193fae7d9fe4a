// BootServerTests/Storage: plain copies of a state directory that changes meanwhile.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import Boot
@testable import BootServer

/// A server that changes its state directory while somebody copies it, file by file.
private final class CopiedServer {
  static let quantity = 2
  static let machines = 5

  private let lab: KeeperLab
  private var chance: Chance
  /// Every text that each record had.
  private(set) var texts: [MachineID: Set<String>] = [:]
  /// What each record was since the copy began; `nil`: there was none.
  private(set) var since: [MachineID: Set<String?>] = [:]

  init(seed: Int) throws {
    lab = try KeeperLab(profiles: Self.profiles)
    chance = Chance(seed)
    for _ in 0..<30 { try act() }
  }

  static let profiles = ["core": #"{"quantity":\#(quantity),"install":{}}"#]

  /// Does something that happens every day.
  func act() throws {
    let number = 1 + chance.below(Self.machines)
    switch chance.below(16) {
    case 0..<6: lab.process(KeeperLab.boot(number))
    case 6..<9: lab.process(try KeeperLab.edit(number, #"{"profile":null,"state":"unknown"}"#))
    case 9: lab.process(KeeperLab.remove(number))
    case 10: lab.process(try KeeperLab.edit(number, #"{"state":"configured"}"#))
    case 11..<14: _ = lab.store.writeFiles()
    default: lab.store.checkpoint()
    }
    note()
  }

  /// All of a record but its number: files that are younger than the rest are taken for edits.
  static func text(_ machine: Machine) -> String {
    var machine = machine
    machine.revision = 0
    return machine.fileText.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func note() {
    for number in 1...Self.machines {
      guard let id = MachineID(MachineLab.uuid(number)) else { continue }
      let text = lab.keeper.roster[id].map { Self.text($0.machine) }
      if let text { texts[id, default: []].insert(text) }
      since[id, default: []].insert(text)
    }
  }

  /// Copies all files, in any order, while changes go on.
  func copy(withMarker: Bool) throws -> MemoryDisk {
    since = [:]
    note()
    var copy = MemoryDisk()
    var folders = ["."]
    while !folders.isEmpty {
      let folder = folders.remove(at: chance.below(folders.count))
      // A program lists a folder, and goes through what was there then.
      let disk = lab.files.disk
      var names = (disk.visible[folder] ?? [:]).keys.sorted()
      if folder == "." {
        names += disk.visible.keys.filter { $0 != "." && $0 != MemoryDisk.outside }.sorted()
      }
      while !names.isEmpty {
        let name = names.remove(at: chance.below(names.count))
        if disk.visible[name] != nil {
          copy.makeFolder(name)
          folders.append(name)
          continue
        }
        try copyFile(folder == "." ? name : "\(folder)/\(name)", to: &copy)
      }
    }
    if withMarker { try copyFile("\(MemoryDisk.outside)/\(StateMarker.fileName)", to: &copy) }
    return copy
  }

  /// One file, perhaps in two parts.
  private func copyFile(_ name: String, to copy: inout MemoryDisk) throws {
    for _ in 0..<chance.below(4) { try act() }
    guard let node = lab.files.disk.node(name) else { return }
    func bytes() -> [UInt8] { lab.files.disk.nodes[node]?.visible ?? [] }
    let first = bytes()
    let count = chance.flip() ? first.count : chance.below(first.count + 1)
    var whole = Array(first[..<count])
    if count < first.count {
      try act()
      whole += bytes().dropFirst(count)
    }
    copy.write(copy.make(name), whole, at: 0)
  }
}

@Suite("A copy of a state directory that changes meanwhile")
struct CopyTests {
  /// What is wrong with what a start makes of a copy.
  private static func verdict(_ copy: MemoryDisk, of server: CopiedServer) throws -> [String] {
    let lab = try KeeperLab(copy, profiles: CopiedServer.profiles)
    let roster = lab.keeper.roster
    var problems: [String] = []
    for entry in roster.all {
      let (id, text) = (entry.machine.id, CopiedServer.text(entry.machine))
      if server.texts[id]?.contains(text) != true { problems.append("never was: \(text)") }
    }
    if lab.holdsNobody {
      if lab.holders > CopiedServer.quantity { problems.append("\(lab.holders) have the profile") }
      for (id, possible) in server.since {
        let text = roster[id].map { CopiedServer.text($0.machine) }
        if !possible.contains(text) { problems.append("older: \(id) \(text ?? "is not there")") }
      }
    }
    // Whatever is the matter, newcomers get no slot that somebody has.
    let most = max(lab.holders, CopiedServer.quantity)
    for number in 0..<4 { lab.process(KeeperLab.boot(100 + number)) }
    if lab.holders > most { problems.append("\(lab.holders) have the profile, after newcomers") }
    return problems
  }

  /// - Parameter withMarker: put back in its place; else it is another server's, and has no marker.
  @Test(arguments: [true, false])
  func `is started from, and what its files cannot tell is said`(withMarker: Bool) throws {
    var problems: [String] = []
    var whole = 0
    // The last one: before the first checkpoint in the life of a directory.
    for seed in Array(1...Effort.times(200, long: 3000)) + [1387] {
      let server = try CopiedServer(seed: seed)
      let copy = try server.copy(withMarker: withMarker)
      problems += try Self.verdict(copy, of: server).map { "seed \(seed): \($0)" }
      if try KeeperLab(copy, profiles: CopiedServer.profiles).holdsNobody { whole += 1 }
    }
    #expect(problems.isEmpty)
    // Most are a mixture, but to hold everybody always would be no art.
    #expect(whole > (testsAreStrict ? 10 : 1))
  }

  /// A record is newer than all that the journals say, so another one may be older.
  @Test func `is doubted for one record that is ahead, until it is trusted`() throws {
    let files = MemoryFileSystem()
    let store = StateDirectory.over(files)
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1)), .put(.test(2))]))
    store.checkpoint()
    var copy = files.disk
    _ = try store.commit(Batch(changes: [.put(.test(2, .unknown)), .put(.test(3))]))
    #expect(store.writeFiles() == 0)
    // The program that copies has been through all other files by then.
    let name = RecordFile.name(.test(3))
    let node = copy.make(name)
    copy.write(node, try #require(files.disk.contents(name)), at: 0)
    copy.flush(node)
    copy.flush(folder: RecordFile.folder)
    let copied = MemoryFileSystem(copy)
    let reason =
      "its files are not of one time: \(name) is of change 2, and the rest may be no newer than"
      + " change 1"
    #expect(try StateCheck.check(copied).findings.map(\.text).contains(reason))
    for _ in 0..<2 {
      let next = StateDirectory.over(MemoryFileSystem(copied.disk))
      #expect(try next.open().byID.count == 3)
      #expect(next.condition.careful == reason)
    }
    let trusted = StateDirectory.over(copied)
    _ = try trusted.open()
    try trusted.trust()
    #expect(trusted.condition.careful == nil)
    // Killed, or without power, before anything else has changed.
    for disk in [copied.disk, copied.disk.afterPowerLoss { false }] {
      let next = StateDirectory.over(MemoryFileSystem(disk))
      #expect(try next.open().byID.count == 3)
      #expect(next.condition.careful == nil)
    }
  }
}
