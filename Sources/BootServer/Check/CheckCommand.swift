// BootServer/Check: the verb.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import Text

/// `check`.
enum CheckCommand {
  static func run(_ arguments: Arguments) throws(CommandError) -> ExitCode {
    let sources = try LocalSources(arguments)
    var check = DataCheck(sources, try sources.machines().snapshot)
    let findings = options(arguments.configuration) + check.run()
    Process.writeToOutput(arguments.has(.json) ? json(findings) : text(findings))
    let worst = findings.map(\.severity).min() ?? .note
    let isFound = worst == .error || (worst == .warning && arguments.has(.strict))
    return isFound ? .found : .done
  }

  /// Options that no machine could live with.
  private static func options(_ configuration: Configuration) -> [Finding] {
    var found: [Finding] = []
    let every = ["", "0.0.0.0", "::"].contains(configuration.listen.host)
    if let base = configuration.base, every {
      let text = String(decoding: base, as: UTF8.self)
      if BaseURL.isLoopback(text) {
        let host = BaseURL.authority(of: text)
        found.append(
          Finding(
            file: "--base-url", nil, .warning, "loopback",
            "machines cannot reach \(host): it is this host itself; name the address that they know"
          ))
      }
    }
    for (option, file) in [
      ("--api-token-file", configuration.apiTokenFile),
      ("--answer-token-file", configuration.answerTokenFile),
    ] {
      guard let file, let status = try? FileStatus.of(path: file),
        status.permissions & 0o004 != 0
      else { continue }
      found.append(
        Finding(
          file: option, nil, .warning, "readable-secret",
          "others on this host may read \(file); say: chmod 600 \(file)"))
    }
    return found
  }

  static func text(_ findings: [Finding]) -> String {
    var text = findings.map { Terminal.harmless(line($0)) + "\n" }.joined()
    let errors = findings.count { $0.severity == .error }
    let warnings = findings.count { $0.severity == .warning }
    if errors + warnings == 0 { return text + "all is well\n" }
    text += "\(count(errors, "error")), \(count(warnings, "warning"))\n"
    return text
  }

  private static func count(_ number: Int, _ word: String) -> String {
    "\(number) \(word)\(number == 1 ? "" : "s")"
  }

  private static func line(_ finding: Finding) -> String {
    // What was not checked says so itself.
    if finding.severity == .note { return "\(finding.file): \(finding.sentence)" }
    let place = finding.place.map { "\($0.line):\($0.column): " } ?? ""
    return
      "\(finding.file):\(place.isEmpty ? " " : place)\(finding.severity.rawValue): \(finding.sentence)"
  }

  private static func json(_ findings: [Finding]) -> String {
    let list = findings.map { finding in
      JSON.object([
        JSON.Member("file", .string(finding.file)),
        JSON.Member("line", finding.place.map { .number("\($0.line)") } ?? .null),
        JSON.Member("column", finding.place.map { .number("\($0.column)") } ?? .null),
        JSON.Member("severity", .string(finding.severity.rawValue)),
        JSON.Member("sentence", .string(finding.sentence)),
        JSON.Member("rule", .string(finding.rule)),
      ])
    }
    return Terminal.json(.array(list)) + "\n"
  }
}
