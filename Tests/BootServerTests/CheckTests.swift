// BootServerTests: what is found before a machine boots.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("A check of a data directory")
struct CheckTests {
  static func run(
    _ directory: String, _ words: [String] = []
  ) throws -> (status: Int32, output: String) {
    let result = try Program.run(
      Program.built("coreos-ipxe-server"),
      ["check", "--data-dir", directory, "--state-dir", directory + "/no-state"] + words)
    return (result.status, result.output)
  }

  static func lines(_ output: String) -> [String] {
    output.split(separator: "\n").map(String.init)
  }

  static var golden: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Golden/check")
  }

  /// Each mistake at its place, and nothing besides. Written anew by:
  /// `check --data-dir Tests/BootServerTests/Golden/check/data --base-url http://h`
  @Test func `finds every mistake of a broken one, each at its line and column`() throws {
    let report = try String(
      contentsOf: Self.golden.appendingPathComponent("report.txt"), encoding: .utf8)
    let found = try Self.run(
      Self.golden.appendingPathComponent("data").path, ["--base-url", "http://h"])
    #expect(found.status == 3)
    let (new, old) = (Set(Self.lines(found.output)), Set(Self.lines(report)))
    #expect(new.subtracting(old).sorted() == [], "found besides")
    #expect(old.subtracting(new).sorted() == [], "not found")
    #expect(found.output == report)
    #expect(old.count > 100)
  }

  @Test func `takes an empty source for none that was downloaded`() throws {
    let directory = try TemporaryDirectory([
      "images/sources/flatcar.json": "", "images/sources/own.json": "", "images/x/linux": "",
    ])
    let found = try Self.run(directory.path, ["--base-url", "h"])
    #expect(found.status == 3)
    let lines = Self.lines(found.output)
    let why = "is empty: most likely a shell emptied it for a command that then failed; "
    for line in [
      "images/sources/flatcar.json: error: \(why)remove it, and the built-in flatcar counts again",
      "images/sources/own.json: error: \(why)write the source into it, or remove it",
      "images/x/linux: warning: is empty; most likely a download stopped before it began",
    ] {
      #expect(lines.contains(line), "\(found.output)")
    }
  }

  @Test func `has warnings for the repository's own, and no error`() throws {
    let root = Self.golden.appendingPathComponent("../../../..").standardized.path
    let found = try Self.run(root, ["--base-url", "h"])
    let report = try String(
      contentsOf: Self.golden.appendingPathComponent("repository.txt"), encoding: .utf8)
    #expect(found.status == 0)
    #expect(found.output == report)
    #expect(try Self.run(root, ["--strict"]).status == 3)
  }

  @Test func `says each as JSON, and all is well where it is`() throws {
    let directory = try TemporaryDirectory([
      "profiles/a.json": "{\"os\": \"debian\",\n \"version\": 12}",
      "configs/b.xml": "<a>\n  </b>\n",
    ])
    let found = try Self.run(directory.path, ["--json"])
    let list = try JSONSerialization.jsonObject(with: Data(found.output.utf8)) as? [[String: Any]]
    let all = try #require(list)
    #expect(found.status == 3 && all.count == 2)
    #expect(all.map { $0["file"] as? String } == ["configs/b.xml", "profiles/a.json"])
    #expect(all.map { $0["line"] as? Int } == [2, 2])
    #expect(all.map { $0["column"] as? Int } == [5, 13])
    #expect(all.map { $0["severity"] as? String } == ["error", "error"])
    #expect(all.map { $0["rule"] as? String } == ["xml", "bad-value"])
    let good = try TemporaryDirectory(["profiles/": "", "configs/a.cfg": "# nothing\n"])
    #expect(try Self.run(good.path) == (0, "all is well\n"))
    #expect(try Self.run(good.path + "/none").status == 1)
  }

  @Test func `looks at who may write, where links lead, and what options say`() throws {
    let directory = try TemporaryDirectory([
      "profiles/a.json": #"{"os":"debian","version":"12"}"#, "images/debian/amd64/12/linux": "x",
      "images/debian/amd64/12/initrd.gz": "x", "token": "t",
      "images/signed/1/linux": "x", "images/signed/1/linux.sig": "x",
      "images/tree/SHA256SUMS": "x", "images/tree/a/b/linux": "x",
    ])
    try directory.link("images/out", to: "/usr")
    try directory.link("configs/nowhere.yml", to: "gone.yml")
    chmod(directory.path + "/profiles/a.json", 0o666)
    chmod(directory.path + "/token", 0o644)
    let found = try Self.run(
      directory.path,
      [
        "--base-url", "http://127.0.0.1:4777", "--listen", ":4777", "--api-token-file",
        directory.path + "/token",
      ])
    let lines = Self.lines(found.output)
    #expect(found.status == 0)
    for line in [
      "--base-url: warning: machines cannot reach 127.0.0.1:4777: it is this host itself;"
        + " name the address that they know",
      "--api-token-file: warning: others on this host may read \(directory.path)/token;"
        + " say: chmod 600 \(directory.path)/token",
      "configs/nowhere.yml: warning: is a link that leads nowhere",
      "images/out: warning: the link leads to /usr, outside the data directory: it is"
        + " not served; --also-serve names directories that links may lead to",
      "profiles/a.json: warning: anybody on this host may write it, and so choose what machines"
        + " run; say: chmod o-w",
      "images/debian/amd64/12: warning: nothing here says who made these files: no signature, no"
        + " signed digests, no manifest.json",
      "0 errors, 6 warnings",
    ] {
      #expect(lines.contains(line), "\(line) is not among \(lines)")
    }
  }

  @Test func `renders templates for the machines that are recorded`() throws {
    let lab = try MachineLab(
      [
        "profiles/deb.json":
          #"{"os":"debian","version":"12","match":{"mac":"52:54:00:*"},"quantity":5,"args":["r={{metadata.rack}}"],"install":{"answers":"deb.cfg"}}"#,
        "configs/deb.cfg.tmpl": "d-i a/b string {{machine.id}}\n",
        "images/debian/amd64/12/linux": "x", "images/debian/amd64/12/initrd.gz": "x",
        "images/debian/amd64/12/SHA256SUMS": "x",
      ], profiles: false)
    for number in 1...3 { #expect(try lab.boot(MachineLab.query(number)).status == 200) }
    let path = lab.server.directory.path
    func check() throws -> [String] {
      let result = try Program.run(
        Program.built("coreos-ipxe-server"), ["check", "--data-dir", path, "--base-url", "h"])
      return Self.lines(result.output)
    }
    #expect(try check() == ["all is well"])
    try lab.server.directory.write(
      "configs/deb.cfg.tmpl", "d-i a/b string {{machine.id}}\nd-i c/d string {{metadata.ip}}\n")
    let id = MachineLab.uuid(2)
    let patch = #"{"metadata":{"rack":"a \" b","ip":"1"}}"#
    #expect(try lab.api("PATCH", "/machines/\(id)", patch).status == 200)
    try lab.server.directory.write(
      "profiles/deb.json",
      #"{"os":"debian","version":"12","match":{"mac":"52:54:00:*"},"quantity":2,"args":["r={{metadata.rack}}"],"install":{"answers":"deb.cfg"}}"#
    )
    let lines = try check()
    for line in [
      "configs/deb.cfg.tmpl:2:1: error: for machine \(MachineLab.uuid(1)): {{metadata.ip}}: the",
      "profiles/deb.json:1:71: warning: 3 machines have this profile, and its quantity is 2",
      "profiles/deb.json:1:80: error: for machine \(id): \"args\" would hold a double quote",
      "3 errors, 1 warning",
    ] {
      #expect(lines.contains { $0.hasPrefix(line) }, "\(line) is not among \(lines)")
    }
  }
}
