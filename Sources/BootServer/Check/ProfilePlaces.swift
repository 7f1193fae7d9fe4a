// BootServer/Check: where in a profile's file something stands.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// Where the keys of a profile's file stand.
enum ProfilePlaces {
  static func place(of error: JSONError, in bytes: [UInt8]) -> FilePlace {
    JSONPlaces(bytes).place(of: error)
  }

  /// The opening quote of a key, as it is spelt.
  static func key(_ path: [String], in bytes: [UInt8]) -> FilePlace? {
    JSONPlaces(bytes).place(of: path.map { .key($0) })?.key
  }

  /// The value of a key as messages name it: `match.mac`; also where it stands within `install` or for one
  /// platform.
  static func value(_ key: String, in bytes: [UInt8]) -> FilePlace? {
    guard (try? JSONReader.read(bytes)) != nil else { return nil }
    let places = JSONPlaces(bytes)
    let path = key.split(separator: ".").map { JSONPlaces.Step.key(String($0)) }
    for front in [[], ["install"], ["efi"], ["bios"], ["install", "efi"], ["install", "bios"]] {
      let whole = front.map { JSONPlaces.Step.key($0) } + path
      if let place = places.place(of: whole, isSame: isSame) { return place.value }
    }
    // Of a list's or an object's part the whole of it is better than nothing.
    return path.count > 1 ? value(String(key.prefix { $0 != "." }), in: bytes) : nil
  }

  private static func isSame(_ name: String, _ key: String) -> Bool {
    name == key || Profile.folded(name) == key
  }

  /// The profile's text without a key; `nil`: it is no object.
  static func without(_ key: String, _ bytes: [UInt8]) -> [UInt8]? {
    guard case .object(let members)? = try? JSONReader.read(bytes) else { return nil }
    let path = key.split(separator: ".").prefix(key.hasPrefix("install.") ? 2 : 1).map(String.init)
    var less = removing(path, from: members)
    if less == members { less = removing(["install"] + path, from: members) }
    return Array(JSONWriter.text(.object(less)).utf8)
  }

  private static func removing(_ path: [String], from members: [JSON.Member]) -> [JSON.Member] {
    guard let first = path.first else { return members }
    return members.compactMap { member in
      guard isSame(member.name, first) else { return member }
      guard first == "install", path.count > 1, case .object(let inner) = member.value else {
        return nil
      }
      return JSON.Member(member.name, .object(removing(Array(path.dropFirst()), from: inner)))
    }
  }
}
