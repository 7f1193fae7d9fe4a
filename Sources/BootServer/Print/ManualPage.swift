// BootServer/Print: the manual page.
// SPDX-License-Identifier: Apache-2.0

/// `print man`: one page about everything, from the table of verbs, in man(7)'s macros.
enum ManualPage {
  static func files(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    let place = "/usr/local/share/man/man1/coreos-ipxe-server.1"
    return [
      PrintedFile(
        path: place, comment: .roff,
        about: [
          "The manual page of coreos-ipxe-server.",
          "Where: \(place)",
          "See that it works: man coreos-ipxe-server",
        ],
        body: body(day: facts.day()))
    ]
  }

  private static func body(day: String) -> String {
    let sections = [
      ("NAME", "coreos\\-ipxe\\-server \\- \(escaped(Verb.server.meaning))\n"),
      ("SYNOPSIS", synopsis), ("DESCRIPTION", text(Verb.server.help)),
      ("VERBS", verbs), ("OPTIONS OF THE SERVER", options(Option.server + [.version, .help])),
      ("OPTIONS OF VERBS", options(verbOptions)), ("EXIT STATUS", statuses), ("FILES", files),
      ("EXAMPLES", examples), ("SEE ALSO", ".BR curl (1),\n.BR git (1),\n.BR systemd (1)\n"),
    ]
    return ".TH COREOS\\-IPXE\\-SERVER 1 \(day) \"coreos\\-ipxe\\-server \(Version.text)\"\n"
      + sections.map { ".SH \"\($0)\"\n\($1)" }.joined()
  }

  private static var synopsis: String {
    """
    .B coreos\\-ipxe\\-server
    .RI [ OPTION ]...
    .br
    .B coreos\\-ipxe\\-server
    .I VERB
    .RI [ OPTION ]...

    """
  }

  private static var verbs: String {
    Verb.table.filter { !$0.words.isEmpty }.map { verb in
      let names = verb.allOptions.filter { $0.flag != "--help" }.map(\.usage)
      let list = names.isEmpty ? "" : "Options: \(names.joined(separator: ", "))."
      let usage = verb.usage + (verb.run == nil ? " VERB" : "")
      return ".SS \"\(escaped(usage))\"\n" + text(sentence(verb.meaning))
        + ".PP\n" + text(verb.help) + (list.isEmpty ? "" : ".PP\n" + text(list))
    }.joined()
  }

  /// Options that the server does not take, each once.
  private static var verbOptions: [Option] {
    var known = Set((Option.server + [.help, .version]).map(\.usage))
    return Verb.table.flatMap(\.allOptions).filter { known.insert($0.usage).inserted }
  }

  private static func options(_ options: [Option]) -> String {
    options.map { option in
      var lines = [sentence(option.meaning)]
      if let standard = option.standard { lines.append("Default: \(standard).") }
      if let variable = option.variable { lines.append("Variable: \(variable).") }
      return ".TP\n.B \(escaped(option.usage))\n" + lines.map(text).joined()
    }.joined()
  }

  private static var statuses: String {
    ExitCode.allCases.map { ".TP\n.B \($0.rawValue)\n\(text(sentence($0.meaning)))" }.joined()
  }

  private static var files: String {
    let rows = [
      ("profiles/NAME.json", "what a machine boots"),
      ("configs/", "cloud-configs, Ignition, answer files; NAME.tmpl is a template"),
      ("sshkeys/NAME.pub", "public keys"), ("images/", "kernels and initrds"),
      ("state/", "the machines' records, unless --state-dir says another place"),
      ("/etc/coreos-ipxe-server/env", "variables, where a systemd unit reads them"),
    ]
    return text("In the data directory, but for the last:")
      + rows.map { ".TP\n.I \(escaped($0))\n\(text(sentence($1)))" }.joined()
  }

  private static var examples: String {
    Verb.table.flatMap(\.examples).map {
      ".nf\ncoreos\\-ipxe\\-server \(escaped($0))\n.fi\n"
    }.joined(separator: ".PP\n")
  }

  private static func sentence(_ words: String) -> String {
    words.prefix(1).uppercased() + words.dropFirst() + "."
  }

  /// Paragraphs; lines that are set in stay as they are.
  private static func text(_ text: String) -> String {
    var result = ""
    var isSetIn = false
    var isBehindBlank = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty {
        isBehindBlank = true
        continue
      }
      let setIn = line.hasPrefix("  ")
      if setIn != isSetIn {
        result += setIn ? ".PP\n.nf\n" : ".fi\n.PP\n"
      } else if isBehindBlank {
        result += setIn ? "\n" : ".PP\n"
      }
      isSetIn = setIn
      isBehindBlank = false
      result += (setIn ? [Substring(line)] : broken(line)).map { escaped(String($0)) + "\n" }
        .joined()
    }
    return result + (isSetIn ? ".fi\n" : "")
  }

  /// Lines that stay below 80 characters with their escapes.
  private static func broken(_ line: Substring) -> [Substring] {
    var rest = line
    var lines: [Substring] = []
    while escaped(String(rest)).count > 79 {
      let fits = rest.indices.last { index in
        rest[index] == " " && escaped(String(rest[..<index])).count < 80
      }
      guard let space = fits else { break }
      lines.append(rest[..<space])
      rest = rest[rest.index(after: space)...]
    }
    return lines + [rest]
  }

  /// Text as roff's: no escapes, no requests, and hyphens that can be copied.
  private static func escaped(_ text: String) -> String {
    let names: [Character: String] = [
      "\\": "\\e", "-": "\\-", "\"": "\\(dq", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha",
      "~": "\\(ti",
    ]
    let result = text.map { names[$0] ?? String($0) }.joined()
    return (result.hasPrefix(".") ? "\\&" : "") + result
  }
}
