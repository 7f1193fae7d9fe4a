// RealClientTests: Prometheus.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite(
  "Prometheus", .waits, .timeLimit(.minutes(5)),
  .needs(Needs(asked: testsAreStrict, "seconds for a real Prometheus")))
struct PrometheusTests {
  @Test(.needs(.prometheus, .curl))
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
    let rules = try get("rules")
    #expect(rules.contains("MachinesStalled") && !rules.contains(#""health":"err""#), "\(rules)")
  }
}
