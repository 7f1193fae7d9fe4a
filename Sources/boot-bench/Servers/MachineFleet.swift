// boot-bench: a server's known machines.
// SPDX-License-Identifier: Apache-2.0

import System

/// Machines with their records in a state directory: half install, half boot their own disk.
struct MachineFleet: Sendable {
  static let profile = "bench-machine"
  /// Machines share this many: a client that always connected from one would run out of ports.
  static let addresses = 16

  let state: String
  let machines: [KnownMachine]

  init(count: Int, state: String) {
    self.state = state
    machines = (0..<count).map { number in
      KnownMachine(
        number, isInstalling: number / Self.addresses % 2 == 0,
        ip: Self.source(of: number)?.hostText ?? "127.0.0.1")
    }
  }

  /// Machines of one's own.
  init(_ machines: [KnownMachine], state: String) {
    self.machines = machines
    self.state = state
  }

  /// Where a machine asks from.
  static func source(of number: Int) -> Address? {
    Address.local(port: 0).source(number % addresses)
  }

  /// Writes the records, and a trail of git that has them all, as a server leaves one behind.
  ///
  /// Without it the server would spend what is measured on catching up with it.
  func write(_ data: BenchData, _ cleanup: Cleanup) throws {
    try Files.write(
      Array(Self.profileText.utf8), to: "\(data.dataDirectory)/profiles/\(Self.profile).json")
    try Files.write(
      Array(Self.template.utf8), to: "\(data.dataDirectory)/configs/\(Self.profile).yml.tmpl")
    try writeRecords(in: state)
    try commitRecords(cleanup)
    Files.synchronize()
  }

  /// Commits the records; not where git is missing: the server has no trail there either.
  private func commitRecords(_ cleanup: Cleanup) throws {
    guard Files.isExecutable(Self.git) else { return }
    try Files.write(Array(Self.ignored.utf8), to: "\(state)/.gitignore")
    let who = ["-c", "user.name=boot-bench", "-c", "user.email=boot-bench", "-c", "gc.auto=0"]
    for arguments in [
      ["init", "-q"], ["symbolic-ref", "HEAD", "refs/heads/main"], ["add", "--all"],
      who + ["commit", "-q", "-m", "records of boot-bench"], ["repack", "-a", "-d", "-q"],
    ] {
      try cleanup.run(Self.git, ["-C", state] + arguments, errors: "\(state)/.boot-bench.log")
    }
  }

  /// Writes the records, and the two lists that a server keeps beside them.
  func writeRecords(in directory: String) throws {
    try Files.makeDirectory("\(directory)/machines")
    for machine in machines {
      try Files.write(Array(machine.record.utf8), to: "\(directory)/machines/\(machine.uuid).json")
    }
    let tokens = machines.map(\.tokenLine).joined()
    try Files.write(Array(tokens.utf8), to: "\(directory)/tokens")
    // Both at 2026-11-21T12:20:00Z.
    let sightings = machines.map { "\($0.uuid) 1795263600 1795263600\n" }.joined()
    try Files.write(Array(sightings.utf8), to: "\(directory)/sightings")
  }

  /// Counts records that are not as they were written.
  func changedRecords() throws -> Int {
    var count = 0
    for machine in machines {
      let bytes = try Files.read("\(state)/machines/\(machine.uuid).json")
      if !bytes.elementsEqual(machine.record.utf8) { count += 1 }
    }
    return count
  }

  private static let git = "/usr/bin/git"

  /// As the server writes it.
  private static let ignored =
    "/*\n!/.gitignore\n!/clusters.json\n!/machines/\n/machines/.*\n"

  /// The keys of the plain script's profile, and an installer with a config for each machine.
  private static let profileText = """
    {
      "cloud_config": "bench",
      "console": ["tty0", "ttyS0,115200n8"],
      "coreos_autologin": "ttyS0",
      "install": {"cloud_config": "\(profile)"},
      "root": "LABEL=ROOT",
      "rootfstype": "btrfs",
      "sshkey": "bench",
      "version": "\(BenchData.version)"
    }

    """

  private static let template = """
    #cloud-config
    hostname: node-{{machine.serial}}
    report: "{{machine.installed_url}}"

    """
}
