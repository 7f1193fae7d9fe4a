// boot-bench: what can be measured.
// SPDX-License-Identifier: Apache-2.0

struct Measurement: Sendable {
  enum Sides: Sendable, Equatable {
    case servers
    /// Our server alone, with itself.
    case ours(String, String?)
  }

  let name: String
  let meaning: String
  /// What stands above the two columns, where it is not the servers that the options name.
  var sides = Sides.servers
  let run: @Sendable (Bench) throws -> Void

  static let all: [Measurement] = [
    Measurement(
      name: "scripts", meaning: "boot scripts: requests a second, latency, CPU, memory",
      run: { try $0.measureScripts() }),
    Measurement(
      name: "images", meaning: "one image to 1, 8 and 64 readers: bytes a second, CPU, memory",
      run: { try $0.measureImages() }),
    Measurement(
      name: "storm", meaning: "2,000 machines at once: script, config and a 4 MB image each",
      run: { try $0.measureStorm() }),
    Measurement(
      name: "idle", meaning: "10,000 idle connections: memory, and whether each is answered again",
      run: { try $0.measureIdle() }),
    Measurement(
      name: "start", meaning: "from the start of the process to its first answer",
      run: { try $0.measureStart() }),
    Measurement(
      name: "beside", meaning: "latency of scripts while 8 readers pull the image",
      run: { try $0.measureBeside() }),
    Measurement(
      name: "log", meaning: "boot scripts with the default log into a file; no line may be missing",
      run: { try $0.measureLog() }),
    Measurement(
      name: "log-cost",
      meaning: "the same with the log into a file, by ours that logs only warnings",
      sides: .ours("logged", "not"), run: { try $0.measureCostOfLog() }),
    Measurement(
      name: "machines",
      meaning:
        "scripts of 10,000 known machines, beside a plain ?profile= of the same server; memory",
      sides: .ours("machines", "plain"), run: { try $0.measureMachines() }),
    Measurement(
      name: "answers",
      meaning:
        "a machine's script with {{...}} in its args, and 4 KB of rendered answers, beside plain",
      sides: .ours("templated", "plain"), run: { try $0.measureAnswers() }),
    Measurement(
      name: "restart",
      meaning: "from the start of our server to a known machine's answer, of 10,000",
      sides: .ours("ours", nil), run: { try $0.measureRestart() }),
    Measurement(
      name: "reinstalls",
      meaning: "changes of 10,000 known machines: 64 clients, each state=configured and a script",
      sides: .ours("ours", nil), run: { try $0.measureReinstalls() }),
    Measurement(
      name: "boots", meaning: "memory that the boots of 10,000 known machines take",
      sides: .ours("ours", nil), run: { try $0.measureBoots() }),
    Measurement(
      name: "fetch",
      meaning:
        "images fetch of 1 GB beside curl | tee | sha256sum, images verify beside sha256sum; images list",
      sides: .ours("images", "coreutils"), run: { try $0.measureFetch() }),
    Measurement(
      name: "promotion",
      meaning: "64 readers of an image while another version is put in its place, beside none",
      sides: .ours("promoting", "quiet"), run: { try $0.measurePromotion() }),
    Measurement(
      name: "contact", meaning: "1,000 new machines at once at our server: every quantity is exact",
      sides: .ours("ours", nil), run: { try $0.measureContact() }),
  ]
}
