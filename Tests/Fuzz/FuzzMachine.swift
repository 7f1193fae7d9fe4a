// Fuzz: records, edits, matches and what machines say of themselves.
// SPDX-License-Identifier: Apache-2.0

private let id = MachineID("52-54-00-00-00-01")!

func checkMachine(_ data: [UInt8]) {
  record(data)
  identity(data)
  let candidate = Candidate(name: "f", parsing: data)
  require(candidate.problem?.hasPrefix("profiles/f.json") ?? true, candidate.problem ?? "")
  edit(data, candidate)
}

/// What is read is written, and read back the same.
private func record(_ data: [UInt8]) {
  do throws(MachineError) {
    let machine = try Machine(parsing: data, id: id, file: "machines/f.json")
    let again = try? Machine(parsing: Array(machine.fileText.utf8), id: id, file: "machines/f.json")
    require(again == machine, "a record reads back: \(machine.fileText)")
  } catch {
    require(error.description.hasPrefix("machines/f.json"), error.description)
    _ = Roster.Damage(error, id: id, bytes: data)
  }
}

/// Names of hardware are read back as they are written, and nothing else becomes one.
private func identity(_ data: [UInt8]) {
  var identity = BootIdentity()
  for (index, parameter) in BootIdentity.Parameter.allCases.enumerated() {
    identity.read(parameter, data[...], isHex: index > 3 && data.count.isMultiple(of: 2))
  }
  if let uuid = identity.uuid { require(MachineUUID(uuid.description) == uuid, "\(uuid)") }
  if let mac = identity.mac {
    require(MACAddress(mac.description) == mac && MACAddress(mac.dashed) == mac, "\(mac)")
  }
  for text in [identity.serial, identity.asset, identity.hostname].compactMap({ $0 }) {
    require(!text.unicodeScalars.contains { $0.value < 0x20 }, "no control character is kept")
  }
  guard identity.canIdentify else { return }
  let rules = Rules(roster: Roster(), profiles: ProfileIndex(), now: Timestamp(seconds: 1))
  let machine = try? rules.contact(identity).machine
  require(machine.map { record(Array($0.fileText.utf8), of: $0) } ?? false, "a new record is read")
}

private func record(_ text: [UInt8], of machine: Machine) -> Bool {
  (try? Machine(parsing: text, id: machine.id, file: "f")) == machine
}

/// An edit that is taken leaves a record that can be read.
private func edit(_ data: [UInt8], _ candidate: Candidate) {
  guard let edit = try? MachineEdit(parsing: data, merges: data.count.isMultiple(of: 2)) else {
    return
  }
  var roster = Roster()
  let known = Machine(id: id, firstSeen: Timestamp(seconds: 0))
  roster.put(Roster.Entry(known, token: "t"))
  let rules = Rules(roster: roster, profiles: ProfileIndex([candidate]), now: Timestamp(seconds: 1))
  guard let after = try? rules.edit(id, edit, present: nil, why: "").machine else { return }
  require(record(Array(after.fileText.utf8), of: after), "an edited record is read")
}
