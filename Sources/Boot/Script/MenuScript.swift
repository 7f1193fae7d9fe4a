// Boot/Script: profiles to choose from, for the person in front of a machine.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A menu of profiles; uses only what the iPXE of 2019 has.
package enum MenuScript {
  /// What happens when nobody chooses.
  package enum Otherwise: String, Sendable {
    /// It is asked again who it is.
    case hold
    /// It boots its own disk.
    case local
  }

  /// A profile that is offered.
  package struct Item: Equatable, Sendable {
    /// The profile's name.
    let profile: String
    /// As the person reads it.
    let text: String

    /// - Parameter text: the profile's `menu`.
    package init(profile: String, text: String) {
      self.profile = profile
      self.text = text
    }
  }

  private static let seconds = 30

  /// What is chosen boots by `?profile=`, and claims nothing.
  ///
  /// - Parameters:
  ///   - otherwise: after 30 s, and for whoever says so; `nil`: the menu waits, and can be left.
  ///   - local: how it boots its own disk.
  ///   - base: as in ``ScriptInputs``.
  package static func render(
    _ items: [Item], otherwise: Otherwise?, local: LocalBoot = .exit, base: [UInt8]
  ) -> [UInt8] {
    let server = String(decoding: base, as: UTF8.self)
    var lines = ["#!ipxe", ":menu", "menu \(ConsoleScript.plain("Boot from \(server)"))"]
    for item in items {
      let name = String(decoding: PercentCoding.encodedSegment(item.profile.utf8), as: UTF8.self)
      lines.append("item \(name) \(ConsoleScript.plain(item.text))")
    }
    // No profile's name is written with a question mark.
    lines.append("item ?else \(words(otherwise))")
    let timeout = otherwise == nil ? "" : "--timeout \(seconds * 1000) "
    lines.append("choose \(timeout)--default ?else selected || goto else")
    lines.append("iseq ${selected} ?else && goto else ||")
    lines.append("chain --autofree \(server)/?profile=${selected} || goto failed")
    lines += [":failed", "echo It did not boot: ${errno}", "sleep 5", "goto menu", ":else"]
    let text = Array((lines.joined(separator: "\n") + "\n").utf8)
    return text + end(otherwise, local, base)
  }

  private static func words(_ otherwise: Otherwise?) -> String {
    switch otherwise {
    case .hold: "Wait until the server has a profile for this machine"
    case .local: "Boot this machine's own disk"
    case nil: "Leave iPXE for the next boot device"
    }
  }

  private static func end(
    _ otherwise: Otherwise?, _ local: LocalBoot, _ base: [UInt8]
  ) -> [UInt8] {
    switch otherwise {
    case .hold: Array("sleep 10\n".utf8) + IdentityScript.asking(base: base)
    case .local: Array(local.script(platform: nil).dropFirst("#!ipxe\n".utf8.count))
    case nil: Array("exit 1\n".utf8)
    }
  }

  /// Sends a machine that no profile takes to the menu; where that cannot be had it goes on as without.
  package static func leading(
    to otherwise: Otherwise, local: LocalBoot = .exit, base: [UInt8]
  ) -> [UInt8] {
    let server = String(decoding: base, as: UTF8.self)
    let lines = [
      "#!ipxe",
      "chain --replace --autofree \(server)/menu.ipxe?then=\(otherwise.rawValue) || goto else",
      ":else",
    ]
    return Array((lines.joined(separator: "\n") + "\n").utf8) + end(otherwise, local, base)
  }
}
