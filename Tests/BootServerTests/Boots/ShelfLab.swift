// BootServerTests: boots on a clock of the test's own.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import Testing
import Text

@testable import Boot
@testable import BootServer

/// A shelf with a clock of the test's own.
struct ShelfLab {
  var shelf: BootShelf
  var now = BootTime(
    instant: Instant(nanoseconds: 1_000_000_000_000), wall: 1_795_833_482_000)

  init(limits: BootShelf.Limits = BootShelf.Limits()) {
    shelf = BootShelf(firstNumber: 1, limits: limits)
  }

  static let kernel = "images/coreos/amd64/1/vmlinuz"
  static let initrd = "images/coreos/amd64/1/initrd.gz"
  static let config = "configs/node.yml"

  static func machine(_ number: UInt64) -> MachineID {
    MachineID(MACAddress("52-54-00-00-00-0\(number)")!)
  }

  static func host(_ number: UInt32) -> SocketAddress.Host { .v4(number) }

  static func mark(
    _ profile: String = "core", reports: Bool = true, installs: Bool = false,
    stall: StallLimits = StallLimits(),
    fetches: [(String, String)] = [(kernel, "kernel"), (initrd, "initrd")]
  ) -> ScriptMark {
    var built = BuiltScript()
    built.fetches = fetches.map { ScriptFetch(file: $0.0, key: $0.1) }
    built.configs = [
      ConfigUse(file: config, key: "cloud_config", isTemplate: true, isFolder: false, os: "coreos")
    ]
    built.canReport = reports
    built.installs = installs
    built.stallLimits = stall
    return ScriptMark(built, profile: profile, version: "1")
  }

  mutating func wait(_ seconds: Double) {
    now = BootTime(
      instant: now.instant.advanced(milliseconds: Int(seconds * 1000)),
      wall: now.wall + Int64(seconds * 1000))
  }

  mutating func script(
    _ who: BootRun.Who, _ mark: ScriptMark = mark(), host: UInt32 = 1
  ) -> Int {
    shelf.begin(who, mark, host: Self.host(host), address: "10.0.0.\(host)", bytes: 300, now)
  }

  /// Asks for a file, and takes so much of it.
  @discardableResult
  mutating func fetch(
    _ file: String, _ range: Range<Int64> = 0..<1000, of total: Int64 = 1000, host: UInt32 = 1,
    machine: MachineID? = nil, connection: Int? = nil, isOver: Bool = true,
    sent: [Range<Int64>] = []
  ) -> Int? {
    let ask = BootShelf.Ask(
      file: file, isConfig: file.hasPrefix("configs/"), host: Self.host(host), machine: machine,
      connection: connection)
    guard let number = shelf.owner(of: ask) else { return nil }
    guard let place = shelf.beginFile(number, ask, total: total, now) else { return number }
    shelf.progress(number, place: place, [range], sent: sent, isOver: isOver, now)
    return number
  }

  func state(_ number: Int) -> BootRun.State? { shelf.runs[number]?.state }

  func stage(_ number: Int, _ kind: BootStage.Kind) -> BootStage? {
    shelf.runs[number]?.stages.first { $0.kind == kind }
  }

  mutating func events() -> [String] {
    defer { shelf.news = [] }
    return shelf.news.map(\.event.name.text)
  }
}
