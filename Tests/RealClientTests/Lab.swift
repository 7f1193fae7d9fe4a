// RealClientTests: a network of the test's own, with the machines in it.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// A network namespace with a bridge at 192.168.122.1/24, as libvirt has it.
final class Lab {
  static let server = "192.168.122.1"
  private static let prefix = "fd7a:b007::"

  let directory: TemporaryDirectory
  private let name = "ipxe-test-\(getpid())-\(UInt32.random(in: 0...9999))"
  private let hasIPv6: Bool
  private var programs: [Program] = []
  private var machines = 0
  private var hasNeighbour = false

  init(_ files: [String: String]) throws {
    directory = try TemporaryDirectory(files)
    try Self.ip(["netns", "add", name])
    try Self.ip(["-n", name, "link", "set", "lo", "up"])
    try Self.ip(["-n", name, "link", "add", "br0", "type", "bridge"])
    try Self.ip(["-n", name, "addr", "add", "\(Self.server)/24", "dev", "br0"])
    try Self.ip(["-n", name, "link", "set", "br0", "up"])
    let address = ["addr", "add", Self.prefix + "1/64", "dev", "br0", "nodad"]
    hasIPv6 = (try? Self.ip(["-n", name] + address)) != nil
  }

  deinit {
    for program in programs { program.kill(SIGKILL) }
    for program in programs { _ = program.exitStatus(within: 5) }
    try? Self.ip(["netns", "del", name])
    if hasNeighbour { try? Self.ip(["netns", "del", name + "-n"]) }
  }

  /// Runs a program on another host of the network, whose card is `eth0`.
  func runNextDoor(_ path: String, _ arguments: [String]) throws -> (status: Int32, output: String)
  {
    try Program.run("/sbin/ip", ["netns", "exec", try neighbour(), path] + arguments)
  }

  /// Starts a program there.
  func startNextDoor(_ path: String, _ arguments: [String]) throws -> Program {
    let program = try Program("/sbin/ip", ["netns", "exec", try neighbour(), path] + arguments)
    programs.append(program)
    return program
  }

  /// The other host's namespace.
  private func neighbour() throws -> String {
    let other = name + "-n"
    if !hasNeighbour {
      try Self.ip(["netns", "add", other])
      hasNeighbour = true
      try Self.ip([
        "-n", name, "link", "add", "veth0", "type", "veth", "peer", "name", "eth0", "netns", other,
      ])
      try Self.ip(["-n", name, "link", "set", "veth0", "master", "br0", "up"])
      try Self.ip(["-n", other, "addr", "add", "192.168.122.9/24", "dev", "eth0"])
      try Self.ip(["-n", other, "link", "set", "eth0", "up"])
    }
    return other
  }

  /// Puts the payload where a profile's files are.
  func install(kernel: String, initrd: String, extra: String? = nil) throws {
    let payload = try Payload.shared.get()
    try directory.write(kernel, payload.kernel)
    try directory.write(initrd, payload.initrd)
    if let extra { try directory.write(extra, payload.extra) }
  }

  /// Starts a program in the namespace.
  func start(_ path: String, _ arguments: [String]) throws -> Program {
    let program = try Program("/sbin/ip", ["netns", "exec", name, path] + arguments)
    programs.append(program)
    return program
  }

  /// Starts our server on the original's port.
  func startServer(_ arguments: [String] = []) throws -> Program {
    let server = try start(
      Program.built("coreos-ipxe-server"),
      ["--data-dir", directory.path, "--listen", "\(Self.server):4777"] + arguments)
    try #require(server.hasPrinted("event=listening", within: 10), "\(server.printed)")
    return server
  }

  /// Options that make dnsmasq an IPv6 router.
  ///
  /// A ROM that boots by itself asks for one too, and waits 15 seconds where none is.
  var router: [String] {
    hasIPv6 ? ["--enable-ra", "--dhcp-range=\(Self.prefix),ra-only"] : []
  }

  /// Starts dnsmasq for DHCP and TFTP.
  func startDnsmasq(_ options: [String] = []) throws -> Program {
    let leases = directory.path + "/leases"
    let dnsmasq = try start(
      Tool.dnsmasq.path,
      [
        "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--user=root",
        "--interface=br0", "--bind-interfaces", "--dhcp-range=192.168.122.100,192.168.122.200",
        "--dhcp-leasefile=\(leases)", "--log-facility=-", "--log-dhcp", "--enable-tftp",
        "--tftp-root=/usr/lib/ipxe",
      ] + router + options)
    try #require(dnsmasq.hasPrinted("DHCP, IP range", within: 10), "\(dnsmasq.printed)")
    return dnsmasq
  }

  enum Firmware { case bios, uefi }

  /// A machine that stays the same from one boot to the next.
  struct Machine {
    let firmware: Firmware
    fileprivate let number: Int
    fileprivate let serial: String?
    /// Its disk as a file, if it has one.
    let disk: String?

    var mac: String { "52:54:00:55:1c:0\(number)" }
    var uuid: String { "4c4c4544-0031-3010-8034-b4c04f33320\(number)" }
  }

  /// Plugs a machine in.
  ///
  /// - Parameters:
  ///   - serial: the board's, for SMBIOS.
  ///   - diskBytes: the size of a blank disk; it boots from the network first, from that second.
  func addMachine(
    _ firmware: Firmware, serial: String? = nil, diskBytes: Int? = nil
  ) throws -> Machine {
    machines += 1
    let tap = "tap\(machines)"
    try Self.ip(["-n", name, "tuntap", "add", tap, "mode", "tap"])
    try Self.ip(["-n", name, "link", "set", tap, "master", "br0", "up"])
    if firmware == .uefi {
      try FileManager.default.copyItem(
        atPath: "/usr/share/OVMF/OVMF_VARS.fd", toPath: variables(of: machines))
    }
    if let diskBytes { try directory.write("disk\(machines)", Data(count: diskBytes)) }
    return Machine(
      firmware: firmware, number: machines, serial: serial,
      disk: diskBytes.map { _ in directory.path + "/disk\(machines)" })
  }

  private func variables(of number: Int) -> String { directory.path + "/vars\(number).fd" }

  /// What boots a machine from the network.
  enum Network {
    /// iPXE in the card's ROM.
    case rom
    /// UEFI by itself, by TFTP.
    case firmware
    /// UEFI by itself, from a URL.
    case http
  }

  /// Switches a machine on.
  ///
  /// - Parameters:
  ///   - kernel: booted by QEMU itself, with an initrd: how a ROM with a script is had.
  ///   - megabytes: of memory.
  ///   - isSecure: whether UEFI has Secure Boot on, with Microsoft's keys.
  func switchOn(
    _ machine: Machine, network: Network = .rom, kernel: (String, initrd: String)? = nil,
    megabytes: Int = 512, isSecure: Bool = false
  ) throws -> Program {
    var arguments = [
      "-nographic", "-no-reboot", "-m", "\(megabytes)", "-uuid", machine.uuid, "-netdev",
      "tap,id=n,ifname=tap\(machine.number),script=no,downscript=no",
      "-monitor", "unix:\(monitor(of: machine)),server,nowait",
    ]
    var device = "virtio-net-pci,netdev=n,mac=\(machine.mac)"
    if machine.disk != nil { device += ",bootindex=0" }
    switch machine.firmware {
    case .bios:
      if machine.disk == nil { arguments += ["-boot", "n"] }
      arguments += ["-device", device]
    case .uefi:
      arguments += ["-device", device + (network == .rom ? "" : ",romfile=")]
      arguments += try firmware(of: machine.number, isSecure: isSecure)
    }
    if machine.firmware == .uefi, machine.disk != nil || network == .http {
      // OVMF has a network stack of its own: it would try that too for minutes after iPXE's, and the
      // others first where it is to boot from a URL.
      let stacks: [String] =
        switch network {
        case .rom: ["IPv4", "IPv6"]
        case .firmware: ["IPv6"]
        case .http: ["IPv4PXE", "IPv6"]
        }
      for stack in stacks {
        arguments += ["-fw_cfg", "name=opt/org.tianocore/\(stack)Support,string=no"]
      }
    }
    if let disk = machine.disk {
      arguments += [
        "-drive", "if=none,id=d,format=raw,file=\(disk)",
        // Without an index SeaBIOS would hide it from iPXE's sanboot.
        "-device", "virtio-blk-pci,drive=d,bootindex=1",
      ]
    }
    // QEMU reads a comma as the end, unless it stands there twice.
    if let serial = machine.serial {
      arguments += ["-smbios", "type=1,serial=" + serial.replacing(",", with: ",,")]
    }
    if let kernel { arguments += ["-kernel", kernel.0, "-initrd", kernel.initrd] }
    return try start(Tool.qemu.path, arguments)
  }

  /// QEMU's options for OVMF; with Secure Boot it has variables of its own from the start.
  private func firmware(of number: Int, isSecure: Bool) throws -> [String] {
    let variables = variables(of: number)
    if isSecure {
      try FileManager.default.removeItem(atPath: variables)
      try FileManager.default.copyItem(
        atPath: "/usr/share/OVMF/OVMF_VARS_4M.ms.fd", toPath: variables)
    }
    let code = isSecure ? "/usr/share/OVMF/OVMF_CODE_4M.ms.fd" : Tool.ovmf.path
    return [
      "-drive", "if=pflash,format=raw,unit=0,readonly=on,file=\(code)",
      "-drive", "if=pflash,format=raw,unit=1,file=\(variables)",
    ] + (isSecure ? ["-machine", "q35,smm=on"] : [])
      + (isSecure ? ["-global", "driver=cfi.pflash01,property=secure,value=on"] : [])
  }

  /// Switches a machine on that is booted once.
  func boot(
    _ firmware: Firmware, network: Network = .rom, kernel: (String, initrd: String)? = nil,
    isSecure: Bool = false
  ) throws -> Program {
    try switchOn(
      try addMachine(firmware), network: network, kernel: kernel, isSecure: isSecure)
  }

  private static func ip(_ arguments: [String]) throws {
    let result = try Program.run("/sbin/ip", arguments)
    guard result.status == 0 else {
      throw ClientError(description: "ip \(arguments.joined(separator: " ")): \(result.output)")
    }
  }
}

/// What a booted payload said on its serial line.
struct Report {
  let commandLine: String
  let config: String
  let files: [String]

  /// Waits for the report.
  ///
  /// - Throws: with the console's last lines when none comes.
  static func of(_ machine: Program, within seconds: Double = 120) throws -> Report {
    guard machine.hasPrinted("REPORT-END", within: seconds) else {
      throw ClientError(description: "no report; the console: \(console(machine).suffix(3000))")
    }
    let lines = machine.printed.components(separatedBy: .newlines)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    func value(_ key: String) -> String {
      lines.first { $0.hasPrefix(key + " ") }.map { String($0.dropFirst(key.count + 1)) } ?? ""
    }
    let config = Data(base64Encoded: value("CONFIG")) ?? Data()
    return Report(
      commandLine: value("CMDLINE"), config: String(decoding: config, as: UTF8.self),
      files: value("FILES").split(separator: " ").map(String.init))
  }

  /// The console without line ends and terminal codes: it wraps wherever it likes.
  static func console(_ machine: Program) -> String {
    machine.printed
      .replacing(#/\u{1b}\[[0-9;?=]*[A-Za-z]/#, with: "")
      .filter { !$0.isNewline && $0 != "\r" && $0 != "\r\n" }
  }

  static func console(_ machine: Program, shows text: String, within seconds: Double) -> Bool {
    console(machine, within: seconds) { $0.contains(text) }
  }

  static func console(
    _ machine: Program, within seconds: Double, satisfies condition: (String) -> Bool
  ) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if condition(console(machine)) { return true }
      usleep(200_000)
    }
    return false
  }
}
