// BootServerTests/Storage: machines and stores for tests.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import TestSupport

@testable import BootServer

extension Machine {
  /// The machine number `index`, with a profile.
  static func test(_ index: Int, _ state: MachineState = .configured) -> Machine {
    var machine = Machine(id: .test(index), firstSeen: Timestamp(seconds: 1_764_000_000))
    machine.macs = [machine.id.mac].compactMap { $0 }
    machine.serial = "S\(index)"
    machine.profile = state == .unknown ? nil : "core"
    machine.state = state
    machine.generation = 1
    if state == .installed || state == .running {
      machine.installedAt = Timestamp(seconds: 1_764_000_100)
    }
    return machine
  }
}

extension MachineID {
  static func test(_ index: Int) -> MachineID {
    let digits = String(index + 0x10000, radix: 16).suffix(4)
    return MachineID("52-54-00-00-\(digits.prefix(2))-\(digits.suffix(2))")!
  }
}

extension RecordChange {
  static func put(_ machine: Machine, token: String? = nil) -> RecordChange {
    RecordChange(id: machine.id, machine: machine, token: token)
  }
  static func remove(_ index: Int) -> RecordChange { RecordChange(id: .test(index)) }
}

/// A token as they look.
func testToken(_ index: Int) -> String {
  String(String(repeating: "0", count: 32) + String(index)).suffix(32).description
}

extension StateDirectory {
  /// A store over a file system in memory, with what it reports.
  static func over(
    _ files: MemoryFileSystem, policy: StartPolicy = StartPolicy(),
    limits: JournalWriter.Limits = .init(), _ events: Locked<[StoreEvent]> = Locked([])
  ) -> StateDirectory {
    var options = Options()
    options.limits = limits
    options.policy = policy
    options.report = { event in events.withLock { $0.append(event) } }
    return StateDirectory(options: options) { () throws(Errno) in files }
  }
}

extension StoredState {
  var byID: [MachineID: Machine] {
    Dictionary(uniqueKeysWithValues: machines.map { ($0.machine.id, $0.machine) })
  }
}
