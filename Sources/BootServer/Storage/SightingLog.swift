// BootServer/Storage: the file of sightings.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// The file `sightings`: `ID LASTSEEN LASTBOOT`, a line a change; the last one of an ID counts.
///
/// `ID tries N` says how often its installer was served since it reported, `ID version V` which version its
/// last script booted; the versions before pass such lines over.
enum SightingLog {
  static let fileName = "sightings"

  static func text(_ sightings: [MachineID: Machine.Sightings]) -> [UInt8] {
    var text: [UInt8] = []
    for (id, seen) in sightings {
      text += "\(id) \(seen.lastSeen?.seconds ?? 0) \(seen.lastBoot?.seconds ?? 0)\n".utf8
      if seen.tries > 0 { text += "\(id) tries \(seen.tries)\n".utf8 }
      if let version = seen.version { text += "\(id) version \(version)\n".utf8 }
    }
    return text
  }

  static func read(_ bytes: [UInt8]) -> (sightings: [MachineID: Machine.Sightings], lines: Int) {
    var sightings: [MachineID: Machine.Sightings] = [:]
    var lines = 0
    for line in bytes.split(separator: 0x0a) {
      lines += 1
      let words = line.split(separator: 0x20, omittingEmptySubsequences: false)
      if words.count == 3, words[1].elementsEqual("tries".utf8) {
        guard let id = MachineID(String(decoding: words[0], as: UTF8.self)),
          let tries = Int(String(decoding: words[2], as: UTF8.self)), tries > 0
        else { continue }
        sightings[id, default: Machine.Sightings()].tries = tries
        continue
      }
      if words.count == 3, words[1].elementsEqual("version".utf8) {
        guard let id = MachineID(String(decoding: words[0], as: UTF8.self)) else { continue }
        sightings[id, default: Machine.Sightings()].version = String(
          decoding: words[2], as: UTF8.self)
        continue
      }
      guard words.count == 3, let seen = Int(String(decoding: words[1], as: UTF8.self)),
        let booted = Int(String(decoding: words[2], as: UTF8.self)),
        let id = MachineID(String(decoding: words[0], as: UTF8.self))
      else { continue }
      sightings[id] = Machine.Sightings(
        lastSeen: seen > 0 ? Timestamp(seconds: seen) : nil,
        lastBoot: booted > 0 ? Timestamp(seconds: booted) : nil)
    }
    return (sightings, lines)
  }
}
