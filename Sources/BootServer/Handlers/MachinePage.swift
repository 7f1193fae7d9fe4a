// BootServer/Handlers: a piece of the list of machines.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import Text

/// Answers one ``MachineQuery``: a piece of all machines that fit, in the order that is asked for.
struct MachinePage {
  private let query: MachineQuery
  private let snapshot: Snapshot
  private let register: MachineRegister
  private let answers: MachineAnswers

  init(_ query: MachineQuery, _ snapshot: Snapshot, _ register: MachineRegister) {
    self.query = query
    self.snapshot = snapshot
    self.register = register
    answers = MachineAnswers(snapshot, register)
  }

  func answer(_ orders: MachineOrders, tag: [UInt8]) -> Response {
    let basis = MachineOrders.Basis(snapshot: snapshot.number, holds: register.holds.revision)
    let ids = orders.ids(query.order, basis) { ordered }
    guard let start = start(in: ids) else {
      var response = Response.line(
        .conflict, "the machine that after= names is not in this list any more; begin anew")
      response.event = Event(.machines)
      return response
    }
    let lines = ids[start...].prefix(query.limit).compactMap(row).map { JSONWriter.text($0) }
    let text = lines.isEmpty ? "[]\n" : "[\n" + lines.joined(separator: ",\n") + "\n]\n"
    var response = Response(.ok, text: text, type: "application/json")
    response.add("ETag", tag)
    // Of all that fit, for whoever draws a scroll bar.
    response.add("X-Total-Count", "\(ids.count)")
    response.event = Event(.machines)
    return response
  }

  private func start(in ids: [MachineID]) -> Int? {
    guard let after = query.after else { return 0 }
    if let index = ids.firstIndex(of: after) { return index + 1 }
    guard query.order.sort == .id, !query.order.isBackward else { return nil }
    return ids.firstIndex { after < $0 } ?? ids.count
  }

  private func row(_ id: MachineID) -> JSON? {
    let whole: JSON
    if let machine = snapshot.machine(id)?.machine {
      whole = answers.answer(machine)
    } else if let error = snapshot.roster.damage(of: id) {
      whole = Machine.answer(damaged: id, error, held: answers.held(id, error))
    } else {
      return nil
    }
    guard let fields = query.fields, case .object(let members) = whole else { return whole }
    return .object(members.filter { fields.contains($0.name) })
  }

  /// What a machine is sorted by: a number, a text, and its ID where both are the same.
  private struct Key: Comparable {
    let number: Int
    let text: String
    let id: MachineID

    static func < (left: Key, right: Key) -> Bool {
      if left.number != right.number { return left.number < right.number }
      return left.text == right.text ? left.id < right.id : left.text < right.text
    }
  }

  private var ordered: [MachineID] {
    let roster = snapshot.roster
    var keys = roster.all.map(\.machine).filter(fits).map(key)
    for (id, error) in roster.damaged where fits(damaged: id, error) {
      keys.append(Key(number: Int.max, text: "", id: id))
    }
    let order = query.order
    if order.sort != .id { keys.sort() }
    return order.isBackward ? keys.reversed().map(\.id) : keys.map(\.id)
  }

  private func key(_ machine: Machine) -> Key {
    var number = 0
    var text = ""
    switch query.order.sort {
    case .id: break
    case .name: text = Self.natural(machine.hostname ?? machine.id.description)
    case .state: number = MachineState.allCases.firstIndex(of: machine.state) ?? 0
    case .profile:
      number = machine.profile == nil ? 1 : 0
      text = Self.natural(machine.profile ?? "")
    case .held:
      let held = answers.held(machine)
      number = held == nil ? 1 : 0
      text = held.map { "\($0.hold.reason.rawValue) \($0.since)" } ?? ""
    case .lastSeen: number = register.sightings[machine.id].lastSeen?.seconds ?? -1
    case .lastBoot: number = register.sightings[machine.id].lastBoot?.seconds ?? -1
    }
    return Key(number: number, text: text, id: machine.id)
  }

  /// `node2` before `node10`: in front of every number stands how many digits it has.
  static func natural(_ text: String) -> String {
    var result: [UInt8] = []
    var digits: [UInt8] = []
    for byte in Array(text.utf8) + [0] {
      if ASCII.isDigit(byte) {
        digits.append(byte)
        continue
      }
      if !digits.isEmpty { result += [0x30 + UInt8(min(digits.count, 60))] + digits }
      digits = []
      if byte != 0 { result.append(ASCII.lowercased(byte)) }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private func fits(_ machine: Machine) -> Bool {
    if query.order.words.isEmpty { return true }
    let held = answers.held(machine)
    var text: [UInt8]?
    return query.order.words.allSatisfy { word in
      switch word {
      case .held: return held != nil
      case .state(let state): return machine.state.rawValue == state
      case .profile(let profile): return machine.profile?.lowercased() == profile
      case .part(let part):
        let whole = text ?? Self.text(machine, held)
        text = whole
        return Self.text(whole, holds: part)
      }
    }
  }

  private func fits(damaged id: MachineID, _ error: MachineError) -> Bool {
    query.order.words.allSatisfy { word in
      switch word {
      case .held: true
      case .state, .profile: false
      case .part(let part): Self.text(Array("\(id) held record".utf8), holds: part)
      }
    }
  }

  /// All that a person may look for, in small letters, a line for each.
  private static func text(_ machine: Machine, _ held: HeldSince?) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(256)
    func add(_ part: String) {
      text.append(0x0a)
      for byte in part.utf8 { text.append(ASCII.lowercased(byte)) }
    }
    machine.id.append(to: &text)
    add(machine.state.rawValue)
    for mac in machine.macs { add(mac.description) }
    let names = [
      machine.uuid.flatMap { machine.id.uuid == $0 ? nil : $0.description }, machine.serial,
      machine.asset, machine.hostname, machine.ip, machine.profile,
    ]
    for case let name? in names { add(name) }
    if let held { add("held " + held.hold.reason.rawValue) }
    return text
  }

  /// - Parameter part: in small letters.
  private static func text(_ text: [UInt8], holds part: [UInt8]) -> Bool {
    guard let first = part.first else { return true }
    var start = text.startIndex
    while let place = text[start...].firstIndex(of: first), place + part.count <= text.count {
      if text[place..<place + part.count].elementsEqual(part) { return true }
      start = place + 1
    }
    return false
  }
}
