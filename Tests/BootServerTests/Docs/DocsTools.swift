// BootServerTests/Docs: the programs that read what the docs show.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Text

@testable import BootServer

/// Checks a text by the program that it is for; where that is missing, not at all, but for strict tests.
struct DocsTools {
  /// Where the text stands.
  let place: String

  private func run(_ tool: Tool, _ arguments: [String], _ text: String, named name: String) throws {
    guard tool.isThere || testsAreStrict else { return }
    let folder = try TemporaryDirectory([name: text])
    let file = folder.path + "/" + name
    let result = try Program.run(
      tool.path, arguments.map { $0.replacing("FILE", with: file) }, within: 60)
    #expect(result.status == 0, "\(place): \(tool.path): \(result.output)")
  }

  func read(_ text: String, as name: String) throws {
    switch name {
    case "dnsmasq": try run(.dnsmasq, ["--test", "--conf-file=FILE"], text, named: "conf")
    case "squid": try run(.squid, ["-k", "parse", "-f", "FILE"], text, named: "conf")
    case "xml":
      let network = """
        <network><name>default</name><bridge name='virbr9'/>
        <ip address='192.168.122.1' netmask='255.255.255.0'>\(text)</ip></network>
        """
      try run(.virtXMLValidate, ["FILE", "network"], network, named: "network.xml")
    case "unit":
      let unit = text.replacing(
        "/usr/bin/coreos-ipxe-server", with: Program.built("coreos-ipxe-server"))
      try run(
        .systemdAnalyze, ["verify", "--man=no", "FILE"], "[Service]\n" + unit, named: "a.service")
    case "ipxe":
      let script = text.hasPrefix("#!ipxe\n") ? text : "#!ipxe\n" + text
      let folder = try TemporaryDirectory(["configs/a.ipxe": script, "profiles/": ""])
      #expect(try CheckTests.run(folder.path).output == "all is well\n", "\(place)")
    case "cron": try cron(text)
    case "log":
      for line in text.split(separator: "\n") {
        let event = try #require(LoggedEvent(line.utf8), "\(place): \(line)")
        let known = try Repository.text("docs/events.md").contains("| `\(event.name)` |")
        #expect(known, "\(place): \(event.name)")
      }
    default: Issue.record("\(place): nothing here reads \(name)")
    }
  }

  /// crontab(5) of /etc/cron.d: five times, a user, a command in which `\%` is a percent sign.
  private func cron(_ text: String) throws {
    for line in text.split(separator: "\n") {
      let match = line.wholeMatch(of: #/(?:[\d*,/-]+ ){5}[a-z]+ (.*[^\\])/#)
      let command = try #require(match, "\(place): not a line of cron.d: \(line)").1
      #expect(!command.contains(#/[^\\]%/#), "\(place): cron ends the command at a bare %")
      try shell(command.replacing("\\%", with: "%") + "\n")
      let plain = String(command).replacing(#/\$\([^)]*\)/#, with: "1")
      let words = DocsCommandTests.words(plain).dropFirst()
      _ = try Invocation(arguments: Array(words), environment: { _ in nil })
    }
  }

  func shell(_ text: String) throws { try run(.bash, ["-n", "FILE"], text, named: "a.sh") }

  /// A rendered config, by whoever reads it on the machine.
  func config(_ name: String, _ text: String) throws {
    if name.hasSuffix(".sh") { try shell(text) }
    if name.hasSuffix(".ign") { try run(.ignitionValidate, ["FILE"], text, named: "a.ign") }
    guard testsAreStrict else { return }
    if text.hasPrefix("#cloud-config\n"), !text.contains("\ncoreos:") {
      try run(.cloudInit, ["schema", "--config-file", "FILE"], text, named: "user-data")
    }
    if name.hasSuffix(".cfg"), text.contains("d-i ") {
      let folder = try TemporaryDirectory(["a": text])
      let result = try Program.run("/usr/bin/debconf-set-selections", ["-c", folder.path + "/a"])
      #expect(result.status == 0, "\(place): \(result.output)")
    }
    if name.hasSuffix(".ks") {
      let folder = try TemporaryDirectory(["a.ks": text])
      let result = try Program.run(
        "/usr/bin/env", ["ksvalidator", "--version", "RHEL9", folder.path + "/a.ks"],
        environment: ["TMPDIR": folder.path], within: 60)
      #expect(result.status == 0, "\(place): \(result.output)")
    }
  }
}
