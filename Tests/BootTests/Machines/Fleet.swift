// BootTests: a fleet of values: boards that boot, people who say things, and what comes of it.
// SPDX-License-Identifier: Apache-2.0

import Text

@testable import Boot

/// What a server does with a boot, without the server: plans are carried out until they end.
struct Fleet {
  /// What a machine got in the end.
  enum Answer: Equatable, CustomStringConvertible {
    case installer(MachineID)
    case script(MachineID)
    case disk
    case held(Hold.Reason)
    case nameless

    var description: String {
      switch self {
      case .installer(let id): "installer of \(id)"
      case .script(let id): "script of \(id)"
      case .disk: "its own disk"
      case .held(let reason): "held: \(reason)"
      case .nameless: "nameless"
      }
    }
  }

  /// Profiles: one that installs, one that boots into memory.
  static let profiles = [
    ("core", #"{"match":{"mac":"52:54:00:*"},"install":{"cloud_config":"i"}}"#),
    ("ram", #"{"match":{"mac":"52:54:01:*"}}"#),
    ("disk", #"{"install":{"cloud_config":"i"}}"#), ("memory", "{}"),
  ]

  var roster = Roster()
  var profiles: ProfileIndex
  var policy = HoldPolicy.hold
  var careful: Careful?
  var now = 1000
  var batch = 0
  /// The last sentence of a hold.
  var console = ""
  var log = ""

  init(_ profiles: [(String, String)] = Self.profiles) {
    self.profiles = ProfileIndex(profiles.map { Candidate(name: $0.0, parsing: Array($0.1.utf8)) })
  }

  var rules: Rules {
    Rules(
      roster: roster, profiles: profiles, careful: careful, now: Timestamp(seconds: now))
  }

  /// Writes a decision down.
  mutating func keep(_ decision: Decision) {
    for removal in decision.removals { roster.remove(removal.id) }
    guard roster[decision.machine.id]?.machine != decision.machine else { return }
    batch += 1
    var machine = decision.machine
    machine.stamp(batch: batch, from: roster[machine.id]?.machine)
    // What a record says is what its file says.
    let bytes = Array(machine.fileText.utf8)
    if let again = try? Machine(parsing: bytes, id: machine.id, file: "f") { machine = again }
    let old = roster[machine.id]
    let isSame = old?.machine.generation == machine.generation
    roster.put(Roster.Entry(machine, token: isSame ? old?.token ?? "" : "t\(batch)"))
  }

  /// One request of a board: `u=U1 m=M1 s=S1`.
  mutating func boot(_ boot: BootIdentity) -> Answer {
    now += 1
    var choice: Choice?
    for _ in 0..<8 {
      let found = roster.identify(boot)
      if found.wouldNote(boot), let decision = rules.observe(boot) { keep(decision) }
      var situation = BootSituation(boot, found: roster.identify(boot))
      (situation.policy, situation.careful, situation.choice) = (policy, careful, choice)
      let profiles = profiles
      switch BootPlan(situation, facts: { profiles.facts(of: $0) }) {
      case .ask, .nameless: return .nameless
      case .writeDown:
        do {
          let decision = try rules.contact(boot)
          keep(decision)
          choice = decision.choice
        } catch {
          return held(error)
        }
      case .beginInstall(let entry):
        do {
          keep(try rules.beginInstall(entry.machine.id, for: boot))
          return .installer(entry.machine.id)
        } catch {
          return held(error)
        }
      case .serve(let entry, .boot): return .script(entry.machine.id)
      case .serve(let entry, .install):
        if let decision = try? rules.beginInstall(entry.machine.id, for: boot) { keep(decision) }
        return .installer(entry.machine.id)
      case .localDisk: return .disk
      case .hold(let hold): return held(.held(hold))
      }
    }
    return .nameless
  }

  private mutating func held(_ error: MachineError) -> Answer {
    switch error {
    case .held(let hold):
      (console, log) = (hold.console, hold.log)
      return .held(hold.reason)
    default:
      (console, log) = (error.description, error.description)
      return .held(.record)
    }
  }

  mutating func boot(_ words: String) -> Answer { boot(Self.identity(words)) }

  /// `u1 m1 s1` is UUID 1, MAC 1, serial 1; `r1` is a MAC that `ram` takes.
  static func identity(_ words: String) -> BootIdentity {
    var boot = BootIdentity()
    for word in words.split(separator: " ") {
      let number = Int(word.dropFirst()) ?? 0
      let kind = word.first ?? " "
      switch kind {
      case "u": boot.read(.uuid, Array(uuid(number).description.utf8)[...], isHex: false)
      case "m", "r", "x":
        boot.read(.mac, Array(mac(number, kind: kind).description.utf8)[...], isHex: false)
      case "s": boot.read(.serial, Array(serial(number).utf8)[...], isHex: false)
      case "f": boot.read(.serial, Array("FILL-7G".utf8)[...], isHex: false)
      default: break
      }
    }
    return boot
  }

  static func uuid(_ number: Int) -> MachineUUID {
    let digits = String(number, radix: 16)
    return MachineUUID(
      "4c4c4544-0031-3010-8034-" + String(repeating: "0", count: 12 - digits.count) + digits)!
  }

  /// `m`: one that `core` takes, `r`: one that `ram` takes, `x`: one that nobody takes.
  static func mac(_ number: Int, kind: Character = "m") -> MACAddress {
    let vendor = kind == "m" ? "525400" : kind == "r" ? "525401" : "00163e"
    return MACAddress(vendor + String(String(number | 1 << 24, radix: 16).dropFirst()))!
  }

  static func serial(_ number: Int) -> String { "CZC-\(number)-X" }

  /// A person's request: `PUT` where there is no such machine.
  mutating func say(_ name: String, _ body: String, makes: Bool = true) throws {
    now += 1
    let edit = try MachineEdit(parsing: Array(body.utf8), merges: !makes)
    let id = MachineUUID(name).map { MachineID($0) } ?? MACAddress(name).map { MachineID($0) }
    if let id, makes, roster[id] == nil {
      keep(try rules.make(id, edit, why: "w"))
    } else {
      keep(try rules.edit(try roster.resolve(name).machine.id, edit, present: nil, why: "w"))
    }
  }

  mutating func report(_ id: MachineID, _ states: MachineState...) throws {
    for state in states {
      now += 1
      keep(try rules.report(id, state))
    }
  }

  /// Boots until the machine is installed and runs.
  mutating func install(_ words: String) throws {
    guard case .installer(let id) = boot(words) else { return }
    try report(id, .installed, .running)
  }

  /// A record's file becomes unreadable, and the server starts anew.
  mutating func damage(_ id: MachineID, bytes: [UInt8] = [], remembers: Bool = true) {
    guard let machine = roster[id]?.machine else { return }
    let error = MachineError.unreadable(file: "machines/\(id).json", reason: "r")
    roster.remove(id)
    roster.putDamaged(
      id,
      Roster.Damage(
        error, id: id, bytes: bytes.isEmpty ? Array(machine.fileText.dropLast(5).utf8) : bytes,
        last: remembers ? machine : nil))
  }

  func machine(_ id: MachineID) -> Machine? { roster[id]?.machine }
}
