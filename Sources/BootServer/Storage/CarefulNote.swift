// BootServer/Storage: careful, kept through a restart.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// The file `careful`: why the directory is not trusted, until a person says that it is right.
struct CarefulNote: Equatable, Sendable {
  static let fileName = "careful"

  /// Sentences.
  var reasons: [String] = []
  /// Machines of which something may have been lost.
  var held: [MachineID: String] = [:]

  init(reasons: [String] = [], held: [MachineID: String] = [:]) {
    self.reasons = reasons
    self.held = held
  }

  var isEmpty: Bool { reasons.isEmpty && held.isEmpty }
  var reason: String? { reasons.isEmpty ? nil : reasons.joined(separator: "; ") }

  /// What cannot be read is a reason, too.
  init(_ bytes: [UInt8]) {
    guard case .object(let members)? = try? JSONReader.read(bytes) else {
      reasons = ["the file \(Self.fileName) cannot be read"]
      return
    }
    for member in members {
      switch (member.name, member.value) {
      case ("reasons", .array(let elements)):
        reasons = elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
      case ("held", .object(let machines)):
        for machine in machines {
          guard case .string(let reason) = machine.value, let id = MachineID(machine.name) else {
            continue
          }
          held[id] = reason
        }
      default: break
      }
    }
  }

  var text: [UInt8] {
    let machines = held.sorted { $0.key < $1.key }
    let value = JSON.object([
      JSON.Member("reasons", .array(reasons.map { .string($0) })),
      JSON.Member(
        "held",
        .object(machines.map { JSON.Member($0.key.description, .string($0.value)) })),
    ])
    return Array((JSONWriter.text(value, indent: 2) + "\n").utf8)
  }

  /// Adds what another note says, once.
  mutating func join(_ other: CarefulNote) {
    reasons += other.reasons.filter { !reasons.contains($0) }
    held.merge(other.held) { old, _ in old }
  }
}
