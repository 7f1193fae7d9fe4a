// BootServerTests/Print: what a command line prints.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import BootServer

/// Command lines of `print`, as on one host whose facts are fixed.
enum Printing {
  static func arguments(
    _ line: String, environment: [String: String] = [:]
  ) throws -> Arguments {
    let words = ["print"] + line.split(separator: " ").map(String.init)
    guard
      case .run(let arguments) = try Invocation(arguments: words, environment: { environment[$0] })
    else { throw ClientError(description: "\(line) prints help") }
    return arguments
  }

  /// - Parameters:
  ///   - program: where the server is that prints.
  ///   - release: what `/etc/os-release` says.
  static func files(
    _ line: String, environment: [String: String] = [:],
    program: String = "/usr/bin/coreos-ipxe-server",
    release: String = "ID=debian\nVERSION_ID=\"12\"\n"
  ) throws -> [PrintedFile] {
    var facts = PrintFacts(try arguments(line, environment: environment))
    facts.program = { program }
    facts.read = { $0 == "/etc/os-release" ? release : "" }
    facts.day = { "2026-11-21" }
    facts.addresses = { [] }
    return try PrintKind.named(facts.arguments.operands).make(facts)
  }

  static func text(_ line: String, environment: [String: String] = [:]) throws -> String {
    try files(line, environment: environment).map { "# \($0.path)\n\($0.text)" }.joined()
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

  /// `Tests/BootServerTests/Golden/print/NAME`.
  static func golden(_ name: String) throws -> String {
    try Repository.text("Tests/BootServerTests/Golden/print/\(name)")
  }
}
