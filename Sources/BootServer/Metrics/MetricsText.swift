// BootServer/Metrics: numbers as Prometheus reads them.
// SPDX-License-Identifier: Apache-2.0

/// Prometheus' text format, version 0.0.4.
struct MetricsText {
  enum Kind: String { case counter, gauge, histogram, summary }

  private(set) var text = ""

  mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  /// - Parameter labels: names and values; values are words of ours.
  mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: String) {
    text += name
    if !labels.isEmpty {
      text += "{" + labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",") + "}"
    }
    text += " \(value)\n"
  }

  mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Int) {
    sample(name, labels, String(value))
  }

  mutating func histogram(_ name: String, _ labels: [(String, String)], _ histogram: Histogram) {
    var sum = 0
    for (bound, count) in zip(histogram.bounds, histogram.counts) {
      sum += count
      sample(name + "_bucket", labels + [("le", "\(bound)")], sum)
    }
    sample(name + "_bucket", labels + [("le", "+Inf")], histogram.count)
    sample(name + "_sum", labels, "\(histogram.sum)")
    sample(name + "_count", labels, histogram.count)
  }

  /// A family without labels.
  mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: String) {
    family(name, kind, help)
    sample(name, [], value)
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
