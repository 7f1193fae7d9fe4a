// RealClientTests: a machine's whole life, on its own disk.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension RealClients {
  @Suite("A real machine with a disk, which boots from the network first")
  struct LifecycleTests {
    @Test(
      .needsMachines, .needs(.curl), .timeLimit(.minutes(20)),
      arguments: [Lab.Firmware.bios, .uefi])
    func `is held, claimed, installed once, and again when it is told to`(
      firmware: Lab.Firmware
    ) throws {
      let life = try Life(firmware)
      let first = try life.switchOn()
      try life.expectHeld(first)
      try life.lab.command(["claim", life.machine.mac, "--profile", "node"])
      let oldReport = try life.expectInstalled(first, time: 1)
      #expect(try life.record()["state"] == "installed")
      try life.expectEveryStepSeen()

      try life.expectBootFromDisk(time: 1)
      #expect(try life.boots().first?.state == "local")
      #expect(try life.record()["state"] == "installed")
      #expect(try life.post(to: oldReport))
      #expect(try life.record()["state"] == "running")
      for _ in 1...5 { try life.expectBootFromDisk(time: 1) }
      #expect(try life.record()["state"] == "running")

      try life.lab.command(["set", life.machine.mac, "state=configured"])
      #expect(try life.record()["installedAt"] == nil)
      _ = try life.expectInstalled(try life.switchOn(), time: 2)
      try life.expectBootFromDisk(time: 2)
      #expect(try !life.post(to: oldReport), "a token of the first installation was taken")
      #expect(try life.record()["state"] == "installed")
    }

    @Test(
      .needsMachines, .needs(.curl), .timeLimit(.minutes(5)),
      arguments: [Lab.Firmware.bios, .uefi])
    func `is known by the serial that its board has, whatever iPXE would make of it`(
      firmware: Lab.Firmware
    ) throws {
      let serial = "S&uuid=1 ${serial}"
      let life = try Life(firmware, serial: serial)
      try life.expectHeld(try life.switchOn())
      #expect(try life.record()["serial"] == serial)
      #expect(try life.record(serial)["id"] == life.machine.uuid)
    }
  }
}

/// One machine, the server it boots from, and what has to be true of both.
private struct Life {
  let lab: Lab
  let machine: Lab.Machine
  private let server: Program
  private let disk: BootDisk

  /// Where the installer leaves what the installed system has to know: a sector of its own.
  private static let notes = 1024
  private static let images = ["kernel", "initrd", "disk"]

  init(_ firmware: Lab.Firmware, serial: String? = nil) throws {
    disk = BootDisk.for(firmware)
    lab = try Lab([
      "profiles/node.json":
        #"{"os":"generic","install":{"kernel":"lab/kernel","initrd":["lab/initrd"],"cloud_config":"inst","args":["console=ttyS0"]}}"#,
      "configs/inst.yml.tmpl": Self.installer(of: disk),
    ])
    try lab.install(kernel: "images/lab/kernel", initrd: "images/lab/initrd")
    try lab.directory.write("images/lab/disk", Data(disk.bytes))
    server = try lab.startServer()
    _ = try lab.startDnsmasq(["--dhcp-boot=http://\(Lab.server):4777/boot.ipxe"])
    machine = try lab.addMachine(firmware, serial: serial, diskBytes: 1 << 20)
  }

  /// Counts on from what is on the disk, so that none of its runs can go unnoticed.
  private static func installer(of disk: BootDisk) -> String {
    """
    #!/bin/sh
    set -e
    before=$(dd if=/dev/vda bs=1 skip=\(disk.counter) count=1 | tr -cd 0-9)
    now=$((${before:-0} + 1))
    wget -q -O /disk {{server.url}}/images/lab/disk
    dd if=/disk of=/dev/vda bs=4096
    printf $now | dd of=/dev/vda bs=1 seek=\(disk.counter)
    printf '%s ' {{machine.running_url}} | dd of=/dev/vda bs=512 seek=\(notes)
    sync
    wget -q -O - --post-data=done {{machine.installed_url}}
    echo "INSTALLED $now"

    """
  }

  func switchOn() throws -> Program { try lab.switchOn(machine) }

  /// The machine as programs see it; strings only.
  func record(_ name: String? = nil) throws -> [String: String] {
    let text = try lab.command(["show", name ?? machine.mac, "--json"])
    let record = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return try #require(record).compactMapValues { $0 as? String }
  }

  /// It waits, and its console and the list say for what.
  func expectHeld(_ console: Program) throws {
    try require(console, "held") { !lines(["event=held", "by=unmatched"]).isEmpty }
    try require(console, "told how to go on") {
      Report.console(console).contains("machines claim \(machine.mac) --profile NAME")
    }
    let list = try lab.command(["list", "--json"])
    #expect(list.components(separatedBy: #""id""#).count == 2, "\(list)")
    let record = try record()
    #expect(record["id"] == machine.uuid && record["uuid"] == machine.uuid)
    #expect(record["state"] == "unknown" && record["profile"] == nil)
  }

  /// The installer runs to its end.
  ///
  /// - Returns: where the installed system reports that it runs.
  func expectInstalled(_ console: Program, time: Int) throws -> String {
    try require(console, "switched off", within: 180) { !console.isRunning }
    try require(console, "installed") { console.printed.contains("INSTALLED \(time)") }
    try expectInstallations(time)
    let id = machine.uuid
    #expect(lines(["event=script", "machine=\(id)", "state=installing"]).count == time)
    #expect(
      lines(["event=report", "machine=\(id)", "state=installed", "status=204"]).count == time)
    let notes = try lab.contents(of: machine).dropFirst(Self.notes * 512).prefix { $0 != 0x20 }
    let report = String(decoding: notes, as: UTF8.self)
    try #require(report.hasPrefix("http://\(Lab.server):4777/machines/\(id)/running?token="))
    return report
  }

  /// A boot, as programs see it.
  struct Seen: Decodable {
    struct Stage: Decodable {
      let stage: String
      let bytes: Int
      let total: Int?
      let end: String?
    }

    let state: String
    let stages: [Stage]
  }

  func boots() throws -> [Seen] {
    let text = try lab.perform("boots", [machine.mac, "--json"])
    return try JSONDecoder().decode([Seen].self, from: Data(text.utf8))
  }

  /// The server has seen each step of the installation, every byte of its files, and its report.
  func expectEveryStepSeen() throws {
    let boot = try #require(try boots().first)
    #expect(boot.state == "done")
    let stages = boot.stages.filter { $0.stage != "identity" }
    #expect(stages.map(\.stage) == ["script", "kernel", "initrd", "config", "image", "report"])
    for stage in stages.dropLast() {
      #expect(stage.end != nil && stage.bytes > 0 && stage.bytes == stage.total, "\(stage)")
    }
    let timeline = try lab.perform("boots", [machine.mac])
    #expect(timeline.contains("profile node") && timeline.contains(": done after"), "\(timeline)")
  }

  /// It asks the server, is sent to its disk, and what the installer wrote there speaks.
  func expectBootFromDisk(time: Int) throws {
    let sent = lines(["event=script", "path=/boot.ipxe"]).count
    let console = try switchOn()
    try require(console, "switched off", within: 120) { !console.isRunning }
    try require(console, "booted from its disk", within: 5) {
      Report.console(console).contains(BootDisk.says(time))
    }
    #expect(Report.console(console).contains("This machine boots its own disk"))
    #expect(lines(["event=script", "path=/boot.ipxe"]).count == sent + 1)
    try expectInstallations(time)
  }

  /// By the disk's own count, and by what was fetched for it.
  private func expectInstallations(_ count: Int) throws {
    let digit = try lab.contents(of: machine)[disk.counter]
    #expect(digit == UInt8(ascii: "0") + UInt8(count))
    for image in Self.images {
      #expect(lines(["path=/images/lab/\(image) ", "status=200"]).count == count)
    }
  }

  /// Reports as the installed system would.
  ///
  /// - Returns: whether the server took it.
  func post(to url: String) throws -> Bool {
    let arguments = ["wget", "-q", "-O", "-", "--post-data=up", url]
    let client = try lab.start(Tool.busybox.path, arguments)
    let status = try #require(client.exitStatus(within: 10), "\(client.printed)")
    return status == 0
  }

  /// The server's log lines that hold all of these.
  private func lines(_ words: [String]) -> [Substring] {
    server.printed.split(separator: "\n").filter { line in words.allSatisfy(line.contains) }
  }

  /// Waits, and shows the console where it was in vain.
  private func require(
    _ console: Program, _ what: String, within seconds: Double = 90, _ condition: () -> Bool
  ) throws {
    let happened = Report.console(console, within: seconds) { _ in condition() }
    try #require(
      happened,
      """
      not \(what) within \(seconds) s; the console: \(Report.console(console).suffix(3000))
      the server: \(server.printed.suffix(3000))
      """)
  }
}
