// BootServerTests: options, variables and what help and docs say of them.
// SPDX-License-Identifier: Apache-2.0

import BootServer
import HTTP
import TestSupport
import Testing

@Suite("The command line")
struct CommandLineTests {
  /// What a line is taken for: of the server its settings, of a verb its words, options and state.
  static func parse(_ arguments: [String], _ environment: [String: String] = [:]) -> String {
    do throws(UsageError) {
      switch try Invocation(arguments: arguments, environment: { environment[$0] }) {
      case .print(let text): return String(text.prefix { $0 != "\n" })
      case .run(let it):
        let configuration = it.configuration
        if it.verb.words.isEmpty {
          let base = configuration.base.map { String(decoding: $0, as: UTF8.self) } ?? "-"
          return "\(configuration.dataDirectory) \(configuration.listen) \(base)"
            + " \(configuration.logLevel)"
        }
        let options = it.verb.allOptions.compactMap { option in
          it[option].map { "\(option.flag)=\($0)" }
        }
        let words = [it.verb.name] + it.operands + options + ["@" + configuration.stateDirectory]
        return words.joined(separator: " ")
      }
    } catch {
      return error.description
    }
  }

  @Test func `is empty for the defaults of the original`() {
    #expect(Self.parse([]) == "/opt/coreos-ipxe-server 0.0.0.0:4777 - info")
  }

  @Test func `takes variables, and flags over them`() {
    let environment = [
      "COREOS_IPXE_SERVER_DATA_DIR": "/e", "COREOS_IPXE_SERVER_LISTEN_ADDR": ":1",
      "COREOS_IPXE_SERVER_BASE_URL": "b.example:2", "COREOS_IPXE_SERVER_LOG_LEVEL": "",
    ]
    #expect(Self.parse([], environment) == "/e :1 http://b.example:2 info")
    #expect(
      Self.parse(["--data-dir", "/f", "--listen=[::1]:3", "--log-level", "debug"], environment)
        == "/f [::1]:3 http://b.example:2 debug")
  }

  @Test(arguments: [
    (["--lisen", ":1"], "unknown option '--lisen'; did you mean '--listen'?; see --help"),
    (["-x"], "unknown option '-x'; see --help"),
    (["serve"], "unknown verb 'serve'; see --help"),
    (["machine", "list"], "unknown verb 'machine'; did you mean 'machines list'?; see --help"),
    (["claim", "a"], "unknown verb 'claim'; did you mean 'machines claim'?; see --help"),
    (["--json"], "option --json belongs to machines; see --help"),
    (["--expect-state=1"], "option --expect-state takes no value"),
    (
      ["--expect-state", "--fresh-state"], "--expect-state and --fresh-state contradict each other"
    ),
    (["--listen"], "option --listen needs a value: --listen HOST:PORT"),
    (["--listen", "4777"], "option --listen: '4777' has no port; write HOST:PORT or :PORT"),
    (
      ["--listen", "::1:4777"],
      "option --listen: '::1:4777' has too many colons; write an IPv6 address as [ADDRESS]:PORT"
    ),
    (["--listen", "h:"], "option --listen: 'h:' has no port behind its colon"),
    (["--listen", "h:70000"], "option --listen: 'h:70000': a port is a number up to 65535"),
    (["--log-level", "loud"], "option --log-level: 'loud' is none of error, warning, info, debug"),
    (["--data-dir", ""], "option --data-dir: names no directory"),
    (["--threads", "0"], "option --threads: '0' is not a number from 1 to 256"),
  ])
  func `is refused with one line that helps`(arguments: [String], line: String) {
    #expect(Self.parse(arguments) == line)
  }

  @Test(arguments: [
    "https://", "h//", "h/../x", "h/./x", "h/%zz", "h/x y", "h;x", "http://", "h:99999", "h//\n",
    "ftp://h",
  ])
  func `refuses a base URL that is none`(text: String) {
    #expect(
      Self.parse([], ["COREOS_IPXE_SERVER_BASE_URL": text])
        == "environment variable COREOS_IPXE_SERVER_BASE_URL: '\(text)' is not"
        + " host[:port][/path], with or without http:// or https:// in front")
  }

  @Test func `has switches that a variable turns on and off`() throws {
    func expects(_ arguments: [String], _ value: String) throws -> Bool? {
      let name = "COREOS_IPXE_SERVER_EXPECT_STATE"
      guard
        case .run(let it) = try Invocation(
          arguments: arguments, environment: { $0 == name ? value : nil })
      else { return nil }
      return it.configuration.expectsState
    }
    for value in ["1", "yes", "true", "Yes"] { #expect(try expects([], value) == true) }
    for value in ["0", "no", "false", ""] { #expect(try expects([], value) == false) }
    #expect(try expects(["--expect-state"], "no") == true)
    #expect(
      Self.parse([], ["COREOS_IPXE_SERVER_FRESH_STATE": "maybe"])
        == "environment variable COREOS_IPXE_SERVER_FRESH_STATE: 'maybe' is neither yes nor no")
    guard
      case .run(let it) = try Invocation(arguments: ["--fresh-state"], environment: { _ in nil })
    else { return }
    #expect(it.configuration.freshState && !it.configuration.expectsState)
  }

  @Test func `shares out descriptors`() {
    #expect(DescriptorBudget(limit: 20000).connections == 18976)
    #expect(DescriptorBudget(limit: 1024).connections == 768)
    #expect(DescriptorBudget(limit: 80).connections == 20)
  }
}
