// boot-bench: a machine that the server knows already.
// SPDX-License-Identifier: Apache-2.0

import Text

/// One made-up machine: what it asks, and what is written down of it.
struct KnownMachine: Sendable {
  let number: Int
  let isInstalling: Bool
  /// The address it asks from.
  let ip: String
  let uuid: String
  let token: String
  var profile = MachineFleet.profile

  init(_ number: Int, isInstalling: Bool, ip: String) {
    self.number = number
    self.isInstalling = isInstalling
    self.ip = ip
    // Numbers that look like those of many makers, the same ones in every run.
    let mixed = Self.mixed(UInt64(number) &+ 1)
    let digits = Hex.text(mixed, bytes: 8) + "b001" + Hex.text(UInt64(number), bytes: 6)
    let bytes = Array(digits.utf8)
    uuid = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
      .map { String(decoding: bytes[$0], as: UTF8.self) }.joined(separator: "-")
    token = Hex.text(Self.mixed(mixed), bytes: 8) + Hex.text(mixed, bytes: 8)
  }

  private var serial: String { "SN" + Hex.text(UInt64(number), bytes: 3).uppercased() }

  /// - Parameter separator: between the pairs of digits.
  private func mac(_ separator: String) -> String {
    let pairs = [16, 8, 0].map { Hex.text(UInt64(number >> $0 & 0xff), bytes: 1) }
    return (["52", "54", "00"] + pairs).joined(separator: separator)
  }

  /// As the script that asks a machine who it is has iPXE ask.
  var path: String {
    let serial = Hex.text(Array(serial.utf8))
    return "/boot.ipxe?uuid=\(uuid)&mac=\(mac("-"))&buildarch=x86_64&platform=efi"
      + "&serial_hex=\(serial)&asset_hex=&hostname_hex="
  }

  /// What its script's URL of a templated config ends in.
  var query: String { "?machine=\(uuid)&token=\(token)" }

  var tokenLine: String { "\(uuid) 1 \(token)\n" }

  /// Its record; it agrees with all that its requests tell, so that they change nothing.
  var record: String {
    """
    {
      "id": "\(uuid)",
      "uuid": "\(uuid)",
      "macs": [
        "\(mac(":"))"
      ],
      "serial": "\(serial)",
      "asset": null,
      "hostname": null,
      "ip": "\(ip)",
      "arch": "x86_64",
      "platform": "efi",
      "profile": "\(profile)",
      "state": "\(isInstalling ? "installing" : "running")",
      "metadata": {
        "rack": "r\(number / 40)",
        "role": "worker"
      },
      "etcdToken": null,
      "firstSeen": "2026-11-21T12:00:00Z",
      "installedAt": \(isInstalling ? "null" : "\"2026-11-21T12:10:00Z\""),
      "generation": 1
    }

    """
  }

  /// splitmix64.
  private static func mixed(_ seed: UInt64) -> UInt64 {
    var value = seed &* 0x9e37_79b9_7f4a_7c15
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }
}
