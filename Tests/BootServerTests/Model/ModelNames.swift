// BootServerTests/Model: names of boards, made of numbers.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// `u3`, `m1004` and `s2` in a story: a UUID, a MAC and a serial.
enum ModelNames {
  static func uuid(_ number: Int) -> MachineUUID {
    let digits = String(number, radix: 16)
    return MachineUUID(
      "4c4c4544-0031-3010-8034-" + String(repeating: "0", count: 12 - digits.count) + digits)!
  }

  /// The thousands say which profile matches it.
  static func mac(_ number: Int) -> MACAddress {
    let digits = String(0x10000 + number % 1000, radix: 16).dropFirst()
    return MACAddress("52540\(number / 1000)00\(digits)")!
  }

  static func serial(_ number: Int) -> String { "CZC-\(number)-X" }

  /// What a text names, as the model calls it.
  static func names(in text: String) -> Set<String> {
    let words = text.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == ":") }
    return Set(words.compactMap { short(String($0)) })
  }

  /// `nil` for what is no name of this world.
  static func short(_ word: String) -> String? {
    if word.count == 36, let uuid = MachineUUID(word) {
      return Int(uuid.description.suffix(12), radix: 16).map { "u\($0)" }
    }
    if word.count == 17, let mac = MACAddress(word) {
      let digits = mac.dashed.split(separator: "-")
      guard digits[0] == "52", let kind = Int(digits[2]),
        let number = Int(digits[4...].joined(), radix: 16)
      else { return nil }
      return "m\(kind * 1000 + number)"
    }
    if word.uppercased().hasPrefix("CZC-") {
      return "s" + word.dropFirst(4).prefix { $0.isNumber }
    }
    return nil
  }

  static func short(_ id: MachineID) -> String { short(id.description) ?? id.description }

  /// All names of a record.
  static func names(of machine: Machine) -> Set<String> {
    let texts =
      [machine.id.description, machine.uuid?.description, machine.serial].compactMap { $0 }
      + machine.macs.map(\.description)
    return Set(texts.compactMap { short($0) })
  }

  /// What a boot says.
  static func names(of boot: BootIdentity) -> Set<String> {
    Set(
      [boot.uuid?.description, boot.mac?.description, boot.serial].compactMap { $0 }
        .compactMap { short($0) })
  }

  /// `u3 m4 s2 core/installed r7`.
  static func story(_ machine: Machine) -> String {
    let names = names(of: machine).sorted().reversed().joined(separator: " ")
    let told = machine.told.isEmpty ? "" : " told \(machine.told.count)"
    return "\(short(machine.id)) (\(names)\(told)) \(machine.profile ?? "-")/\(machine.state)"
      + " r\(machine.revision)"
  }
}
