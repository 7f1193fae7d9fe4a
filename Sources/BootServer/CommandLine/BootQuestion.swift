// BootServer/CommandLine: which boot a verb is about.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

extension Option {
  /// What a boot says of itself, as `render` and `explain` take it.
  static let identity: [Option] = [
    Option("--uuid", "UUID", meaning: "the boot's UUID"),
    Option("--mac", "MAC", meaning: "of the card that it boots from"),
    Option("--serial", "TEXT", meaning: "the board's serial"),
    Option("--asset", "TEXT", meaning: "the asset tag"),
    Option("--hostname", "NAME", meaning: "what DHCP calls it"),
    Option("--ip", "ADDRESS", meaning: "where it asks from"),
    Option("--platform", "WORD", meaning: "pcbios or efi", words: ["pcbios", "efi"]),
    Option("--arch", "WORD", meaning: "the processor: x86_64, arm64, or amd64 and its like"),
  ]

  static let ofMachine = Option(
    "--machine", "ID", meaning: "a machine that is recorded, by any of its names")
  static let asState = Option(
    "--as", "STATE",
    meaning: "what if it were unknown, configured, installing, installed or running",
    words: MachineState.allCases.map(\.rawValue),
    parse: { (_, value) throws(UsageError) in
      let _: MachineState = try choice(value)
    })
  static let strict = Option("--strict", meaning: "a warning counts like an error")
  /// Files of the server's that nobody else should read.
  static let secrets = Option.server.filter {
    ["--api-token-file", "--answer-token-file"].contains($0.flag)
  }
  static let configFile = Option(
    "--config", "FILE", meaning: "a file of configs/, as the machine or profile would get it")
  static let difference = Option(
    "--diff", "DIR", meaning: "shows what changes when DIR becomes the data directory")
  static let withToken = Option(
    "--with-token", meaning: "shows the machine's token, which opens its answers and reports")
}

/// A boot as a person describes it.
struct BootQuestion {
  /// Options that stand for iPXE's parameters.
  private static let parameters: [(flag: String, parameter: BootIdentity.Parameter)] = [
    ("--uuid", .uuid), ("--mac", .mac), ("--serial", .serial), ("--asset", .asset),
    ("--hostname", .hostname), ("--platform", .platform), ("--arch", .buildarch),
  ]

  /// What it says of itself; nothing where it is a recorded machine.
  var boot = BootIdentity()
  /// What a person calls it.
  var name: String?
  var state: MachineState?

  init() {}

  init(_ arguments: Arguments) throws(CommandError) {
    for (flag, parameter) in Self.parameters {
      guard let option = Option.identity.first(where: { $0.flag == flag }),
        let text = arguments[option]
      else { continue }
      try read(parameter, text, what: flag)
    }
    if let option = Option.identity.first(where: { $0.flag == "--ip" }) {
      boot.ip = arguments[option]
    }
    name = arguments[.ofMachine]
    state = arguments[.asState].flatMap { MachineState(rawValue: $0) }
  }

  /// - Parameter what: as messages call the parameter.
  mutating func read(
    _ parameter: BootIdentity.Parameter, _ text: String, what: String
  ) throws(CommandError) {
    boot.read(parameter, Array(text.utf8)[...], isHex: false)
    let isRead =
      switch parameter {
      case .uuid: boot.uuid != nil
      case .mac: boot.mac != nil
      case .serial: boot.serial != nil
      case .asset: boot.asset != nil
      case .hostname: boot.hostname != nil
      case .platform: boot.platform != nil
      case .buildarch: boot.arch != nil
      }
    guard isRead else {
      throw CommandError(
        "\(what): '\(text)' tells no machine from another; the server would ignore it")
    }
  }

  /// Puts what it says of a recorded machine into the boot, and the state that is asked about into its record.
  ///
  /// - Returns: the machines as they are to be looked at.
  mutating func settle(_ snapshot: Snapshot) throws(MachineError) -> Snapshot {
    if let name {
      let machine = try snapshot.resolve(name).machine
      boot = boot.of(machine)
    }
    guard let state else { return snapshot }
    guard let entry = snapshot.find(boot)?.entry else { throw .unknownMachine("this boot") }
    var machine = entry.machine
    machine.state = state
    var roster = snapshot.roster
    roster.put(Roster.Entry(machine, token: entry.token))
    return snapshot.with(roster)
  }
}

extension BootIdentity {
  /// The same, and what a record has where it says nothing.
  func of(_ machine: Machine) -> BootIdentity {
    var boot = self
    func add(_ parameter: Parameter, _ text: String?) {
      if let text { boot.read(parameter, Array(text.utf8)[...], isHex: false) }
    }
    add(.uuid, machine.uuid?.description)
    add(.mac, machine.macs.first?.description)
    add(.serial, machine.serial)
    add(.asset, machine.asset)
    add(.hostname, machine.hostname)
    add(.platform, machine.platform)
    add(.buildarch, machine.arch)
    boot.ip = boot.ip ?? machine.ip
    return boot
  }
}
