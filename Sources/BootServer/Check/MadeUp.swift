// BootServer/Check: a machine that nobody has.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// A machine that has everything that a template may ask for.
enum MadeUp {
  /// - Parameter metadata: keys that it has.
  static func machine(profile: String?, metadata: some Sequence<String> = []) -> Roster.Entry? {
    guard let uuid = MachineUUID("00000000-0000-4000-8000-000000000001") else { return nil }
    var machine = Machine(id: MachineID(uuid), firstSeen: Timestamp(seconds: 0))
    machine.uuid = uuid
    machine.macs = [MACAddress("52:54:00:00:00:01")].compactMap { $0 }
    machine.serial = "SERIAL1"
    machine.asset = "ASSET1"
    machine.hostname = "node1"
    machine.ip = "192.0.2.1"
    machine.arch = "x86_64"
    machine.platform = "efi"
    machine.profile = profile
    machine.state = .installing
    machine.etcdToken = String(repeating: "0", count: 32)
    for key in metadata { try? machine.metadata.set(key, .string("x")) }
    return Roster.Entry(machine, token: String(repeating: "0", count: 32))
  }
}
