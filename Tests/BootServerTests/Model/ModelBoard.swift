// BootServerTests/Model: simulated boards.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// A mainboard with its cards and its disk.
struct ModelBoard: Sendable {
  /// The installer's script that it was served last.
  struct Script: Sendable {
    let record: MachineID
    let token: String
  }

  /// What an installer wrote, or what was there before the server knew the board.
  struct Disk: Sendable {
    let record: MachineID
    let token: String
    /// When the server acknowledged that it is in use; `nil`: it does not know.
    var inUseSince: Int?
    /// The record as it was while it was in use.
    var machine: Machine?
  }

  /// `nil`: it says junk.
  var uuid: Int?
  var cards: [Int]
  /// `nil`: it says junk.
  var serial: Int?
  var script: Script?
  var disk: Disk?

  /// What one boot of it says.
  func identity(_ saying: Saying) -> BootIdentity {
    BootIdentity(
      uuid: saying.uuid ? uuid ?? 0 : nil, mac: saying.mac ? card(saying.card) : nil,
      serial: saying.serial ? serial ?? 0 : nil, host: saying.host, address: saying.address)
  }

  func card(_ index: Int) -> Int? { cards.isEmpty ? nil : cards[index % cards.count] }
}

/// How a board boots.
struct Saying: Hashable, Sendable {
  let board: Int
  var card = 0
  var uuid = true
  var mac = true
  var serial = true
  /// `nil`: it tells no host name.
  var host: Int?
  var address = 1
}

extension BootIdentity {
  /// - Parameters: numbers as ``ModelNames`` has them; 0: junk, `nil`: it is not said.
  init(uuid: Int?, mac: Int?, serial: Int?, host: Int? = nil, address: Int = 1) {
    self.init()
    if let uuid {
      let text =
        uuid == 0 ? "00000000-0000-0000-0000-000000000000" : ModelNames.uuid(uuid).description
      read(.uuid, Array(text.utf8)[...], isHex: false)
    }
    if let mac { read(.mac, Array(ModelNames.mac(mac).description.utf8)[...], isHex: false) }
    if let serial {
      let text = serial == 0 ? "To be filled by O.E.M." : ModelNames.serial(serial)
      read(.serial, Array(text.utf8)[...], isHex: false)
    }
    if let host { read(.hostname, Array("node-\(host)".utf8)[...], isHex: false) }
    read(.platform, Array("pcbios".utf8)[...], isHex: false)
    ip = "10.0.0.\(address)"
  }
}
