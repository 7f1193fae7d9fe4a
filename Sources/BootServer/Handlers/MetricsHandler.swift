// BootServer/Handlers: numbers for Prometheus.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// Answers `GET /metrics`.
struct MetricsHandler {
  let machines: MachineService
  let metrics: Metrics
  let policy: MetricsPolicy
  let log: Log

  func respond(_ request: Request) -> Outcome {
    switch policy {
    case .off: return .respond(.nothing)
    case .token: if let refusal = machines.refusal(request) { return .respond(refusal) }
    case .open: break
    }
    return machines.chore("metrics") {
      var response = Response(.ok)
      response.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
      response.body = [.bytes(Array(text().utf8))]
      response.event = Event(.metrics, .debug)
      return response
    }
  }

  private func text() -> String {
    var text = MetricsText()
    addMachines(&text)
    addBoots(&text)
    let requests = metrics.requests
    addRequests(requests, &text)
    addRoutes(requests, &text)
    addStore(&text)
    addProcess(&text)
    return text.text
  }

  private static let prefix = "coreos_ipxe_"

  private func addMachines(_ text: inout MetricsText) {
    let states = machines.register.snapshot.roster.states
    let name = Self.prefix + "machines"
    text.family(name, .gauge, "Recorded machines by state.")
    for state in MachineState.allCases {
      text.sample(name, [("state", state.rawValue)], states[state] ?? 0)
    }
    let moves = Self.prefix + "state_changes_total"
    text.family(moves, .counter, "Machines that came into another state.")
    for (move, count) in machines.register.moves.sorted(by: { $0.key < $1.key }) {
      text.sample(moves, [("from", move.from), ("to", move.to)], count)
    }
  }

  private func addBoots(_ text: inout MetricsText) {
    let counts = metrics.boots.counts
    let (stalled, ended) = (Self.prefix + "machines_stalled", Self.prefix + "boots_total")
    text.family(stalled, .gauge, "Machines whose boot does not get on now, by stage.")
    for (stage, count) in counts.stalled.sorted(by: { $0.key < $1.key }) {
      text.sample(stalled, [("stage", stage)], count)
    }
    text.family(ended, .counter, "Boots that are over, by how they ended.")
    for (result, count) in counts.ended.sorted(by: { $0.key < $1.key }) {
      text.sample(ended, [("result", result)], count)
    }
    let took = Self.prefix + "boot_stage_seconds"
    text.family(took, .histogram, "How long the stages of boots took.")
    for (stage, histogram) in counts.took.sorted(by: { $0.key < $1.key }) {
      text.histogram(took, [("stage", stage)], histogram)
    }
  }

  private func addRequests(_ requests: RequestCounts, _ text: inout MetricsText) {
    let (scripts, reports) = (Self.prefix + "scripts_total", Self.prefix + "reports_total")
    text.family(scripts, .counter, "Boot scripts that were asked for, by what came of it.")
    for (result, count) in zip(RequestCounts.scripts, requests.scripts) {
      text.sample(scripts, [("result", result)], count)
    }
    text.single(
      Self.prefix + "image_bytes_total", .counter, "Bytes of images that were sent.",
      "\(requests.imageBytes)")
    text.single(
      Self.prefix + "image_transfers_in_flight", .gauge, "Images that are being sent.",
      "\(requests.imagesInFlight)")
    text.family(reports, .counter, "Reports of machines, by what came of them.")
    for (index, report) in RequestCounts.reportNames.enumerated() {
      for (place, result) in RequestCounts.reportResults.enumerated() {
        text.sample(
          reports, [("report", report), ("result", result)], requests.reports[index * 3 + place])
      }
    }
  }

  private func addRoutes(_ requests: RequestCounts, _ text: inout MetricsText) {
    let (all, took) = (Self.prefix + "http_requests_total", Self.prefix + "http_request_seconds")
    text.family(all, .counter, "Requests, by what they were about and the answer's status.")
    for route in MetricRoute.allCases {
      for (code, count) in requests.requests(route) {
        text.sample(all, [("route", route.name), ("code", "\(code)")], count)
      }
    }
    text.family(took, .histogram, "From a whole request to the last byte of its answer.")
    for route in MetricRoute.allCases where requests.seconds[route.rawValue].count > 0 {
      text.histogram(took, [("route", route.name)], requests.seconds[route.rawValue])
    }
  }

  private func addStore(_ text: inout MetricsText) {
    let counters = machines.register.store.condition.counters
    let took = Self.prefix + "store_seconds"
    text.family(took, .summary, "How long changes of records took to be durable.")
    text.sample(took + "_sum", [], "\(Double(counters.flushMicroseconds) / 1e6)")
    text.sample(took + "_count", [], counters.batches)
    text.single(
      Self.prefix + "store_errors_total", .counter, "Changes and files that could not be written.",
      "\(counters.failures + counters.refused + counters.notKnown)")
    text.single(
      Self.prefix + "trail_behind", .gauge, "Changes that the audit trail does not have yet.",
      "\(machines.register.trail.condition.waiting)")
    text.single(
      Self.prefix + "log_lines_dropped_total", .counter, "Lines that the log's reader left.",
      "\(log.droppedLines)")
  }

  private func addProcess(_ text: inout MetricsText) {
    let name = Self.prefix + "build_info"
    text.family(name, .gauge, "The version that runs.")
    text.sample(name, [("version", Version.text)], 1)
    let start = metrics.startedAt
    text.single(
      "process_start_time_seconds", .gauge, "When the server was started, since 1970.",
      "\(Double(start.seconds) + Double(start.nanoseconds / 1_000_000) / 1000)")
    if let bytes = Process.residentBytes {
      text.single(
        "process_resident_memory_bytes", .gauge, "Memory that the server has.", "\(bytes)")
    }
    text.single(
      "process_open_fds", .gauge, "Files and connections that are open.",
      "\(Files.names(in: "/proc/self/fd").count)")
  }
}
