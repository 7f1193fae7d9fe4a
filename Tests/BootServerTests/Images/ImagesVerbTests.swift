// BootServerTests: `images`, against an upstream with faults.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

let imageNeeds = Needs([.gpg, .gpgv, .curl], root: false)

@Suite("images fetch", .waits, .needs(imageNeeds))
struct ImagesFetchTests {
  @Test func `brings a version whole and verified, and says how`() throws {
    let lab = try ImageLab()
    try lab.publish("1.0.0")
    let dry = try lab.run(["fetch", "flatcar", "--dry-run"])
    #expect(dry.status == 0 && dry.output.contains("kB in all; nothing was fetched"), "\(dry)")
    #expect(try lab.versions() == [])
    let fetched = try lab.run(["fetch", "flatcar", "stable"])
    #expect(fetched.status == 0, "\(fetched.output)")
    #expect(fetched.output.contains("signed by \(lab.key.fingerprint)"))
    #expect(fetched.output.contains("channel stable is 1.0.0 now"))
    #expect(try lab.versions() == ["1.0.0"] && lab.stable == "1.0.0")
    let file = "\(ImageLab.folder)/1.0.0/\(ImageLab.kernel)"
    #expect(try lab.directory.read(file) == ImageLab.body("1.0.0", ImageLab.kernel))
    let path = lab.directory.path + "/" + file
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o644)

    let asked = lab.upstream.requests().count
    let again = try lab.run(["fetch", "flatcar"])
    #expect(again.status == 0 && again.output.contains("was there already"))
    #expect(lab.upstream.requests(for: "/stable/amd64-usr/1.0.0/\(ImageLab.kernel)").count == 2)
    #expect(lab.upstream.requests().count == asked + 3, "a version and two lists of digests")
    #expect(try lab.run(["verify"]).status == 0)
  }

  @Test func `tells a program what it does, a JSON object a line`() throws {
    let lab = try ImageLab()
    try lab.publish("1.0.0")
    let lines = try lab.run(["fetch", "flatcar", "--json"]).output.split(separator: "\n")
    let events = try lines.map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(events.filter { $0["event"] as? String == "file" }.count == 2)
    #expect(events.last?["event"] as? String == "done")
    #expect(events.last?["verified"] as? String == "openpgp")
    lab.put("current/version.txt", nil)
    let failed = try lab.run(["fetch", "flatcar", "--json"])
    #expect(failed.status == 1 && failed.output.contains(#"{"event":"error","error":"#))
  }

  /// Nothing of it is seen, the old version stays, and the sentence says what is wrong.
  @Test(arguments: [
    ("a changed file", "should have"), ("another key", "is not among yours"),
    ("no such digest", "has no SHA-256 or SHA-512 digest of"), ("no kernel", "status 404"),
    ("a page for a version", "is a web page"), ("no version", "FLATCAR_VERSION="),
    ("a version that climbs", "../2"), ("a list without a signature", "not clear-signed"),
  ])
  func `refuses`(what: String, says: String) throws {
    let lab = try ImageLab()
    try lab.publish("1.0.0")
    #expect(try lab.run(["fetch", "flatcar"]).status == 0)
    try lab.publish("2.0.0")
    let list = "2.0.0/\(ImageLab.kernel).DIGESTS.asc"
    switch what {
    case "a changed file": lab.put("2.0.0/\(ImageLab.initrd)", Data("something else".utf8))
    case "another key": try lab.publish("2.0.0", by: SigningKey())
    case "no such digest":
      lab.put(list, Data(try lab.key.sign(Data("# SHA256 HASH\n".utf8), ["--clear-sign"])))
    case "no kernel": lab.put("2.0.0/\(ImageLab.kernel)", nil)
    case "a page for a version": lab.put("current/version.txt", Data("<!DOCTYPE html><p>".utf8))
    case "no version": lab.put("current/version.txt", Data("A=b\n".utf8))
    case "a version that climbs": lab.latest("../2")
    default: lab.put(list, Data("# SHA256 HASH\n".utf8))
    }
    let refused = try lab.run(["fetch", "flatcar"])
    #expect(refused.status == 1 && refused.output.contains(says), "\(refused.output)")
    let last = refused.output.split(separator: "\n").last ?? ""
    #expect(last.hasPrefix("coreos-ipxe-server: "))
    #expect(try lab.versions() == ["1.0.0"] && lab.stable == "1.0.0")
    // As it should be by now, the next try brings it.
    try lab.publish("2.0.0")
    #expect(try lab.run(["fetch", "flatcar"]).status == 0)
    #expect(lab.stable == "2.0.0")
  }

  @Test func `says where a key is to be had, and takes nothing unsigned unasked`() throws {
    let lab = try ImageLab(hasKey: false)
    try lab.publish("1.0.0")
    let missing = try lab.run(["fetch", "flatcar"])
    #expect(missing.status == 1)
    let file = "\(RealPath.of(lab.directory.path))/images/keys/flatcar.asc"
    #expect(
      missing.output.contains(
        "curl --create-dirs -fsSL https://example.org/key.asc -o \(file)\n"),
      "\(missing.output)")
    #expect(
      try lab.run(["fetch", "flatcar", "--unsigned"]).output.contains("by its digests alone"))
    let list = try lab.run(["list", "--json"]).output
    #expect(list.contains(#""verified":"digest""#), "\(list)")
    let none = try lab.run(["fetch", "alpine", "--from", lab.upstream.base])
    #expect(none.status == 1 && none.output.contains("say --unsigned"), "\(none.output)")
  }

  @Test func `never has two kinds of bytes for one version`() throws {
    let lab = try ImageLab()
    try lab.publish("1.0.0")
    #expect(try lab.run(["fetch", "flatcar"]).status == 0)
    let before = SHA256Text.of(ImageLab.body("1.0.0", ImageLab.kernel))
    try lab.publish("1.0.0", bytes: 300_000)
    let refused = try lab.run(["fetch", "flatcar"])
    #expect(refused.status == 1 && refused.output.contains(before), "\(refused.output)")
    #expect(refused.output.contains("images remove flatcar 1.0.0"))
    let file = try lab.directory.read("\(ImageLab.folder)/1.0.0/\(ImageLab.kernel)")
    #expect(SHA256Text.of(file) == before)
  }

  @Test func `mends what somebody cut, which the server does not send`() throws {
    let lab = try ImageLab()
    try lab.publish("1.0.0")
    #expect(try lab.run(["fetch", "flatcar"]).status == 0)
    let server = try TestServer(directory: lab.directory)
    for folder in ["1.0.0", "stable"] {
      let target = "/\(ImageLab.folder)/\(folder)/\(ImageLab.kernel)"
      #expect(try server.get(target).status == 200)
    }
    let target = "/\(ImageLab.folder)/stable/\(ImageLab.kernel)"
    try lab.directory.write("\(ImageLab.folder)/1.0.0/\(ImageLab.kernel)", "half")
    #expect(try server.get(target).status == 500)
    #expect(try server.get(target, method: "HEAD").status == 500)
    #expect(server.logHolds("and its manifest says 200"))
    let verified = try lab.run(["verify"])
    #expect(verified.status == 3 && verified.output.contains("has 4 bytes and should have"))
    #expect(try lab.run(["fetch", "flatcar"]).status == 0)
    #expect(try server.get(target).status == 200)
  }

  @Test func `shows nobody what it has in hand`() throws {
    let lab = try ImageLab()
    try lab.publish("1.0.0")
    lab.put("1.0.0/\(ImageLab.initrd)", nil)
    #expect(try lab.run(["fetch", "flatcar"]).status == 1)
    let staging = "\(ImageLab.folder)/.staging-1.0.0"
    #expect(FileManager.default.fileExists(atPath: lab.directory.path + "/" + staging))
    let server = try TestServer(directory: lab.directory)
    #expect(try server.get("/\(staging)/tree/\(ImageLab.kernel)").status == 404)
    #expect(try server.get("/\(ImageLab.folder)/").text == "<pre>\n</pre>\n")
    #expect(try lab.run(["prune", "--keep", "1"]).output.contains("cleared"))
    #expect(!FileManager.default.fileExists(atPath: lab.directory.path + "/" + staging))
  }

  @Test func `a built-in source can be saved in its own place by a shell`() throws {
    let directory = try TemporaryDirectory(["images/sources/": ""])
    let program = Program.built("coreos-ipxe-server")
    func run(_ line: String) throws -> (status: Int32, output: String) {
      try Program.run(
        "/bin/sh", ["-c", "cd \"$1\" && \(line)", program, directory.path])
    }
    let show = "\"$0\" images sources show flatcar --data-dir ."
    let builtIn = try run(show).output
    let saved = try run("\(show) > images/sources/flatcar.json && cat images/sources/flatcar.json")
    #expect(saved.status == 0 && saved.output == builtIn && builtIn.hasPrefix("{"), "\(saved)")
    // Where the file stays empty whatever needs it says what to do.
    try directory.write("images/sources/flatcar.json", "\n")
    let says =
      "images/sources/flatcar.json is empty: most likely a shell emptied it for a command that"
      + " then failed; remove it, and the built-in flatcar counts again"
    for line in ["fetch flatcar", "sources list", "rollback flatcar stable"] {
      #expect(try run("\"$0\" images \(line) --data-dir .").output.contains(says), "\(line)")
    }
    #expect(try run(show).output == builtIn)
  }

  @Test func `takes files from anywhere by their digests`() throws {
    let lab = try ImageLab()
    let body = Data("an image".utf8)
    lab.put("rescue.iso", body)
    let url = lab.upstream.base + "/stable/amd64-usr/rescue.iso"
    let refused = try lab.run(["fetch", "--url", url])
    #expect(refused.status == 1 && refused.output.contains("give --sha256 or --sums"))
    let wrong = try lab.run(["fetch", "--url", url, "--sha256", String(repeating: "0", count: 64)])
    #expect(wrong.status == 1 && wrong.output.contains("should have 0000"))
    let digest = SHA256Text.of(body)
    #expect(try lab.run(["fetch", "--url", url, "--sha256", digest]).status == 0)
    #expect(try lab.directory.read("images/files/rescue.iso/rescue.iso") == body)
    try lab.directory.write("SUMS", "\(digest)  rescue.iso\n")
    let sums = lab.directory.path + "/SUMS"
    let placed = try lab.run(["fetch", "--url", url, "--sums", sums, "--as", "rescue/amd64/1"])
    #expect(placed.status == 0 && placed.output.contains("images/rescue/amd64/1 is there"))
    let piped = try Program.run(
      "/bin/sh",
      [
        "-c",
        "cat \"$1\" | \"$0\" images fetch --url \(url) --sums - --as rescue/amd64/2 --data-dir \"$2\"",
        Program.built("coreos-ipxe-server"), sums, lab.directory.path,
      ])
    #expect(piped.status == 0, "\(piped.output)")
    #expect(
      try lab.run(["fetch", "--url", url, "--unsigned", "--as", "x/y/2"]).output
        .contains("NOT VERIFIED"))
  }

  @Test(arguments: [
    ["fetch"], ["fetch", "flatcar", "--url", "http://h/x"], ["fetch", "--sums", "x", "flatcar"],
    ["fetch", "--url", "http://h/x", "--sha256", "12"], ["fetch", "flatcar", "--connections", "0"],
    ["fetch", "flatcar", "--limit-rate", "fast"], ["prune"], ["prune", "--keep", "0"],
    ["pin", "flatcar", "stable"], ["fetsh", "flatcar"], ["sources"], ["remove", "flatcar"],
  ])
  func `refuses words that make no sense`(words: [String]) throws {
    let lab = try TemporaryDirectory()
    let result = try Program.run(
      Program.built("coreos-ipxe-server"), ["images"] + words + ["--data-dir", lab.path])
    #expect(
      result.status == 2 && result.output.split(separator: "\n").count == 1, "\(result.output)")
  }
}

@Suite("A channel", .waits, .needs(imageNeeds))
struct ChannelVerbTests {
  @Test func `moves up by itself, down by a word, and back a step each time`() throws {
    let lab = try ImageLab()
    for version in ["1.0.0", "2.0.0", "3.0.0"] {
      try lab.publish(version)
      #expect(try lab.run(["fetch", "flatcar"]).status == 0)
      #expect(lab.stable == version)
    }
    #expect(try lab.run(["rollback", "flatcar", "stable"]).status == 0 && lab.stable == "2.0.0")
    // What it was rolled back from is passed over.
    let same = try lab.run(["fetch", "flatcar"])
    #expect(same.output.contains("it was rolled back from 3.0.0") && lab.stable == "2.0.0")
    #expect(try lab.run(["rollback", "flatcar", "stable"]).status == 0 && lab.stable == "1.0.0")
    #expect(try lab.run(["rollback", "flatcar", "stable"]).status == 1)
    try lab.publish("4.0.0")
    #expect(try lab.run(["fetch", "flatcar"]).status == 0 && lab.stable == "4.0.0")
    lab.latest("2.0.0")
    #expect(try lab.run(["fetch", "flatcar"]).output.contains("2.0.0 is lower than 4.0.0"))
    #expect(lab.stable == "4.0.0")
    #expect(
      try lab.run(["fetch", "flatcar", "--allow-older"]).status == 0 && lab.stable == "2.0.0")
  }

  @Test func `stays where it is pinned, and what is in use is not taken away`() throws {
    let lab = try ImageLab()
    for version in ["1.0.0", "2.0.0", "3.0.0"] {
      try lab.publish(version)
      #expect(try lab.run(["fetch", "flatcar"]).status == 0)
    }
    #expect(
      try lab.run(["pin", "flatcar", "stable", "1.0.0"]).status == 0 && lab.stable == "1.0.0")
    try lab.publish("4.0.0")
    #expect(try lab.run(["fetch", "flatcar"]).output.contains("it is pinned to 1.0.0"))
    #expect(try lab.versions() == ["1.0.0", "2.0.0", "3.0.0", "4.0.0"] && lab.stable == "1.0.0")
    #expect(try lab.run(["list"]).output.contains("stable (pinned)"))
    let used = try lab.run(["remove", "flatcar", "1.0.0"])
    #expect(used.status == 1 && used.output.contains("channel stable names it"), "\(used.output)")
    #expect(try lab.run(["prune", "--keep", "1", "--dry-run"]).output.contains("would be removed"))
    #expect(try lab.versions().count == 4)
    #expect(try lab.run(["prune", "--keep", "1"]).status == 0)
    #expect(try lab.versions() == ["1.0.0", "4.0.0"])
    #expect(try lab.run(["remove", "flatcar", "4.0.0"]).status == 0)
    #expect(try lab.run(["unpin", "flatcar", "stable"]).status == 0)
    #expect(try lab.run(["fetch", "flatcar"]).status == 0 && lab.stable == "4.0.0")
  }

  @Test func `is listed with who boots it, by now and last`() throws {
    let lab = try ImageLab()
    try lab.publish("1.0.0")
    #expect(try lab.run(["fetch", "flatcar"]).status == 0)
    let server = try TestServer(directory: lab.directory)
    let id = MachineLab.uuid(1)
    let client = try RawClient(socket: lab.directory.path + "/state/api.sock")
    let body = #"{"profile":"web"}"#
    try client.send(
      "PUT /machines/\(id) HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    )
    #expect(try client.answer(hasBody: true).status == 201)
    #expect(
      try server.get("/boot.ipxe?\(MachineLab.query(1))").text.contains("coreos-version 1.0.0"))
    server.settle()
    let list = try lab.run(["list", "--json"]).output
    let rows = try #require(
      try JSONSerialization.jsonObject(with: Data(list.utf8)) as? [[String: Any]])
    #expect(rows.count == 1 && rows[0]["profiles"] as? [String] == ["web"])
    #expect(rows[0]["running"] as? [String] == [id] && rows[0]["machines"] as? [String] == [id])
    #expect(rows[0]["os"] as? String == "flatcar" && rows[0]["channels"] as? [String] == ["stable"])
    #expect(try server.get("/?profile=web").text.contains("echo 200.0 kB, SHA-256 "))
  }

  /// Version 1 boots, a tampered 2 is refused, 3 is taken, all without a restart.
  @Test func `is followed by a server, whatever upstream does`() throws {
    let lab = try ImageLab()
    try lab.publish("1.0.0")
    let server = try ServerProgram(lab.directory.path, ["--update-images", "1s"])
    func version() throws -> String? {
      let script = try RawClient(port: server.port).get("/?profile=web").text
      return try #/set coreos-version (\S+)/#.firstMatch(in: script).map { String($0.1) }
    }
    #expect(server.program.hasPrinted("says=\"channel stable is 1.0.0 now\"", within: 20))
    #expect(try version() == "1.0.0")
    try lab.publish("2.0.0", isLatest: false)
    lab.put("2.0.0/\(ImageLab.initrd)", Data("tampered".utf8))
    lab.latest("2.0.0")
    #expect(server.program.hasPrinted("level=warning event=image-update", within: 20))
    #expect(try version() == "1.0.0")
    try lab.publish("3.0.0")
    #expect(server.program.hasPrinted("channel stable is 3.0.0 now", within: 20))
    #expect(try version() == "3.0.0")
    #expect(try lab.run(["rollback", "flatcar", "stable"]).status == 0)
    #expect(try version() == "1.0.0")
    server.program.kill(SIGTERM)
    #expect(server.program.exitStatus(within: 5) == 0)
  }
}

@Suite("When channels are followed")
struct UpdatePlanTests {
  @Test(arguments: [
    ("24h", 86400), ("30m", 1800), ("90s", 90), ("7d", 604_800), ("5", 5), ("0", 0),
  ])
  func `is said by a time`(text: String, seconds: Int) throws {
    #expect(try UpdatePlan.seconds(text) == seconds)
  }

  @Test(arguments: ["", "h", "-1h", "1w", "1.5h", "99999999d"])
  func `is refused`(text: String) {
    #expect(throws: UsageError.self) { try UpdatePlan.seconds(text) }
  }

  @Test func `is in a window, which may go over midnight`() throws {
    var plan = UpdatePlan()
    #expect(plan.allows(minute: 0))
    plan.window = try UpdatePlan.window("02:00-05:00")
    #expect([119, 120, 299, 300].map { plan.allows(minute: $0) } == [false, true, true, false])
    plan.window = try UpdatePlan.window("23:00-01:30")
    #expect(
      [1379, 1380, 0, 89, 90].map { plan.allows(minute: $0) } == [false, true, true, true, false])
    for text in ["2-5", "24:00-01:00", "01:60-02:00", "01:00", "01:00-02:00-03:00"] {
      #expect(throws: UsageError.self) { try UpdatePlan.window(text) }
    }
  }

  @Test func `is a little earlier each time, and later after failures`() {
    var plan = UpdatePlan()
    plan.seconds = 86400
    #expect(
      plan.pause(failures: 0, random: 0) == 86400 && plan.pause(failures: 0, random: 1) == 77760)
    #expect([1, 2, 3, 30].map { plan.pause(failures: $0, random: 0) } == [60, 120, 240, 86400])
  }
}
