// BootServerTests/Docs: commands of the docs, done one after the other.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

/// What the commands of a page print, where they may be run.
struct DocsRun {
  private static let folders = ["srv", "etc", "var", "opt"]

  let page: DocsPage
  /// By the line of their block.
  private(set) var outputs: [Int: String] = [:]
  let server: ServerProgram?

  /// One shell does all of them, so that what one exports the next one knows.
  init?(_ page: DocsPage) throws {
    self.page = page
    let blocks = page.blocks.filter { $0.kind == .commands(run: true) }.map(\.block)
    if blocks.isEmpty { return nil }
    // It has what the page's machines verbs ask.
    server =
      try blocks.contains { $0.text.contains("coreos-ipxe-server machines ") }
      ? ServerProgram(page.data) : nil
    try Self.programs(in: page.host)
    // What a block wrote to /etc, the next one may write anew.
    let lines = blocks.map { block in
      let host = page.host.path
      return "echo '@@\(block.line)'\n\(Self.mapped(block.text, host))"
        + "cp -R \(host)/etc \(host)/etc-\(block.line)\n"
    }
    let result = try Program.run(
      Tool.bash.path, ["-euo", "pipefail", "-c", lines.joined()],
      environment: [
        "PATH": "\(page.host.path)/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "COREOS_IPXE_SERVER_DATA_DIR": page.data,
      ], directory: page.data, within: 120)
    #expect(result.status == 0, "\(blocks[0].page): \(result.output)")
    for part in result.output.components(separatedBy: "@@").dropFirst() {
      let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      let output = lines.dropFirst().joined().replacing(page.host.path, with: "")
      outputs[Int(lines[0]) ?? 0] = output
    }
  }

  /// What stands in front of the program's name in the docs, and who asks for a password.
  private static func programs(in host: TemporaryDirectory) throws {
    try host.link("bin/coreos-ipxe-server", to: Program.built("coreos-ipxe-server"))
    for (name, line) in [
      ("sudo", "exec \"$@\""),
      (
        "swift",
        "program=$(command -v \"$2\"); shift 2; PATH=/usr/bin:/bin exec \"$program\" \"$@\""
      ),
      ("openssl", "echo '$6$rounds=5000$usesomesaltstri$aaaaaaaaaaaaaaaaaaaaaa'"),
    ] {
      try host.write("bin/" + name, "#!/bin/sh\n\(line)\n")
      chmod(host.path + "/bin/" + name, 0o755)
    }
  }

  /// Paths of this host, and a network card and builds of iPXE that every host has.
  private static func mapped(_ text: String, _ host: String) -> String {
    var text = text.replacing("\\\n", with: " ").replacing("--interface eth0", with: "")
    text.replace(#/ print (dnsmasq-proxy|dnsmasq|kea|libvirt-network|http-boot) /#) {
      " print \($0.output.1) --interface lo --tftp-root \(host)/ipxe "
    }
    for folder in folders {
      for before in [" ", "=", "'", "\""] {
        text = text.replacing("\(before)/\(folder)/", with: "\(before)\(host)/\(folder)/")
      }
    }
    return text
  }

  /// A block that shows what the commands before it print.
  func compare(_ block: DocsBlock, isPart: Bool) throws {
    let line = outputs.keys.filter { $0 < block.line }.max()
    let nothing: Comment = "\(block): no block of commands before it is run"
    let (before, output) = (try #require(line, nothing), try #require(outputs[line ?? 0], nothing))
    if output.contains("with no image to boot"), !testsAreStrict { return }
    let wanted = block.text.split(separator: "\n")
    if isPart {
      let written = Set((output + (try files(after: before))).split(separator: "\n"))
      for line in wanted { #expect(written.contains(line), "\(block): not printed: \(line)") }
      return
    }
    let shown = output.split(separator: "\n").suffix(wanted.count)
    #expect(shown.count == wanted.count, "\(block): \(output)")
    for (line, shown) in zip(wanted, shown) {
      #expect(Self.fits(shown, line), "\(block): \(shown)\nis not: \(line)")
    }
  }

  /// All that stood in `/etc` behind a block.
  private func files(after line: Int) throws -> String {
    let folder = "etc-\(line)/"
    let names =
      FileManager.default.enumerator(atPath: page.host.path + "/" + folder)?.allObjects ?? []
    return names.compactMap { $0 as? String }.map {
      (try? page.host.read(folder + $0)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }.joined()
  }

  /// `...` stands for anything.
  private static func fits(_ text: Substring, _ pattern: Substring) -> Bool {
    var rest = text
    let parts = pattern.split(separator: "...", omittingEmptySubsequences: false)
    guard rest.hasPrefix(parts[0]) else { return false }
    rest = rest.dropFirst(parts[0].count)
    for part in parts.dropFirst() where !part.isEmpty {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.isEmpty || pattern.hasSuffix("...")
  }
}
