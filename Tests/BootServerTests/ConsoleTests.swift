// BootServerTests: what iPXE is told of errors.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("An error, to iPXE")
struct ConsoleTests {
  static let ipxe = ["User-Agent: iPXE/1.21.1 (g1234)"]
  static let files = [
    "profiles/core.json": #"{"version":"1"}"#, "profiles/dev.json": #"{"version":"1"}"#,
    "profiles/broken.json": "{", "profiles/rack/node.json": "{}", "sshkeys/x.pub": "",
  ]
  static let end = "chain --replace --autofree http://test/failed.ipxe || exit 1\n"

  @Test func `is a script that says what is wrong, and fails`() throws {
    let server = try TestServer(Self.files)
    let told = try server.get("/?profile=cor", fields: Self.ipxe)
    #expect(told.status == 200 && told["cache-control"] == "no-store")
    #expect(
      told.text == """
        #!ipxe
        echo No boot script: unknown profile: there is no profiles/cor.json
        echo Is it core?
        echo The server's log has more. On the server, this finds what is wrong:
        echo coreos-ipxe-server check --data-dir \(RealPath.of(server.directory.path))
        \(Self.end)
        """)
    #expect(server.logHolds("event=script profile=cor "))
    #expect(server.logHolds("status=404"))
    #expect(server.log.contains("agent=\"iPXE/1.21.1 (g1234)\""))
    let end = try server.get("/failed.ipxe", fields: Self.ipxe)
    #expect(end.status == 200 && end.text == "#!ipxe\nexit 1\n")
  }

  @Test(arguments: [
    ("/?profile=nothing%20like%20it", "echo There are: broken, core, dev\n"),
    ("/?profile=rack/nod", "echo Is it rack/node?\n"),
    ("/?profile=rack/zzzzzzzz", "echo There are: rack/node\n"),
    ("/any/path?profile=dve", "echo Is it dev?\n"),
    ("/boot.ipxe?profile=broken", "profiles/broken.json is not valid JSON"),
    ("/boot.ipxe?uuid=&mac=", "echo No boot script: "),
  ])
  func `names what may have been meant`(target: String, line: String) throws {
    let server = try TestServer(Self.files)
    let told = try server.get(target, fields: Self.ipxe)
    #expect(told.status == 200 && told.text.contains(line), "\(told.text)")
    #expect(told.text.hasSuffix(Self.end))
    #expect(try server.get(target, method: "HEAD", fields: Self.ipxe).status == 200)
  }

  @Test func `is no script to others, for files, and where it is not wanted`() throws {
    let server = try TestServer(Self.files)
    for fields in [[], ["User-Agent: curl/7.88.1"], ["User-Agent: Mozilla iPXE/1"]] {
      let plain = try server.get("/?profile=cor", fields: fields)
      #expect(plain.status == 404)
      #expect(plain.text == "unknown profile: there is no profiles/cor.json\n")
    }
    for target in ["/images/x", "/configs/x.yml", "/keys?name=none"] {
      #expect(try server.get(target, fields: Self.ipxe).status == 404, "\(target)")
    }
    let bare = try TestServer(Self.files, adjust: { $0.console = .plain })
    #expect(try bare.get("/?profile=cor", fields: Self.ipxe).status == 404)
    let hidden = try TestServer(Self.files, adjust: { $0.listsDirectories = false })
    let told = try hidden.get("/?profile=cor", fields: Self.ipxe).text
    #expect(told.contains("profiles/cor.json") && !told.contains("core\n"))
  }

  @Test func `of a machine that is held is the reason, and asking again`() throws {
    let lab = try MachineLab(["profiles/core.json": "{}"], profiles: false)
    let query = MachineLab.query(1)
    func boot(_ query: String) throws -> Answer {
      try lab.server.get("/boot.ipxe?" + query, fields: Self.ipxe)
    }
    let held = try boot("say=1&" + query)
    #expect(held.status == 200)
    let lines = held.text.split(separator: "\n").map(String.init)
    #expect(lines[0] == "#!ipxe")
    #expect(
      lines[1].wholeMatch(
        of: #/echo \d\d:\d\d UTC: this machine is held: no profile takes it; claim it with:/#)
        != nil)
    let asking = try #require(lines.firstIndex(of: ":ask"))
    // The whole command, on as many lines as it needs: this server is on no path that is looked at.
    let typed = lines[2..<(asking - 1)].map { $0.dropFirst("echo ".count) }.joined(separator: " ")
    #expect(
      typed == "coreos-ipxe-server --state-dir \(lab.state) machines claim \(MachineLab.uuid(1))"
        + " --profile NAME")
    #expect(lines[asking - 1] == "sleep 10")
    #expect(lines[asking + 1].contains("/boot.ipxe?say=1&uuid=${uuid}"))
    // Without its help, and behind what a machine says of itself, it is the plain 503.
    for other in [query, query + "&say=1", "say=0&" + query] {
      let plain = try boot(other)
      #expect(plain.status == 503 && plain["retry-after"] == "5", "\(other)")
    }
    #expect(try lab.boot("say=1&" + query).status == 503, "only iPXE runs scripts")
    #expect(
      try lab.api("PATCH", "/machines/\(MachineLab.uuid(1))", #"{"profile":"core"}"#).status == 200)
    #expect(try boot("say=1&" + query).text.contains("kernel"))
  }
}

/// A played iPXE reads each reason there is.
@Suite("A machine that is held shows, on its screen,")
struct HeldScreenTests {
  static let match = #"{"os":"flatcar","version":"1","match":{"mac":"52:54:00:*"},"install":{}}"#

  static func screen(_ lab: MachineLab, _ number: Int = 1) throws -> String {
    let query = "/boot.ipxe?say=1&" + MachineLab.query(number)
    let answer = try lab.server.get(query, fields: ConsoleTests.ipxe)
    #expect(answer.status == 200)
    return answer.text.split(separator: "\n").filter { $0.hasPrefix("echo ") }.map {
      $0.dropFirst(5)
    }.joined(separator: " ")
  }

  @Test func `that profiles tie`() throws {
    let lab = try MachineLab(
      ["profiles/a.json": Self.match, "profiles/b.json": Self.match], profiles: false)
    let screen = try Self.screen(lab)
    #expect(screen.contains("profiles/a.json and profiles/b.json ask for it with the same right"))
  }

  @Test func `that its profile cannot be used`() throws {
    let lab = try MachineLab(["profiles/a.json": Self.match], profiles: false)
    #expect(try Self.screen(lab).contains("this machine is held") == false)
    try lab.server.directory.write("profiles/a.json", "{")
    #expect(
      try Self.screen(lab).contains("this machine is held: profiles/a.json is not valid JSON"))
  }

  @Test func `that an image is not there`() throws {
    let lab = try MachineLab(["profiles/a.json": Self.match], profiles: false, provides: false)
    #expect(
      try Self.screen(lab).contains(
        "profiles/a.json names images/flatcar/amd64-usr/1/flatcar_production_pxe.vmlinuz, which"))
  }

  @Test func `that its record cannot be used`() throws {
    let lab = try MachineLab(["profiles/a.json": Self.match], profiles: false)
    #expect(try lab.boot(MachineLab.query(1)).status == 200)
    lab.server.settle()
    try lab.server.directory.write("state/machines/\(MachineLab.uuid(1)).json", "{")
    #expect(try Self.screen(lab).contains("machines/\(MachineLab.uuid(1)).json"))
  }

  @Test func `that it may be one in use`() throws {
    let lab = try MachineLab(["profiles/a.json": Self.match], profiles: false)
    let taken = #"{"profile":"a","state":"running","macs":["\#(MachineLab.mac(1))"]}"#
    #expect(try lab.api("PUT", "/machines/\(MachineLab.uuid(9))", taken).status == 201)
    #expect(try Self.screen(lab).contains("its mac is that of a machine in use"))
  }

  @Test func `that the state may be old`() throws {
    let lab = try MachineLab(
      ["profiles/a.json": Self.match], profiles: false, adjust: { $0.expectsState = true })
    #expect(try Self.screen(lab).contains("the server's state directory may be older than"))
  }

  @Test func `that there is no state`() throws {
    let lab = try MachineLab(
      ["profiles/a.json": Self.match, "blocked": ""], profiles: false,
      adjust: { $0.stateDirectoryOption = $0.dataDirectory + "/blocked" })
    #expect(try Self.screen(lab).contains("the server cannot use its state directory"))
  }

  @Test func `that its installer never reports`() throws {
    let lab = try MachineLab(
      ["profiles/a.json": Self.match], profiles: false,
      adjust: { configuration in
        configuration.tries.limit = 1
        configuration.tries.sameSeconds = 0
      })
    #expect(try lab.boot(MachineLab.query(1)).status == 200)
    #expect(try Self.screen(lab).contains("its installer was served again and again"))
  }
}

@Suite("A menu")
struct MenuTests {
  static let files = [
    "profiles/rescue.json": #"{"os":"flatcar","version":"1","menu":"Rescue system"}"#,
    "profiles/rack/mem.json": #"{"os":"memtest","menu":"Memory || test","priority":1}"#,
    "profiles/child.json": #"{"base":"rescue"}"#, "profiles/plain.json": #"{"version":"1"}"#,
    "profiles/bad.json": #"{"os":"x","menu":"Broken"}"#,
  ]

  @Test func `offers the profiles that want it, and nothing else`() throws {
    let server = try TestServer(Self.files)
    let menu = try server.get("/menu.ipxe", fields: ConsoleTests.ipxe)
    #expect(menu.status == 200 && menu["cache-control"] == "no-store")
    #expect(
      menu.text == """
        #!ipxe
        :menu
        menu Boot from http://test
        item rack%2Fmem Memory ? test
        item rescue Rescue system
        item ?else Leave iPXE for the next boot device
        choose --default ?else selected || goto else
        iseq ${selected} ?else && goto else ||
        chain --autofree http://test/?profile=${selected} || goto failed
        :failed
        echo It did not boot: ${errno}
        sleep 5
        goto menu
        :else
        exit 1

        """)
    #expect(try server.get("/?profile=rack%2Fmem").status != 404)
    let timed = try server.get("/menu.ipxe?then=local").text
    #expect(timed.contains("choose --timeout 30000 --default ?else selected"))
    #expect(timed.hasSuffix(":efi\nexit 1\n"))
    #expect(try server.get("/menu.ipxe?then=hold").text.contains("/boot.ipxe?say=1&uuid="))
  }

  @Test func `goes on to the disk as the server was told to`() throws {
    let lab = try MachineLab(Self.files, profiles: false) { configuration in
      configuration.unmatched = .menuLocal
      configuration.localBoot = .chain("http://h/d")
    }
    let led = try lab.server.get(
      "/boot.ipxe?say=1&" + MachineLab.query(1), fields: ConsoleTests.ipxe)
    let menu = try lab.server.get("/menu.ipxe?then=local")
    for script in [led.text, menu.text] {
      #expect(script.hasSuffix("chain --autofree http://h/d || exit 1\n"), "\(script)")
    }
  }

  @Test(arguments: [("menu", "hold"), ("menu-local", "local")])
  func `is what a machine gets that no profile takes, and it is held all the same`(
    policy: String, then: String
  ) throws {
    let lab = try MachineLab(Self.files, profiles: false) { configuration in
      configuration.unmatched = Unmatched(rawValue: policy) ?? .hold
    }
    let query = "/boot.ipxe?say=1&" + MachineLab.query(1)
    let led = try lab.server.get(query, fields: ConsoleTests.ipxe)
    #expect(led.status == 200)
    #expect(
      led.text.contains(
        "chain --replace --autofree http://test/menu.ipxe?then=\(then) || goto else\n"))
    #expect(try lab.server.get(query).status == 503)
    let record = try lab.record(MachineLab.uuid(1))
    #expect(record["state"] as? String == "unknown" && record["profile"] is NSNull)
    #expect((record["held"] as? [String: Any])?["reason"] as? String == "unmatched")
  }
}

@Suite("A machine that goes on waiting")
struct WaitingLogTests {
  @Test func `is a line of the log once, and again for another reason`() throws {
    let lab = try MachineLab(["profiles/core.json": "{}"], profiles: false)
    for _ in 1...20 { #expect(try lab.boot(MachineLab.query(1)).status == 503) }
    let patch = #"{"profile":"core"}"#
    #expect(try lab.api("PATCH", "/machines/\(MachineLab.uuid(1))", patch).status == 200)
    try lab.server.directory.write("profiles/core.json", "{")
    for _ in 1...20 { #expect(try lab.boot(MachineLab.query(1)).status == 503) }
    #expect(lab.server.logHolds("by=profile"))
    #expect(lab.server.log.components(separatedBy: "event=held").count == 3)
  }

  /// The state directory cannot be used.
  @Test func `is a line once, too, where no record is its own`() throws {
    let lab = try MachineLab(
      ["profiles/core.json": "{}", "blocked": ""], profiles: false,
      adjust: { $0.stateDirectoryOption = $0.dataDirectory + "/blocked" })
    for _ in 1...10 { #expect(try lab.boot(MachineLab.query(1)).status == 503) }
    #expect(try lab.server.get("/healthz").status == 200)
    #expect(lab.server.logHolds("event=health"))
    #expect(lab.server.log.components(separatedBy: "event=held").count == 2)
  }

  @Test func `is one of many whose mistake is a warning once a minute`() throws {
    let server = try TestServer(ConsoleTests.files)
    for _ in 1...5 {
      for target in ["/?profile=nix", "/images/none.bin", "/images/none.bin.sig"] {
        #expect(try server.get(target).status == 404)
      }
    }
    #expect(server.logHolds("status=404"))
    #expect(try server.get("/healthz").status == 200)
    #expect(server.logHolds("event=health"))
    let warnings = server.log.split(separator: "\n").filter {
      $0.contains("level=warning") && $0.contains("status=404")
    }
    #expect(warnings.count(where: { $0.contains("profile=nix") }) == 1)
    #expect(warnings.count(where: { $0.contains("none.bin ") }) == 1)
    #expect(!warnings.contains { $0.contains(".sig") })
  }
}
