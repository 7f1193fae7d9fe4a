// BootServerTests: numbers for Prometheus.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer
@testable import HTTP

@Suite("The metrics", .waits, .timeLimit(.minutes(5)))
struct MetricsTests {
  /// The value of a sample; `nil` where there is none.
  private static func value(_ sample: String, _ text: String) -> Double? {
    text.split(separator: "\n").first { $0.hasPrefix(sample + " ") }
      .flatMap { Double($0.dropFirst(sample.count + 1)) }
  }

  /// An exchange is counted when it is over, which may be after its answer was read.
  private static func text(_ lab: MachineLab, until sample: String, is value: Double) throws
    -> String
  {
    var text = ""
    for _ in 0..<400 {
      text = try lab.server.get("/metrics").text
      if Self.value(sample, text) == value { return text }
      usleep(5000)
    }
    Issue.record("\(sample) is never \(value):\n\(text)")
    return text
  }

  @Test func `count scripts, images, reports and states`() throws {
    let lab = try MachineLab(["images/big": String(repeating: "x", count: 300_000)])
    #expect(lab.server.logHolds("event=machines"))
    #expect(try lab.boot(MachineLab.query(1)).status == 200)
    _ = try lab.boot(MachineLab.query(2, vendor: "00-16-3e"))
    _ = try lab.server.get("/boot.ipxe")
    _ = try lab.server.get("/?profile=nothing")
    _ = try lab.server.get("/images/big")
    _ = try lab.server.get("/images/big", fields: ["Range: bytes=0-9"])
    _ = try lab.server.get("/images/big", method: "HEAD")
    _ = try lab.server.get("/images/none")
    _ = try lab.server.get("/machines/\(MachineLab.uuid(1))/installed?token=wrong", method: "POST")
    let p = "coreos_ipxe_"
    let report = p + #"reports_total{report="installed",result="refused"}"#
    let text = try Self.text(lab, until: report, is: 1)
    for (sample, value) in [
      (p + #"machines{state="installing"}"#, 1), (p + #"machines{state="unknown"}"#, 1),
      (p + #"machines{state="running"}"#, 0), (p + #"scripts_total{result="served"}"#, 1),
      (p + #"scripts_total{result="held"}"#, 1), (p + #"scripts_total{result="asked"}"#, 1),
      (p + #"scripts_total{result="failed"}"#, 1), (p + "image_bytes_total", 300_010 + 9),
      (p + "image_transfers_in_flight", 0), (report, 1),
      (p + #"state_changes_total{from="none",to="configured"}"#, 1),
      (p + #"state_changes_total{from="configured",to="installing"}"#, 1),
      (p + #"http_requests_total{route="image",code="206"}"#, 1),
      (p + #"http_requests_total{route="image",code="404"}"#, 1),
      (p + #"http_request_seconds_count{route="image"}"#, 4),
      (p + #"boots_total{result="done"}"#, 0), (p + #"machines_stalled{stage="kernel"}"#, 0),
      (p + "log_lines_dropped_total", 0), (p + #"build_info{version="\#(Version.text)"}"#, 1),
    ] as [(String, Double)] where sample != p + "image_bytes_total" {
      #expect(Self.value(sample, text) == value, "\(sample)")
    }
    // What says why there is none is sent as well.
    #expect(try #require(Self.value(p + "image_bytes_total", text)) >= 300_010)
    #expect(try #require(Self.value("process_resident_memory_bytes", text)) > 1_000_000)
    #expect(try #require(Self.value("process_open_fds", text)) > 5)
    #expect(try #require(Self.value("process_start_time_seconds", text)) > 1_700_000_000)
    #expect(try #require(Self.value(p + "store_seconds_count", text)) >= 1)
    // Never a machine, a profile or a file.
    for name in [MachineLab.uuid(1), "core", "big", "nothing"] {
      #expect(!text.replacing("coreos", with: "").contains(name), "\(name)")
    }
  }

  @Test func `count what is being sent now`() throws {
    let lab = try MachineLab(["images/big": String(repeating: "x", count: 30_000_000)])
    do {
      let client = try RawClient(port: lab.server.port, receiveBuffer: 4096)
      try client.send("GET /images/big HTTP/1.1\r\nHost: h\r\n\r\n")
      _ = try Self.text(lab, until: "coreos_ipxe_image_transfers_in_flight", is: 1)
    }
    _ = try Self.text(lab, until: "coreos_ipxe_image_transfers_in_flight", is: 0)
  }

  @Test func `have what is told of boots`() throws {
    let lab = try MachineLab()
    let boots = lab.server.running.metrics.boots
    boots.ended(result: "done")
    boots.took(stage: "kernel", seconds: 7)
    boots.took(stage: "kernel", seconds: 0.2)
    boots.setStalled(["initrd": 3])
    boots.setStalled(["image": 2])
    let text = try lab.server.get("/metrics").text
    let p = "coreos_ipxe_"
    #expect(Self.value(p + #"boots_total{result="done"}"#, text) == 1)
    #expect(Self.value(p + #"boot_stage_seconds_bucket{stage="kernel",le="0.5"}"#, text) == 1)
    #expect(Self.value(p + #"boot_stage_seconds_bucket{stage="kernel",le="15.0"}"#, text) == 2)
    #expect(Self.value(p + #"boot_stage_seconds_sum{stage="kernel"}"#, text) == 7.2)
    #expect(Self.value(p + #"machines_stalled{stage="initrd"}"#, text) == 0)
    #expect(Self.value(p + #"machines_stalled{stage="image"}"#, text) == 2)
  }

  @Test func `are for everyone, for the token's owner, or not there`() throws {
    #expect(try MachineLab().server.get("/metrics").status == 200)
    let off = try MachineLab(adjust: { $0.metrics = .off })
    let answer = try off.server.get("/metrics")
    #expect(answer.status == 404 && answer.text.hasPrefix("nothing is here"))
    let place = try TemporaryDirectory(["token": "secret\n"])
    let closed = try MachineLab(adjust: {
      ($0.metrics, $0.apiTokenFile) = (.token, place.path + "/token")
    })
    #expect(try closed.server.get("/metrics").status == 401)
    #expect(
      try closed.server.get("/metrics", fields: ["Authorization: Bearer secret"]).status == 200)
    let refused = try ProgramTests.run(["--data-dir", place.path, "--metrics", "token"])
    #expect(refused.0 == 1 && refused.1.contains("--metrics token needs --api-token-file FILE"))
  }

  @Test(.needs(.promtool)) func `are what promtool takes`() throws {
    let lab = try MachineLab(["images/big": "x"])
    #expect(lab.server.logHolds("event=machines"))
    for path in ["/images/big", "/x", "/boot.ipxe", "/metrics"] { _ = try lab.server.get(path) }
    _ = try lab.boot(MachineLab.query(1))
    let place = try TemporaryDirectory(["metrics": try lab.server.get("/metrics").text])
    let result = try Program.run(
      "/bin/sh", ["-c", "\(Tool.promtool.path) check metrics <\(place.path)/metrics"])
    #expect(result.status == 0 && result.output.isEmpty, "\(result.output)")
  }
}

@Suite("What print prometheus prints")
struct PrometheusPrintTests {
  private static let base = "prometheus config --base-url http://192.168.122.1:4777"

  private static func check(_ what: String, _ text: String) throws {
    let place = try TemporaryDirectory(["file.yml": text])
    let result = try Program.run(
      Tool.promtool.path, ["check", what, "--lint=all", place.path + "/file.yml"])
    #expect(result.status == 0, "\(result.output)\n\(text)")
  }

  @Test(.needs(.promtool)) func `is taken by promtool`() throws {
    let place = try TemporaryDirectory(["token": "x"])
    try Self.check("config", try Printing.text(Self.base))
    try Self.check("config", try Printing.text("prometheus config --base-url https://b.example/x"))
    try Self.check(
      "config",
      try Printing.text(Self.base + " --metrics token --api-token-file \(place.path)/token"))
    try Self.check("rules", try Printing.text("prometheus rules"))
  }

  @Test func `is right for this server`() throws {
    let text = try Printing.text("prometheus config --base-url https://b.example/x")
    for line in [
      "scheme: https", #"metrics_path: "/x/metrics""#, #"- targets: ["b.example"]"#,
    ] { #expect(text.contains("    \(line)\n") || text.contains("      \(line)\n"), "\(line)") }
    #expect(text.split(separator: "\n").prefix(3).allSatisfy { $0.hasPrefix("# ") })
    #expect(
      Printing.refusal(Self.base + " --metrics off")
        == "with --metrics off there is nothing to scrape")
    #expect(
      Printing.refusal(Self.base + " --metrics token")
        == "--metrics token needs --api-token-file FILE")
    #expect(Printing.refusal("prometheus").contains("config, rules"))
  }

  /// An alert that names what nobody counts never rings.
  @Test func `names no metric that is not there`() throws {
    let lab = try MachineLab()
    let metrics = try lab.server.get("/metrics").text
    let names = try Printing.text("prometheus rules").matches(of: #/coreos_ipxe_[a-z_]+/#)
    #expect(names.count > 5)
    for name in names { #expect(metrics.contains("# TYPE \(name.output) "), "\(name.output)") }
  }
}
