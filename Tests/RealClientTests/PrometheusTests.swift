// RealClientTests: Prometheus.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite(
  "Prometheus", .waits, .timeLimit(.minutes(5)),
  .needs(Needs(asked: testsAreStrict, "seconds for a real Prometheus")))
struct PrometheusTests {
  @Test(.needs(.prometheus, .promtool, .curl))
  func `scrapes what print prometheus says, and finds no alert that it cannot read`() throws {
    let directory = try TemporaryDirectory(["images/a": "x"])
    let server = try ServerProgram(directory.path)
    let place = try TemporaryDirectory()
    let program = Program.built("coreos-ipxe-server")
    let base = ["--base-url", "http://127.0.0.1:\(server.port)"]
    for (part, file) in [("config", "prometheus.yml"), ("rules", "rules.yml")] {
      let printed = try Program.run(program, ["print", "prometheus", part] + base)
      try #require(printed.status == 0, "\(printed.output)")
      try place.write(
        file,
        printed.output.replacing("/etc/prometheus/rules/*.yml", with: place.path + "/rules.yml")
          .replacing("_interval: 15s", with: "_interval: 1s"))
    }
    let port = try BoundSocket.freePort()
    let prometheus = try Program(
      Tool.prometheus.path,
      [
        "--config.file=\(place.path)/prometheus.yml", "--storage.tsdb.path=\(place.path)/data",
        "--web.listen-address=127.0.0.1:\(port)",
      ])
    defer { prometheus.kill(SIGKILL) }
    _ = try RawClient(port: server.port).get("/images/a")
    func get(_ path: String) throws -> String {
      try Program.run(
        Tool.curl.path, ["-s", "--max-time", "10", "http://127.0.0.1:\(port)/api/v1/\(path)"]
      ).output
    }
    func query(_ text: String) throws -> String { try get("query?query=" + text) }
    var answer = ""
    for _ in 0..<300 where !answer.contains(#","1"]"#) {
      usleep(100_000)
      answer = try query("coreos_ipxe_http_requests_total%7Broute=%22image%22%7D")
    }
    #expect(answer.contains(#""code":"200""#) && answer.contains(#","1"]"#), "\(answer)")
    #expect(try query("up%7Bjob=%22coreos-ipxe-server%22%7D").contains(#","1"]"#))
    try Self.expectAlerts(place)
    let rules = try get("rules")
    #expect(rules.contains("MachinesStalled") && !rules.contains(#""health":"err""#), "\(rules)")
  }

  /// Each alert of the printed rules, by a series that makes it fire and one that does not.
  private static let alerts = [
    ("BootServerDown", #"up{job="coreos-ipxe-server"}"#, "0x60", "1x60"),
    ("MachinesStalled", #"coreos_ipxe_machines_stalled{stage="initrd"}"#, "2x60", "0x60"),
    ("MachinesHeld", #"coreos_ipxe_scripts_total{result="held"}"#, "0+1x60", "7x60"),
    ("ScriptsFail", #"coreos_ipxe_scripts_total{result="failed"}"#, "0+1x60", "7x60"),
    ("BootsWithoutReport", #"coreos_ipxe_boots_total{result="no-report"}"#, "0+1x60", "3x60"),
    ("BootStoreErrors", "coreos_ipxe_store_errors_total", "0+1x60", "0x60"),
    ("BootTrailBehind", "coreos_ipxe_trail_behind", "2000x60", "10x60"),
    ("BootLogDropped", "coreos_ipxe_log_lines_dropped_total", "0+5x60", "0x60"),
  ]

  private static func expectAlerts(_ place: TemporaryDirectory) throws {
    let rules = try String(contentsOfFile: place.path + "/rules.yml", encoding: .utf8)
    let named = rules.split(separator: "\n").filter { $0.contains("- alert:") }.count
    #expect(named == alerts.count)
    let lines = ["rule_files: [rules.yml]", "evaluation_interval: 1m", "tests:"]
    var text = lines.joined(separator: "\n") + "\n"
    for (name, series, bad, good) in alerts {
      for (values, count) in [(bad, 1), (good, 0)] {
        text += """
            - interval: 1m
              input_series:
                - series: '\(series)'
                  values: '\(values)'
              promql_expr_test:
                - expr: 'count(ALERTS{alertname="\(name)",alertstate="firing"}) or vector(0)'
                  eval_time: 40m
                  exp_samples:
                    - value: \(count)

          """
      }
    }
    try place.write("tests.yml", text)
    let told = try Program.run(Tool.promtool.path, ["test", "rules", place.path + "/tests.yml"])
    #expect(told.status == 0, "\(told.output)")
  }
}
