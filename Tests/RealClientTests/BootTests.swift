// RealClientTests: real iPXE boots a real Linux.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// One real machine at a time: emulation needs both processors.
@Suite(
  .serialized,
  .needs(Needs(asked: testsAreStrict, "minutes for real machines")))
enum RealClients {}

extension Trait where Self == NeedsTrait {
  /// What every machine in a network of its own needs.
  static var needsMachines: Self {
    .needs(
      .qemu, .ipxeROM, .ipxe, .ovmf, .dnsmasq, .busybox, .cpio, .ip, .linux, .nginx, root: true)
  }
}

extension RealClients {
  @Suite("A real machine")
  struct BootTests {
    static let config =
      "#cloud-config\nhostname: \"ä-coreos\"\n# \\ $private_ipv4 {{ .State.Pid }}\n"
    static let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me && you || #2\n"
    static let old = (
      "images/amd64-usr/1298.6.0/coreos_production_pxe.vmlinuz",
      "images/amd64-usr/1298.6.0/coreos_production_pxe_image.cpio.gz"
    )
    static let url = "http://192.168.122.1:4777"

    /// A data directory as seed 004 has it.
    static func seedLab() throws -> Lab {
      let lab = try Lab([
        "profiles/a-coreos.json":
          #"{"cloud_config":"a","rootfstype":"btrfs","sshkey":"me","version":"1298.6.0","console":["ttyS0"]}"#,
        "configs/a.yml": config, "sshkeys/me.pub": key,
      ])
      try lab.install(kernel: old.0, initrd: old.1)
      return lab
    }

    static func expectSeed(_ machine: Program) throws {
      let report = try Report.of(machine)
      #expect(
        report.commandLine
          == "rootfstype=btrfs console=ttyS0 cloud-config-url=\(url)/configs/a.yml"
          + " sshkey=\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5\"")
      #expect(report.config == config)
    }

    @Test(.needsMachines)
    func `boots from a ROM with an embedded script, as libvirt users have it`() throws {
      let lab = try Self.seedLab()
      let server = try lab.startServer()
      _ = try lab.startDnsmasq()
      try lab.directory.write("menu.ipxe", "#!ipxe\ndhcp\nchain \(Self.url)?profile=a-coreos\n")
      let machine = try lab.boot(.bios, kernel: (Tool.ipxe.path, lab.directory.path + "/menu.ipxe"))
      try Self.expectSeed(machine)
      #expect(server.printed.contains("event=script profile=a-coreos"))
    }

    @Test(.needsMachines)
    func `boots from the URL that dnsmasq hands its ROM`() throws {
      let lab = try Self.seedLab()
      _ = try lab.startServer()
      _ = try lab.startDnsmasq(["--dhcp-boot=\(Self.url)/boot.ipxe?profile=a-coreos"])
      try Self.expectSeed(try lab.boot(.bios))
    }

    @Test(.needsMachines)
    func `boots by plain PXE, undionly.kpxe and our URL`() throws {
      let lab = try Self.seedLab()
      _ = try lab.startServer()
      // QEMU's ROM is an iPXE itself: it gets what a plain PXE client gets, then what iPXE gets.
      let plain = try lab.startDnsmasq(["--dhcp-boot=undionly.kpxe"])
      let machine = try lab.boot(.bios)
      try #require(plain.hasPrinted("sent /usr/lib/ipxe/undionly.kpxe", within: 60))
      plain.kill(SIGTERM)
      _ = plain.exitStatus(within: 5)
      _ = try lab.startDnsmasq(["--dhcp-boot=\(Self.url)/?profile=a-coreos"])
      try Self.expectSeed(machine)
    }

    @Test(.needsMachines)
    func `boots Flatcar on UEFI`() throws {
      let lab = try Lab([
        "profiles/f.json": #"{"os":"flatcar","version":"1.0","ignition":"f","console":["ttyS0"]}"#,
        "configs/f.ign": #"{"ignition":{"version":"3.3.0"}}"#,
      ])
      let images = "images/flatcar/amd64-usr/1.0/flatcar_production_pxe"
      try lab.install(kernel: images + ".vmlinuz", initrd: images + "_image.cpio.gz")
      _ = try lab.startServer()
      _ = try lab.startDnsmasq(Lab.chainload(to: "\(Self.url)/boot.ipxe?profile=f"))
      let report = try Report.of(try lab.boot(.uefi, network: .firmware))
      #expect(
        report.commandLine
          == "kernel initrd=initrd0 flatcar.first_boot=1 ignition.config.url=\(Self.url)/configs/f.ign"
          + " console=ttyS0")
      #expect(report.config == #"{"ignition":{"version":"3.3.0"}}"#)
    }

    @Test(.needsMachines)
    func `boots any Linux with two initrds on UEFI, though their URLs end alike`() throws {
      let lab = try Lab([
        "profiles/g.json":
          #"{"os":"generic","kernel":"lab/k","initrd":["lab/one/i","lab/two/i"],"cloud_config":"c","args":["console=ttyS0"]}"#,
        "configs/c.yml": Self.config,
      ])
      try lab.install(
        kernel: "images/lab/k", initrd: "images/lab/one/i", extra: "images/lab/two/i")
      _ = try lab.startServer()
      _ = try lab.startDnsmasq(Lab.chainload(to: "\(Self.url)/boot.ipxe?profile=g"))
      let report = try Report.of(try lab.boot(.uefi, network: .firmware))
      #expect(
        report.commandLine
          == "kernel initrd=initrd0 initrd=initrd1 cloud-config-url=\(Self.url)/configs/c.yml console=ttyS0"
      )
      #expect(report.config == Self.config)
      #expect(report.files == ["/marker-one", "/marker-two"])
    }

    @Test(.needsMachines)
    func `boots as on Vultr, with the images from another server`() throws {
      let lab = try Lab([
        "profiles/vultr.json":
          #"{"os":"flatcar","image_base_url":"http://192.168.122.1:8080/amd64-usr/current/","cloud_config":"v","console":["ttyS0"]}"#,
        "configs/v.yml": Self.config,
      ])
      let images = "mirror/amd64-usr/current/flatcar_production_pxe"
      try lab.install(kernel: images + ".vmlinuz", initrd: images + "_image.cpio.gz")
      try lab.startNginx(serving: "mirror")
      let server = try lab.startServer()
      _ = try lab.startDnsmasq()
      try lab.directory.write("vultr.ipxe", "#!ipxe\ndhcp\nchain \(Self.url)/?profile=vultr\n")
      let machine = try lab.boot(
        .bios, kernel: (Tool.ipxe.path, lab.directory.path + "/vultr.ipxe"))
      let report = try Report.of(machine)
      #expect(
        report.commandLine
          == "initrd=initrd0 console=ttyS0 cloud-config-url=\(Self.url)/configs/v.yml")
      #expect(report.config == Self.config)
      #expect(!server.printed.contains("path=/images/"))
    }

    @Test(.needsMachines, arguments: isLong ? [Lab.Firmware.bios, .uefi] : [.bios])
    func `says what is missing, tries ten times and leaves iPXE`(firmware: Lab.Firmware) throws {
      let lab = try Lab([
        "profiles/k.json": #"{"os":"generic","kernel":"no/kernel","args":["console=ttyS0"]}"#,
        "profiles/i.json": #"{"os":"generic","kernel":"lab/k","initrd":["no/initrd"]}"#,
      ])
      try lab.install(kernel: "images/lab/k", initrd: "images/lab/i")
      let server = try lab.startServer()
      // Each machine by its MAC to its own profile.
      let hosts = [("1", "k"), ("2", "i")].flatMap { number, profile in
        [
          "--dhcp-host=52:54:00:55:1c:0\(number),set:m\(number)",
          "--dhcp-boot=tag:m\(number),tag:ipxe,\(Self.url)/?profile=\(profile)",
        ]
      }
      _ = try lab.startDnsmasq(Lab.chainload(to: nil) + hosts)
      let machines = [try lab.boot(firmware), try lab.boot(firmware)]
      for (machine, (profile, file)) in zip(machines, [("k", "no/kernel"), ("i", "no/initrd")]) {
        let left = "\(profile): gave up after 10 tries, leaving iPXE for the next boot device"
        try #require(
          Report.console(machine, shows: left, within: 150), "\(Report.console(machine))")
        let tries = server.printed.split(separator: "\n").filter {
          $0.contains("path=/images/\(file) status=404")
        }
        #expect(tries.count == 10)
        // The error's number differs between builds of iPXE.
        let failed = ": \(Self.url)/images/\(file) (try 10 of 10)"
        #expect(Report.console(machine).contains(failed))
        // The firmware's own words behind iPXE's: it has gone on to the next device.
        let words =
          firmware == .bios ? ["Booting from"] : ["BdsDxe: ", ">>Start", "iPXE initialising"]
        let moved = Report.console(machine, within: 60) { console in
          let behind = console.split(separator: left, maxSplits: 1).last ?? ""
          return words.contains { behind.contains($0) }
        }
        #expect(moved, "\(Report.console(machine).suffix(2000))")
      }
    }
  }
}

extension Lab {
  /// dnsmasq's options for chainloading: iPXE by TFTP first, then the URL.
  static func chainload(to url: String?) -> [String] {
    [
      "--dhcp-match=set:ipxe,175", "--dhcp-match=set:efi,option:client-arch,7",
      "--dhcp-match=set:efi,option:client-arch,9", "--dhcp-boot=tag:!ipxe,tag:!efi,undionly.kpxe",
      "--dhcp-boot=tag:!ipxe,tag:efi,ipxe.efi",
    ] + (url.map { ["--dhcp-boot=tag:ipxe,\($0)"] } ?? [])
  }
}
