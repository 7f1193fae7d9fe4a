// BootServerTests/Crash: what must be on the disk after a kill.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Text

@testable import Boot
@testable import BootServer

/// Looks at the state directory while no server runs, and changes nothing in it.
struct StormCheck {
  let storm: CrashStorm
  let machines: [StormMachine]

  func look() {
    let path = storm.directory.path + "/state"
    // Killed before it had made even that.
    guard FileManager.default.fileExists(atPath: path) else { return judge([:]) }
    do {
      let folders = DiskFileSystem.markerFolders(state: path, data: storm.directory.path)
      let files = try DiskFileSystem(path: path, markerFolders: folders, isReadOnly: true)
      let contents = try StateContents.read(files)
      let doubt = try StartDoubt(files, contents, StartPolicy())
      judge(contents, doubt)
      judge(contents.machines.mapValues(\.machine))
    } catch {
      storm.violate("the state directory cannot be read: \(error)")
    }
    judgeFiles(path)
  }

  /// Nothing that happened can make anybody doubt.
  private func judge(_ contents: StateContents, _ doubt: StartDoubt) {
    for (id, damage) in contents.damaged { storm.violate("\(id) is damaged: \(damage.error)") }
    for (id, reason) in contents.state().held { storm.violate("\(id) is held: \(reason)") }
    for reason in contents.careful.reasons + doubt.reasons + contents.warnings {
      storm.violate("the state directory: \(reason)")
    }
  }

  private func judge(_ records: [MachineID: Machine]) {
    var holders: [String: [MachineID]] = [:]
    for (id, machine) in records {
      holders[machine.profile ?? "none", default: []].append(id)
      let number = Int(id.description.suffix(12), radix: 16) ?? 0
      if storm.owners.withLock({ $0[number] }) == nil { storm.violate("\(id) is nobody's record") }
    }
    for (profile, ids) in holders where ids.count > CrashStorm.quantities[profile] ?? 0 {
      storm.violate("\(ids.count) machines have profile \(profile)", ids.sorted().map(history))
    }
    for machine in machines { judge(machine, records) }
  }

  /// What one machine did last.
  private func history(_ id: MachineID) -> String {
    let number = Int(id.description.suffix(12), radix: 16) ?? 0
    guard let index = storm.owners.withLock({ $0[number] }) else { return "\(id)" }
    let known = machines[index].knowledge.withLock { $0[number] }
    return "\(id): " + (known?.history.suffix(4).joined(separator: "; ") ?? "")
  }

  /// Of each UUID that the machine has, or had.
  private func judge(_ machine: StormMachine, _ records: [MachineID: Machine]) {
    machine.knowledge.withLock { knowledge in
      for number in knowledge.keys.sorted() {
        let uuid = MachineLab.uuid(number)
        let record = MachineID(uuid).flatMap { records[$0] }
        let fact = record.map { Self.fact($0) }
        if let wrong = knowledge[number]?.see(fact, profile: record?.profile) {
          storm.violate("machine \(uuid): \(wrong)", knowledge[number]?.history ?? [])
        }
        // What is gone for good need not be looked at for ever.
        if record == nil, number != machine.number.withLock({ $0 }), knowledge.count > 20 {
          knowledge[number] = nil
        }
      }
    }
  }

  private static func fact(_ machine: Machine) -> StormFact {
    var note = 0
    if case .string(let text)? = machine.metadata["n"] { note = Int(text) ?? -1 }
    return StormFact(state: machine.state, generation: machine.generation, note: note)
  }

  /// A record's file is whole, also where the journal knows better.
  private func judgeFiles(_ path: String) {
    let folder = path + "/machines"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      guard name.hasSuffix(".json"), let id = MachineID(name.dropLast(5)),
        let bytes = FileManager.default.contents(atPath: folder + "/" + name)
      else {
        storm.violate("machines/\(name) is no record")
        continue
      }
      do {
        _ = try Machine(parsing: Array(bytes), id: id, file: name)
      } catch {
        storm.violate("half a record: \(error)")
      }
    }
  }
}
