// boot-bench: the script of each known machine.
// SPDX-License-Identifier: Apache-2.0

/// What every machine of a fleet has to be answered.
struct FleetScripts {
  private let fleet: MachineFleet
  private let host: String
  /// What stands around a machine's own query while it installs.
  private let installing: [[UInt8]]
  private let localBoot: [UInt8]

  /// Asks for the script of one machine of each kind; the others' differ by ID and token alone.
  init(_ fleet: MachineFleet, _ target: Target) throws {
    self.fleet = fleet
    host = target.host
    func script(isInstalling: Bool) throws -> (KnownMachine, String) {
      guard let machine = fleet.machines.first(where: { $0.isInstalling == isInstalling }) else {
        throw Failure("too few machines")
      }
      var bytes: [UInt8] = []
      _ = try Fetch.fetch(
        target.address, host: target.host, path: machine.path,
        from: MachineFleet.source(of: machine.number)
      ) { piece, _ in bytes += piece }
      return (machine, String(decoding: bytes, as: UTF8.self))
    }
    let (machine, text) = try script(isInstalling: true)
    let query = Array(machine.query.utf8)
    installing = Self.split(Array(text.utf8), at: query)
    guard installing.count > 1, text.contains(BenchData.version) else {
      throw Failure("the script of a machine that installs has no '\(machine.query)':\n\(text)")
    }
    let local = try script(isInstalling: false).1
    guard local.contains("#!ipxe"), local.contains("own disk") else {
      throw Failure("the script of a machine that runs is not that of its disk:\n\(local)")
    }
    localBoot = Array(local.utf8)
  }

  /// A step for each machine, in the order of their numbers.
  func steps(isKeptAlive: Bool) -> [Step] {
    fleet.machines.map { machine in
      let body =
        machine.isInstalling
        ? Array(installing.joined(separator: machine.query.utf8)) : localBoot
      return Step(
        path: machine.path, host: host, isKeptAlive: isKeptAlive, bodyLength: body.count,
        body: body)
    }
  }

  private static func split(_ bytes: [UInt8], at word: [UInt8]) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var start = 0
    var index = 0
    while index + word.count <= bytes.count {
      if bytes[index..<index + word.count].elementsEqual(word) {
        pieces.append(Array(bytes[start..<index]))
        index += word.count
        start = index
      } else {
        index += 1
      }
    }
    return pieces + [Array(bytes[start...])]
  }
}
