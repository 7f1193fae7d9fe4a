// BootServerTests: why a boot gets what it gets, and what it would get.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("An explanation")
struct ExplainTests {
  static let files = [
    "profiles/deb.json":
      #"{"os":"debian","version":"12","match":{"mac":"52:54:00:*"},"install":{"answers":"deb.cfg"}}"#,
    "profiles/exact.json":
      #"{"os":"debian","version":"12","match":{"mac":"52:54:00:00:00:09"},"quantity":1}"#,
    "profiles/any.json": #"{"quantity":0,"os":"flatcar","version":"1"}"#,
    "profiles/other.json": #"{"match":{"serial":"X"},"os":"flatcar","version":"1"}"#,
    "profiles/plain.json": #"{"version":"1"}"#,
    "configs/deb.cfg.tmpl": "d-i netcfg/get_hostname string {{machine.hostname}}\n",
    "images/debian/amd64/12/linux": "12345",
  ]

  static func lab() throws -> MachineLab { try MachineLab(files, profiles: false) }

  /// A lab that lacks nothing, and a directory that is the same.
  static func pair() throws -> (MachineLab, TemporaryDirectory) {
    let other = try TemporaryDirectory(files)
    try Provided.files(of: other)
    return (try lab(), other)
  }

  static func explain(_ lab: MachineLab, _ query: String) throws -> [String: Any] {
    let answer = try lab.api("GET", "/explain?\(query)")
    #expect(answer.status == 200, "\(answer.text)")
    // The socket's client calls the server by another name.
    let text = answer.text.replacingOccurrences(of: "http://h/", with: "http://test/")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `is the server's own decision, and changes nothing`() throws {
    let lab = try Self.lab()
    let query = MachineLab.query(1) + "&hostname=n1"
    let told = try Self.explain(lab, query)
    #expect(told["decision"] as? String == "boot" && told["profile"] as? String == "deb")
    #expect(told["state"] is NSNull, "it is new")
    let looked = try #require(told["looked_at"] as? [[String: String]])
    #expect(
      looked == [
        ["profile": "deb", "why": "matches"],
        ["profile": "any", "why": "takes any machine, and is full: 0 of 0"],
        ["profile": "exact", "why": "asks for another mac"],
        ["profile": "other", "why": "asks for a serial, and the machine has none"],
      ])
    #expect(try lab.records().isEmpty)
    let preview = try lab.server.get("/boot.ipxe?\(query)&preview=1")
    #expect(preview.status == 200 && preview.text == told["script"] as? String)
    #expect(try lab.records().isEmpty && lab.server.logHolds("event=preview"))

    let script = try lab.boot(query)
    let token = try #require(
      try #/token=([0-9a-f]{32})/#.firstMatch(in: script.text).map { String($0.1) })
    let host = script.text.replacingOccurrences(of: token, with: "TOKEN")
    #expect(preview.text == host, "byte for byte, but for the token")
    let after = try Self.explain(lab, "machine=n1")
    #expect(after["state"] as? String == "installing" && after["script"] as? String == host)
    #expect((after["looked_at"] as? [Any])?.isEmpty == true)
    // As the socket's client calls the server, by three letters less.
    let length = (after["cmdline"] as? String)?.utf8.count ?? 0
    #expect(after["length"] as? Int == length - 3 && length > 80)
    let fetches = try #require(after["fetches"] as? [[String: Any]])
    #expect(fetches.map { $0["exists"] as? Bool } == [true, true, true])
    #expect(fetches[0]["size"] as? Int == 5)
    let answers = try #require(after["answers"] as? [[String: Any]])
    #expect(answers.map { $0["file"] as? String } == ["configs/deb.cfg"])
    #expect(answers[0]["text"] as? String == "d-i netcfg/get_hostname string n1\n")
  }

  @Test func `answers what if, for a machine of any state`() throws {
    let lab = try Self.lab()
    _ = try lab.boot(MachineLab.query(1))
    let id = MachineLab.mac(1)
    #expect(try Self.explain(lab, "machine=\(id)&as=installed")["decision"] as? String == "local")
    let again = try Self.explain(lab, "machine=\(id)&as=configured")
    #expect(again["decision"] as? String == "boot" && again["state"] as? String == "configured")
    #expect(try lab.state(id) == "installing")
    #expect(try lab.api("GET", "/explain?machine=\(id)&as=ready").status == 400)
    #expect(try lab.api("GET", "/explain?machine=none").status == 404)
    #expect(try lab.api("GET", "/explain?profile=none").status == 404)
    #expect(try lab.api("GET", "/explain").status == 400)
    #expect(try lab.server.get("/explain?machine=\(id)").status == 403)
  }

  @Test func `answers what a machine would get if it were claimed, and claims nothing`() throws {
    let lab = try Self.lab()
    let id = MachineLab.uuid(5)
    let boot = "uuid=\(id)&mac=08-00-27-00-00-05&buildarch=i386&platform=pcbios&hostname=n5"
    #expect(try lab.boot(boot).status == 503)
    let record = try lab.record("n5")
    for name in [id, "n5", "08:00:27:00:00:05"] {
      let told = try Self.explain(lab, "machine=\(name)&profile=deb")
      #expect(told["decision"] as? String == "boot" && told["profile"] as? String == "deb")
      #expect(told["machine"] as? String == id && told["state"] as? String == "configured")
      let script = try #require(told["script"] as? String)
      #expect(script.contains("machine=\(id)&token=TOKEN"), "\(script)")
      let answers = try #require(told["answers"] as? [[String: Any]])
      #expect(answers.map { $0["text"] as? String } == ["d-i netcfg/get_hostname string n5\n"])
    }
    // What if it were in use by then.
    let disk = try Self.explain(lab, "machine=n5&profile=deb&as=installed")
    #expect(disk["decision"] as? String == "local")
    #expect(try lab.record("n5")["state"] as? String == "unknown")
    #expect(try lab.record("n5")["generation"] as? Int == record["generation"] as? Int)
    // It is the script that the claim brings, but for the token.
    let told = try Self.explain(lab, "machine=n5&profile=deb")["script"] as? String
    #expect(try lab.api("PATCH", "/machines/n5", #"{"profile":"deb"}"#).status == 200)
    let script = try lab.boot(boot)
    let token = try #require(
      try #/token=([0-9a-f]{32})/#.firstMatch(in: script.text).map { String($0.1) })
    #expect(script.text.replacingOccurrences(of: token, with: "TOKEN") == told)
  }

  /// As the register takes a person's claim: what the store found of this machine is decided then.
  @Test func `of a claim knows that a person has decided`() throws {
    let ids = try (1...2).map { try #require(MachineID(MachineLab.uuid($0))) }
    let snapshot = Snapshot(held: [ids[0]: "it was removed", ids[1]: "it was removed"])
    let decided = snapshot.with(Roster(), decided: ids[0])
    #expect(decided.withheld(ids[0]) == nil && decided.withheld(ids[1]) != nil)
    #expect(snapshot.with(Roster()).held == snapshot.held)
  }

  @Test func `says why a claim brings nothing`() throws {
    let lab = try MachineLab(
      Self.files.merging([
        "profiles/broken.json": "{", "profiles/lacks.json": #"{"os":"debian","version":"99"}"#,
        "profiles/values.json":
          #"{"os":"debian","version":"12","install":{"answers":"values.cfg"}}"#,
        "images/debian/amd64/12/initrd.gz": "12345",
        "configs/values.cfg.tmpl": "{{machine.metadata.rack}}\n",
      ]) { $1 }, profiles: false, provides: false)
    #expect(try lab.boot("uuid=\(MachineLab.uuid(5))&mac=08-00-27-00-00-05").status == 503)
    for (query, status, line) in [
      ("profile=none", 400, "there is no profiles/none.json"),
      ("profile=broken", 400, "profiles/broken.json"),
      ("profile=any", 409, "full"),
    ] {
      let answer = try lab.api("GET", "/explain?machine=\(MachineLab.uuid(5))&\(query)")
      #expect(answer.status == status && answer.text.contains(line), "\(query): \(answer.text)")
      let claim = try lab.api(
        "PATCH", "/machines/\(MachineLab.uuid(5))",
        #"{"profile":"\#(query.dropFirst("profile=".count))"}"#)
      #expect(claim.status == answer.status && claim.text == answer.text)
    }
    #expect(try lab.api("GET", "/explain?machine=none&profile=deb").status == 404)
    for (profile, why) in [("values", "metadata.rack"), ("lacks", "images/debian/amd64/99/linux")] {
      let told = try Self.explain(lab, "machine=\(MachineLab.uuid(5))&profile=\(profile)")
      #expect(told["decision"] as? String == "held" && told["script"] is NSNull)
      #expect((told["why"] as? String)?.contains(why) == true, "\(told)")
    }
  }

  @Test func `says why a machine is held`() throws {
    let lab = try Self.lab()
    let held = try Self.explain(lab, "mac=08-00-27-00-00-01")
    #expect(held["decision"] as? String == "held")
    #expect((held["why"] as? String)?.hasPrefix("no profile takes it") == true)
    let preview = try lab.server.get("/boot.ipxe?mac=08-00-27-00-00-01&preview=1")
    #expect(preview.status == 503 && preview.text.hasPrefix("this machine is held: no profile"))
    #expect(try lab.records().isEmpty)
  }
}

@Suite("From the disk, without a server,", .waits)
struct RenderTests {
  static func run(_ words: [String], _ directory: TemporaryDirectory) throws
    -> (status: Int32, output: String)
  {
    let result = try Program.run(
      Program.built("coreos-ipxe-server"),
      words + ["--data-dir", directory.path, "--base-url", "test"])
    return (result.status, result.output)
  }

  @Test(.needs(.curl)) func `URLs begin as those of the server that runs, where there is one`()
    throws
  {
    let directory = try TemporaryDirectory(ExplainTests.files)
    func run(_ verb: String, _ words: [String] = []) throws -> String {
      try Program.run(
        Program.built("coreos-ipxe-server"), [verb, "plain", "--data-dir", directory.path] + words
      ).output
    }
    let guess = try run("explain")
    #expect(guess.contains("no server was found that runs here: its URLs would begin with http://"))
    #expect(!(try run("explain", ["--base-url", "h"]).contains("no server was found")))
    #expect(!(try run("explain", ["--json"]).contains("no server was found")))
    let server = try ServerProgram(directory.path)
    let base = "http://127.0.0.1:\(server.port)/"
    let told = try run("explain")
    #expect(told.contains(base) && !told.contains("no server was found"), "\(told)")
    #expect(try run("render").contains(base))
    #expect(try run("explain", ["--base-url", "h"]).contains("http://h/"))
    withExtendedLifetime(server) {}
  }

  @Test func `each script is the server's, byte for byte`() throws {
    let lab = try ExplainTests.lab()
    let directory = lab.server.directory
    for profile in ["plain", "deb", "any"] {
      let served = try lab.server.get("/?profile=\(profile)")
      let rendered = try Self.run(["render", profile], directory)
      #expect(rendered == (0, served.text), "\(profile)")
    }
    let script = try lab.boot(MachineLab.query(1) + "&hostname=n1")
    let served = try Self.run(["render", "--machine", "n1", "--with-token"], directory)
    #expect(served == (0, script.text))
    let config = try #require(MachineLab.answers(script))
    let answers = try Self.run(["render", "--config", "deb.cfg", "--machine", "n1"], directory)
    #expect(answers == (0, try lab.server.get(config).text))
    let hidden = try Self.run(["render", "--machine", "n1"], directory)
    #expect(hidden.output.contains("&token=TOKEN") && hidden.status == 0)
    let new = try Self.run(["render", "--mac", MachineLab.mac(7)], directory)
    #expect(new.status == 0 && new.output.contains("machine=\(MachineLab.mac(7))&token=TOKEN"))
    #expect(try lab.records().count == 1)
  }

  @Test func `what cannot be had is one line and a status`() throws {
    let lab = try ExplainTests.lab()
    let directory = lab.server.directory
    for (words, status, line) in [
      (["render", "none"], 1, "unknown profile: profiles/none.json: no such file"),
      (["render"], 2, "render needs a PROFILE"),
      (["render", "plain", "--mac", MachineLab.mac(1)], 2, "not both"),
      (["render", "--mac", "08-00-27-00-00-01"], 1, "this machine is held: no profile takes it"),
      (["render", "--mac", "nonsense"], 1, "--mac: 'nonsense' tells no machine from another"),
      (["render", "--machine", "none"], 1, "there is no machine none"),
      (["render", "--config", "none.yml", "plain"], 1, "there is no configs/none.yml"),
      (["explain", "deb2"], 1, "and there is no profiles/deb2.json; is it deb?"),
      (["explain"], 2, "explain needs a NAME"),
      (["explain", "plain", "--as", "ready"], 2, "is none of"),
    ] as [([String], Int32, String)] {
      let result = try Self.run(words, directory)
      #expect(result.status == status && result.output.contains(line), "\(words): \(result)")
    }
  }

  @Test func `two data directories are compared, for profiles and machines`() throws {
    let (lab, other) = try ExplainTests.pair()
    _ = try lab.boot(MachineLab.query(1) + "&hostname=n1")
    let directory = lab.server.directory
    #expect(try Self.run(["render", "--diff", other.path], directory) == (0, ""))
    try other.write(
      "configs/deb.cfg.tmpl", "d-i netcfg/get_hostname string x-{{machine.hostname}}\n")
    try other.write("profiles/plain.json", #"{"version":"2"}"#)
    try other.write("profiles/broken.json", "{")
    let result = try Self.run(["render", "--diff", other.path], directory)
    #expect(result.status == 1)
    #expect(result.output.contains("profile plain\n  - set coreos-version 1\n"))
    #expect(result.output.contains("profile broken\n  - there is no such profile\n  + broken: "))
    #expect(result.output.contains("  + d-i netcfg/get_hostname string x-n1\n"))
    #expect(!result.output.contains("profile any"))
    #expect(try Self.run(["render", "--diff", other.path + "/none"], directory).status == 2)
  }

  @Test func `a seed is compared with all that is in it`() throws {
    let files = [
      "profiles/live.json": #"{"os":"livenet","answers":"web"}"#,
      "images/livenet/x86_64/r.squashfs": "", "configs/web/user-data": "#cloud-config\n",
      "configs/web/extra.tmpl": "a {{profile.name}}\n",
    ]
    let (directory, other) = (try TemporaryDirectory(files), try TemporaryDirectory(files))
    #expect(try Self.run(["render", "--diff", other.path], directory) == (0, ""))
    try other.write("configs/web/extra.tmpl", "b {{profile.name}}\n")
    let result = try Self.run(["render", "--diff", other.path], directory)
    #expect(result == (1, "profile live\n  - a live\n  + b live\n"))
  }
}

extension MachineLab {
  /// The URL of the answers that a script names, as below the server.
  static func answers(_ script: Answer) -> String? {
    try? #/ url=http://test(\S*\?machine=\S*) /#.firstMatch(in: script.text).map { String($0.1) }
  }
}

@Suite("This host's address")
struct HostAddressTests {
  /// The IPv4 addresses that the kernel routes to itself, but for loopback's.
  private static func addresses() throws -> Set<String> {
    let trie = try String(contentsOfFile: "/proc/net/fib_trie", encoding: .utf8)
    let lines = trie.split(separator: "\n")
    let own = zip(lines, lines.dropFirst()).filter { $1.contains("/32 host LOCAL") }
    let found = own.compactMap { $0.0.split(separator: " ").last.map(String.init) }
    return Set(found.filter { !$0.hasPrefix("127.") })
  }

  @Test func `is one of the kernel's own, and a server can listen on it`() throws {
    let own = try Self.addresses()
    let address = HostAddresses.first
    #expect(own.isEmpty == (address.map(\.isIPv6) ?? true))
    guard let address else { return }
    #expect(address.isIPv6 || own.contains(address.hostText), "\(address) is none of \(own)")
    if !address.isIPv6 {
      let length = try #require(HostAddresses.prefix(of: address.hostText))
      #expect((1...32).contains(length))
    }
    #expect(HostAddresses.prefix(of: "192.0.2.77") == nil)
    let host = address.isIPv6 ? "[\(address.hostText)]" : address.hostText
    _ = try TestServer(listen: "\(host):0")
  }
}
