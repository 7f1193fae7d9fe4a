// BootServer/Print: Prometheus.
// SPDX-License-Identifier: Apache-2.0

import Text

/// `print prometheus config|rules`.
enum PrometheusFiles {
  private static let rulesFolder = "/etc/prometheus/rules"

  static func files(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    facts.arguments.operands.last == "rules" ? [rules] : [try config(facts)]
  }

  private static func config(_ facts: PrintFacts) throws(UsageError) -> PrintedFile {
    let base = try facts.base()
    let authority = try facts.authority()
    let isTLS = base.lowercased().hasPrefix("https://")
    let path = base.dropFirst(isTLS ? 8 : 7).dropFirst(authority.count)
    var lines = [
      "scheme: \(isTLS ? "https" : "http")", "metrics_path: \(quoted("\(path)/metrics"))",
    ]
    switch facts.configuration.metrics {
    case .off: throw UsageError("with --metrics off there is nothing to scrape")
    case .open: break
    case .token:
      guard let file = facts.configuration.apiTokenFile else {
        throw UsageError("--metrics token needs --api-token-file FILE")
      }
      lines += ["authorization:", "  credentials_file: \(quoted(PrintFacts.absolute(file)))"]
    }
    lines += ["static_configs:", "  - targets: [\(quoted(authority))]"]
    let place = "/etc/prometheus/prometheus.yml"
    return PrintedFile(
      path: place, comment: .hash,
      about: [
        "Prometheus: scrapes coreos-ipxe-server at \(base).",
        "Where: \(place), or its job into yours; then: systemctl reload prometheus",
        "See that it works: promtool check config \(place); curl \(base)/metrics",
      ],
      body: """

        global:
          scrape_interval: 15s
          evaluation_interval: 15s

        rule_files:
          - \(rulesFolder)/*.yml

        scrape_configs:
          - job_name: coreos-ipxe-server
        \(lines.map { "    \($0)" }.joined(separator: "\n"))

        """)
  }

  private static func quoted(_ text: String) -> String { JSONWriter.quoted(text) }

  private struct Alert {
    let name: String
    let expression: String
    let wait: String
    let summary: String
  }

  private static let alerts = [
    Alert(
      name: "BootServerDown", expression: #"up{job="coreos-ipxe-server"} == 0"#, wait: "2m",
      summary: "The boot server cannot be scraped: no machine boots from the network."),
    Alert(
      name: "MachinesStalled", expression: "sum by (stage) (coreos_ipxe_machines_stalled) > 0",
      wait: "2m", summary: "{{ $value }} machines do not get on in the stage {{ $labels.stage }}."),
    Alert(
      name: "MachinesHeld",
      expression: #"increase(coreos_ipxe_scripts_total{result="held"}[10m]) > 0"#, wait: "10m",
      summary: "Machines wait for a person: coreos-ipxe-server machines list --held"),
    Alert(
      name: "ScriptsFail",
      expression: #"increase(coreos_ipxe_scripts_total{result="failed"}[10m]) > 0"#, wait: "10m",
      summary: "Boot scripts end in errors: coreos-ipxe-server doctor"),
    Alert(
      name: "BootsWithoutReport",
      expression: #"increase(coreos_ipxe_boots_total{result="no-report"}[1h]) > 0"#, wait: "0m",
      summary: "Machines got everything and never reported."),
    Alert(
      name: "BootStoreErrors", expression: "increase(coreos_ipxe_store_errors_total[10m]) > 0",
      wait: "1m", summary: "Records of machines cannot be written; look at the disk."),
    Alert(
      name: "BootTrailBehind", expression: "coreos_ipxe_trail_behind > 1000", wait: "15m",
      summary: "The audit trail is {{ $value }} changes behind."),
    Alert(
      name: "BootLogDropped",
      expression: "increase(coreos_ipxe_log_lines_dropped_total[10m]) > 0", wait: "0m",
      summary: "The reader of the boot server's log is too slow; lines are missing."),
  ]

  private static var rules: PrintedFile {
    let place = "\(rulesFolder)/coreos-ipxe-server.yml"
    let rows = alerts.map { alert in
      [
        "    - alert: \(alert.name)", "      expr: \(quoted(alert.expression))",
        "      for: \(alert.wait)", "      annotations:",
        "        summary: \(quoted(alert.summary))", "",
      ].joined(separator: "\n")
    }
    return PrintedFile(
      path: place, comment: .hash,
      about: [
        "Prometheus: what to be told of coreos-ipxe-server.",
        "Where: \(place); then: systemctl reload prometheus",
        "See that it works: promtool check rules \(place)",
      ],
      body: "\ngroups:\n  - name: coreos-ipxe-server\n    rules:\n" + rows.joined())
  }
}
