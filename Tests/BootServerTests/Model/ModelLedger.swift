// BootServerTests/Model: what must be so.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

@testable import BootServer

/// A rule that was broken, by its number in the brief: 1 disks, 2 slots, 3 UUIDs, 4 words, 5 patience,
/// 6 what was acknowledged.
struct ModelViolation: Sendable, CustomStringConvertible {
  let rule: Int
  let text: String
  var description: String { "rule \(rule): \(text)" }

  /// The same for what went wrong in the same way with other machines.
  var kind: String {
    let words = text.split(separator: " ").filter { word in
      !word.contains { $0.isNumber || "(/)".contains($0) }
    }
    return "\(rule) \(words.joined(separator: " "))"
  }
}

/// What the server has acknowledged, and what persons have said; times are the world's ticks.
struct ModelLedger: Sendable {
  /// The records as they were acknowledged last.
  var roster = Roster()
  /// It is not known whether their last change happened.
  var unsure: Set<MachineID> = []
  /// Somebody changed their files, and what of that survives is the disk's affair.
  var touched: Set<MachineID> = []
  /// Records with what somebody wrote into a file: names and slots may be there twice.
  var byHand: Set<MachineID> = []
  /// When a person last said what lets a machine be installed.
  var words: [MachineID: Int] = [:]
  /// What was said before the directory was put back; it counts again once that is trusted.
  var formerWords: [MachineID: Int] = [:]
  /// When each machine in use came into use.
  var useSince: [MachineID: Int] = [:]
  /// When a person last decided on a machine, whatever he said.
  var decisions: [MachineID: Int] = [:]
  /// When a hand edit was last not taken.
  var asides: [MachineID: Int] = [:]
  /// The slots by the last record that could be read, and its revision.
  var slots: [MachineID: String] = [:]
  var revisions: [MachineID: Int] = [:]
  /// The directory is not what it was; only what persons say from then on leads to an installer.
  var carefulSince: Int?
  /// A person said that it is right, and it is not known whether that was kept.
  var isTrustUnsure = false

  /// What an opened directory must not differ in.
  func difference(from found: Roster) -> String? {
    for entry in roster.all {
      let machine = entry.machine
      if touched.contains(machine.id) || unsure.contains(machine.id) { continue }
      guard let other = found[machine.id] else {
        return "\(ModelNames.story(machine)) is not there any more"
      }
      // A file that was put back while no server ran becomes a change, whatever it says.
      var same = other.machine
      if same.revision > machine.revision { same.revision = machine.revision }
      if same != machine {
        return "\(ModelNames.story(machine)) is \(ModelNames.story(other.machine))"
      }
      if other.token != entry.token, machine.state != .unknown {
        return "the token of \(ModelNames.story(machine)) is another one"
      }
    }
    for entry in found.all where roster[entry.machine.id] == nil {
      let id = entry.machine.id
      if touched.contains(id) || unsure.contains(id) { continue }
      return "\(ModelNames.story(entry.machine)) is there and was not acknowledged"
    }
    for damaged in found.damaged {
      let id = damaged.id
      if touched.contains(id) || unsure.contains(id) || roster.damage(of: id) != nil { continue }
      return "\(ModelNames.short(id)) is damaged: \(damaged.error)"
    }
    return nil
  }

  /// Takes the records over as they are now.
  mutating func take(_ now: Roster) {
    for entry in now.all {
      slots[entry.machine.id] = entry.machine.profile
      revisions[entry.machine.id] = entry.machine.revision
    }
    for id in Array(slots.keys) where now[id] == nil && now.damage(of: id) == nil {
      slots[id] = nil
      revisions[id] = nil
    }
    roster = now
  }
}

/// A copy of the whole directory.
struct ModelBackup: Sendable {
  let files: [String: [UInt8]]
  let ledger: ModelLedger
  /// Of the directory, and the last batch that is in it.
  let id: String?
  let batch: Int
}
