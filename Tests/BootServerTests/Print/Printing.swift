// BootServerTests/Print: what a command line prints.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import BootServer

/// Command lines of `print`, as on one host whose facts are fixed.
enum Printing {
  /// Without the verb's own check, which asks the host that tests run on.
  static func arguments(
    _ line: String, environment: [String: String] = [:]
  ) throws -> Arguments {
    let words = CommandWords(line.split(separator: " ").map(String.init))
    var arguments = Arguments(.print)
    arguments.operands = words.words
    for option in Verb.print.allOptions {
      let told = option.variable.flatMap { environment[$0] }
      let given = words.flags.filter { $0.name == option.flag }.map { $0.value ?? "yes" }
      for value in given.isEmpty ? [told].compactMap({ $0 }) : given {
        try arguments.set(option, value)
      }
    }
    return arguments
  }

  /// - Parameters:
  ///   - program: where the server is that prints.
  ///   - release: what `/etc/os-release` says.
  static func files(
    _ line: String, environment: [String: String] = [:],
    program: String = "/usr/bin/coreos-ipxe-server",
    release: String = "ID=debian\nVERSION_ID=\"12\"\n", own: Set<String> = []
  ) throws -> [PrintedFile] {
    var facts = PrintFacts(try arguments(line, environment: environment))
    facts.program = { program }
    facts.read = { $0 == "/etc/os-release" ? release : "" }
    facts.day = { "2026-11-21" }
    facts.addresses = { [] }
    facts.prefix = { own.contains($0) ? 24 : nil }
    return try PrintKind.named(facts.arguments.operands).make(facts)
  }

  /// As the verb prints it.
  static func text(_ line: String, environment: [String: String] = [:]) throws -> String {
    PrintCommand.text(try files(line, environment: environment))
  }

  /// Why a command line is refused.
  static func refusal(_ line: String, release: String = "ID=arch\n") -> String {
    do {
      _ = try files(line, release: release)
      return "(printed)"
    } catch {
      return "\(error)"
    }
  }

  /// `Tests/BootServerTests/Golden/print/NAME.txt`.
  static func golden(_ name: String) throws -> String {
    try Repository.text("Tests/BootServerTests/Golden/print/\(name).txt")
  }
}
