// boot-bench: what values of a machine cost.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

extension Bench {
  /// Two machines whose scripts are the same but for how their words come about, and two files likewise.
  func measureAnswers() throws {
    let answers = AnswersLab(state: lab.path("answers"))
    try answers.write(lab.data)
    let target = try lab.launch(.ours, state: answers.fleet.state)
    defer { stop([target]) }
    for (name, templated, plain, goal) in answers.pairs {
      for clients in [8, 64] {
        let plans = try [templated, plain].map { path in
          Plan(steps: [try answers.step(path, target)], clients: clients)
        }
        try alternate(plans) { plan in
          try measureRate(
            target, plan, "\(name), \(clients)", goal: .ratioAtLeast(goal), goalOfP99: ""
          ).readings
        }
      }
    }
  }
}

/// Two known machines and their files.
private struct AnswersLab {
  let fleet: MachineFleet
  private static let profiles = ["bench-words", "bench-plain"]

  init(state: String) {
    let machines = Self.profiles.enumerated().map { number, profile in
      var machine = KnownMachine(number, isInstalling: true, ip: "127.0.0.1")
      machine.profile = profile
      return machine
    }
    fleet = MachineFleet(machines, state: state)
  }

  /// What is compared: a name, two paths, and the least ratio.
  var pairs: [(String, String, String, Double)] {
    let (words, plain) = (fleet.machines[0], fleet.machines[1])
    return [
      ("script with values", words.path, plain.path, 0.9),
      (
        "answers of 4 KB", "/configs/bench-answers.cfg" + words.query, "/configs/bench-plain.cfg",
        0.5
      ),
    ]
  }

  func write(_ data: BenchData) throws {
    let texts = [
      "rack={{metadata.rack}} role={{metadata.role}} id={{machine.uuid}}",
      "rack=r0 role=worker id=\(fleet.machines[1].uuid)",
    ]
    for (profile, args) in zip(Self.profiles, texts) {
      let text =
        "{\"os\": \"flatcar\", \"version\": \"\(BenchData.version)\", \"console\": [\"ttyS0\"],"
        + " \"install\": {\"cloud_config\": \"bench\", \"args\": [\"\(args)\"]}}\n"
      try Files.write(Array(text.utf8), to: "\(data.dataDirectory)/profiles/\(profile).json")
    }
    // A script whose images are not there is no machine's.
    let images = "\(data.dataDirectory)/images/flatcar/amd64-usr/\(BenchData.version)"
    try Files.makeDirectory(images)
    for file in [".vmlinuz", "_image.cpio.gz"] {
      try Files.write([1], to: "\(images)/flatcar_production_pxe\(file)")
    }
    let line = { (value: String) in
      "d-i netcfg/some_question string \(value) and some more text of its own\n"
    }
    // One value in four lines, as answers have it.
    let lines = { (value: String) in
      String(repeating: String(repeating: line("value"), count: 3) + line(value), count: 16)
    }
    try Files.write(
      Array(lines("{{metadata.role}}").utf8),
      to: "\(data.dataDirectory)/configs/bench-answers.cfg.tmpl")
    try Files.write(
      Array(lines("worker").utf8), to: "\(data.dataDirectory)/configs/bench-plain.cfg")
    try fleet.writeRecords(in: fleet.state)
    Files.synchronize()
  }

  /// A request, and the answer that it has now.
  func step(_ path: String, _ target: Target) throws -> Step {
    var bytes: [UInt8] = []
    _ = try Fetch.fetch(target.address, host: target.host, path: path, from: nil) { piece, _ in
      bytes += piece
    }
    return Step(
      path: path, host: target.host, isKeptAlive: true, bodyLength: bytes.count, body: bytes)
  }
}
