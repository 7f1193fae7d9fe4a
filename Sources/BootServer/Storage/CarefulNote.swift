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

/// How a start is to take what it finds.
struct StartPolicy: Equatable, Sendable {
  /// `--expect-state`: there are records.
  var expectsState = false
  /// `--fresh-state`: a directory that is empty is so on purpose.
  var isFresh = false

  /// Why a directory is not what it was.
  ///
  /// - Parameters:
  ///   - id: of the directory; `nil` where it says none.
  ///   - batch: the last one that it has.
  ///   - isEmpty: whether it has no record at all.
  func doubt(
    marker: StateMarker?, isReadable: Bool, id: String?, batch: Int, isEmpty: Bool
  ) -> String? {
    if isEmpty, isFresh { return nil }
    if let marker {
      if marker.id != id {
        return isEmpty
          ? "no machine is known, but there were some here; is the right disk mounted?"
          : "the state directory is not the one that was here before"
      }
      if marker.batch > batch {
        return "the state directory is older than it was: it has changes up to \(batch),"
          + " and there were some up to \(marker.batch)"
      }
    } else if isEmpty, !isReadable, id == nil {
      return "no machine is known, and \(StateMarker.fileName) cannot be read"
    }
    if isEmpty, expectsState { return "no machine is known, and --expect-state says there are" }
    return nil
  }
}
