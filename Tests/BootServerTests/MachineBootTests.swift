// BootServerTests: machines that boot.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("A machine that chains to /boot.ipxe", .waits)
struct MachineBootTests {
  @Test(arguments: ["/boot.ipxe", "/boot.ipxe?", "/autoexec.ipxe", "/boot.ipxe?unknown=1"])
  func `is asked who it is`(target: String) throws {
    let lab = try MachineLab()
    let answer = try lab.server.get(target, host: "10.0.0.1:4777")
    #expect(answer.status == 200 && answer.text.hasPrefix("#!ipxe\n"))
    let chain = try #require(answer.text.split(separator: "\n").first { $0.hasPrefix("chain") })
    #expect(
      chain
        == "chain --replace --autofree http://10.0.0.1:4777/boot.ipxe?say=1&uuid=${uuid}"
        + "&mac=${netX/mac:hexhyp}&buildarch=${buildarch}&platform=${platform}"
        + "&serial_hex=${serial:hexraw}&asset_hex=${asset:hexraw}"
        + "&hostname_hex=${hostname:hexraw} || goto failed")
    #expect(!answer.text.contains("echo ${serial") && !answer.text.contains("${serial}"))
  }

  @Test(arguments: ["", "&profile=ram"])
  func `gets its installer once, and its disk from then on`(more: String) throws {
    let lab = try MachineLab()
    let query = MachineLab.query(1) + "&serial_hex=435a43" + more
    let script = try lab.boot(query)
    #expect(script.status == 200 && script.text.contains("flatcar_production_pxe.vmlinuz"))
    #expect(try lab.state(MachineLab.uuid(1)) == "installing")
    let config = try #require(MachineLab.config(script))
    // The same script and config, however often they are asked for.
    #expect(try lab.boot(query).text == script.text)
    let report = try lab.reportURL("installed", in: config)
    #expect(try lab.reportURL("installed", in: config) == report)
    for _ in 0..<3 { #expect(try lab.server.get(report, method: "POST").status == 204) }
    #expect(try lab.state("CZC") == "installed")
    let running = report.replacing("/installed", with: "/running")
    for _ in 0..<2 {
      let local = try lab.boot(query)
      #expect(
        local.text
          == "#!ipxe\necho This machine boots its own disk\nsanboot --no-describe --drive 0x80 || exit 1\n"
      )
      #expect(
        try lab.server.get(running, method: "POST", fields: ["Content-Length: 0"]).status == 204)
    }
    #expect(try lab.server.get(report, method: "POST").status == 204)
    #expect(try lab.state("CZC") == "running")
    // Configured, it is installed once more, with a token of its own.
    #expect(try lab.api("PATCH", "/machines/czc", #"{"state":"configured"}"#).status == 200)
    #expect(try lab.server.get(report, method: "POST").status == 403)
    let again = try lab.boot(query)
    #expect(again.text != script.text && MachineLab.config(again) != config)
    #expect(try lab.server.get(config).status == 403)
    #expect(try lab.server.get(report, method: "POST").status == 403)
  }

  @Test(arguments: [
    ("pcbios", "sanboot --no-describe --drive 0x80 || exit 1\n"), ("efi", "exit 1\n"),
    (
      "",
      "iseq ${platform} efi && goto efi ||\nsanboot --no-describe --drive 0x80 || exit 1\n:efi\nexit 1\n"
    ),
  ])
  func `boots its disk as its firmware can`(platform: String, end: String) throws {
    let lab = try MachineLab()
    #expect(
      try lab.api(
        "PUT", "/machines/\(MachineLab.uuid(1))", #"{"profile":"core","state":"running"}"#
      ).status == 201)
    let script = try lab.boot(MachineLab.query(1, platform: platform))
    #expect(script.text == "#!ipxe\necho This machine boots its own disk\n" + end)
  }

  @Test(arguments: [
    ("exit", "", "exit 1\n"), ("sanboot", "", "sanboot --no-describe --drive 0x80 || exit 1\n"),
    ("chain:http://h/d.efi", "", "chain --autofree http://h/d.efi || exit 1\n"),
    // The profile's word wins.
    ("sanboot", "exit", "exit 1\n"),
    ("exit", "chain:tftp://h/x", "chain --autofree tftp://h/x || exit 1\n"),
  ])
  func `boots its disk as it is told to`(option: String, profile: String, end: String) throws {
    let way = try #require(LocalBoot(option))
    let lab = try MachineLab(adjust: { $0.localBoot = way })
    if !profile.isEmpty {
      try lab.server.directory.write(
        "profiles/core.json",
        #"{"match":{"mac":"52*"},"install":{"cloud_config":"c"},"local_boot":"\#(profile)"}"#)
    }
    #expect(
      try lab.api(
        "PUT", "/machines/\(MachineLab.uuid(1))", #"{"profile":"core","state":"running"}"#
      ).status == 201)
    let script = try lab.boot(MachineLab.query(1, platform: "efi"))
    #expect(script.text == "#!ipxe\necho This machine boots its own disk\n" + end)
  }

  @Test func `boots its disk as its firmware's own keys say`() throws {
    let lab = try MachineLab(adjust: { $0.localBoot = .sanboot })
    try lab.server.directory.write(
      "profiles/core.json",
      #"{"match":{"mac":"52*"},"install":{"cloud_config":"c"},"efi":{"local_boot":"chain:http://h/d"}}"#
    )
    for number in 1...2 {
      let body = #"{"profile":"core","state":"running"}"#
      let made = try lab.api("PUT", "/machines/\(MachineLab.uuid(number))", body)
      #expect(made.status == 201)
    }
    let efi = try lab.boot(MachineLab.query(1, platform: "efi"))
    #expect(efi.text.hasSuffix("chain --autofree http://h/d || exit 1\n"))
    let bios = try lab.boot(MachineLab.query(2, platform: "pcbios"))
    #expect(bios.text.hasSuffix("sanboot --no-describe --drive 0x80 || exit 1\n"))
  }

  @Test(arguments: [
    (#""efi":{"local_boot":"x"}"#, "\"efi.local_boot\" \"x\" is none of exit"),
    (
      #""install":{"local_boot":"exit"}"#,
      "\"install.local_boot\" is for a machine that is installed"
    ),
  ])
  func `is told where its way to its disk cannot stand`(keys: String, says: String) throws {
    let lab = try MachineLab()
    try lab.server.directory.write(
      "profiles/p.json", "{\"os\":\"generic\",\"kernel\":\"k\",\(keys)}")
    let answer = try lab.server.get("/?profile=p")
    #expect(answer.status == 500 && answer.text.contains(says), "\(answer.text)")
  }

  @Test(arguments: [
    "", "disk", "chain:", "chain:x", "chain:http://h/a b", "chain:http://h/${x}", "EXIT",
  ])
  func `is told no other way to its disk`(text: String) throws {
    #expect(LocalBoot(text) == nil)
    #expect(
      CommandLineTests.parse(["--local-boot", text])
        == "option --local-boot: '\(text)' is none of exit, sanboot, chain:URL")
    guard !text.isEmpty else { return }
    let lab = try MachineLab()
    try lab.server.directory.write("profiles/p.json", #"{"install":{},"local_boot":"\#(text)"}"#)
    let answer = try lab.server.get("/?profile=p")
    #expect(answer.status == 500 && answer.text.contains("is none of exit, sanboot, chain:URL"))
  }

  @Test func `is warned of when its installer has no way to report`() throws {
    let files = [
      "profiles/core.json": #"{"match":{"mac":"52*"},"install":{"cloud_config":"c"}}"#,
      "configs/c.yml": "c",
    ]
    let lab = try MachineLab(files)
    #expect(try lab.boot(MachineLab.query(1)).status == 200)
    #expect(lab.server.logHolds("profiles/core.json: no config of its installer is a template"))
    let dialect = try MachineLab(files, adjust: { $0.dialects = [.mayu] })
    #expect(try dialect.boot(MachineLab.query(1)).status == 200)
    #expect(
      dialect.server.logHolds("event=script") && !dialect.server.log.contains("cannot report"))
  }

  @Test func `without an install boots into memory every time`() throws {
    let lab = try MachineLab()
    let query = MachineLab.query(1, vendor: "00-16-3e")
    #expect(try lab.boot(query).status == 503)
    #expect(
      try lab.api("PATCH", "/machines/\(MachineLab.uuid(1))", #"{"profile":"ram"}"#).status == 200)
    let script = try lab.boot(query)
    #expect(try lab.state(MachineLab.uuid(1)) == "configured")
    let config = try #require(MachineLab.config(script))
    let report = try lab.reportURL("running", in: config)
    #expect(
      try lab.server.get(report.replacing("/running", with: "/installed"), method: "POST").status
        == 409)
    // cloud-init's phone_home posts a form.
    let client = try lab.server.client()
    try client.send(
      "POST \(report) HTTP/1.1\r\nHost: test\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\nfqdn=n1"
    )
    #expect(try client.answer().status == 204)
    #expect(try lab.state(MachineLab.uuid(1)) == "running")
    #expect(try lab.boot(query).text == script.text)
    #expect(try lab.record(MachineLab.uuid(1))["lastBoot"] as? String != nil)
  }

  @Test func `is held until it matches or is claimed, and recorded meanwhile`() throws {
    let lab = try MachineLab()
    let query = MachineLab.query(7, vendor: "00-16-3e") + "&asset_hex=7461672037"
    let held = try lab.boot(query)
    #expect(held.status == 503 && held["retry-after"] == "5")
    #expect(
      held.text
        == "this machine is held: no profile takes it; claim it with: coreos-ipxe-server"
        + " --state-dir \(lab.state) machines claim \(MachineLab.uuid(7)) --profile NAME\n"
    )
    let record = try lab.record("tag%207")
    #expect(record["state"] as? String == "unknown" && record["ip"] as? String == "127.0.0.1")
    #expect(record["macs"] as? [String] == ["00:16:3e:00:00:07"] && record["lastSeen"] is String)
    // Matched anew at each ask: a profile that comes later takes it.
    try lab.server.directory.write(
      "profiles/tag.json", #"{"match":{"asset":"TAG*"},"version":"2"}"#)
    try Provided.files(of: lab.server.directory)
    #expect(try lab.boot(query).text.contains("echo Profile tag: booting"))
    #expect(try lab.state(MachineLab.uuid(7)) == "configured")
    // Once given, it stays, whatever matches later.
    try lab.server.directory.write("profiles/best.json", #"{"match":{"uuid":"4c*"},"version":"3"}"#)
    #expect(try lab.boot(query).text.contains("echo Profile tag: booting"))
  }

  @Test func `boots its own disk meanwhile, if that is wanted`() throws {
    let lab = try MachineLab(adjust: { $0.unmatched = .local })
    let script = try lab.boot(MachineLab.query(1, vendor: "00-16-3e"))
    #expect(script.status == 200 && script.text.contains("sanboot"))
    #expect(try lab.state(MachineLab.uuid(1)) == "unknown")
  }

  @Test(arguments: [
    ("uuid=&mac=&serial_hex=&asset_hex=", 400), ("uuid=junk", 400),
    ("hostname=n1&platform=efi", 400),
    ("uuid=00000000-0000-0000-0000-000000000000&mac=00:00:00:00:00:00", 400), ("serial=0", 400),
    ("serial=nobody", 404), ("serial_hex=6e6f626f6479", 404), ("buildarch=i386", 400),
    ("uuid=%FF&mac=%zz", 400), ("uuid=03000200-0400-0500-0006-000700080009&serial=0", 400),
  ])
  func `that says nothing of use is told so, and not recorded`(query: String, status: Int) throws {
    let lab = try MachineLab()
    let answer = try lab.boot(query)
    #expect(answer.status == status && answer.text.split(separator: "\n").count == 1)
    #expect(try lab.records().isEmpty)
  }

  @Test func `is found by its serial alone, and by that never made or installed`() throws {
    let lab = try MachineLab()
    _ = try lab.boot(MachineLab.query(1) + "&serial=CZC%2B1")
    // A plus is a plus. Whoever knows a serial gets no installer for it.
    #expect(try lab.boot("serial=czc+1").text.contains("a serial alone gets no installer"))
    _ = try lab.boot(MachineLab.query(2) + "&serial=CZC%2B1")
    #expect(try lab.boot("serial=czc+1").status == 409)
    #expect(try lab.records().count == 2)
  }

  @Test func `cannot choose its profile by what it says of itself`() throws {
    let lab = try MachineLab()
    let script = try lab.boot(MachineLab.query(1) + "&serial=A&profile=ram&uuid=x&mac=y")
    #expect(script.text.contains("Profile core"))
    #expect(try lab.record("A")["uuid"] as? String == MachineLab.uuid(1))
    // Before any parameter of an identity it is the profile that is asked for.
    #expect(try lab.boot("profile=core&" + MachineLab.query(2)).text.contains("Profile core"))
    #expect(try lab.records().count == 1)
  }

  @Test func `loses only the parameter that is no UTF-8`() throws {
    let lab = try MachineLab()
    #expect(
      try lab.boot(MachineLab.query(1) + "&serial=%FFFFFFC3%FFFFFFA9&asset=tag-1").status == 200)
    let record = try lab.record(MachineLab.uuid(1))
    #expect(record["serial"] is NSNull && record["asset"] as? String == "tag-1")
  }

  @Test func `is not touched by a HEAD, nor by ?profile=`() throws {
    let lab = try MachineLab()
    #expect(try lab.boot(MachineLab.query(1), method: "HEAD").status == 503)
    #expect(try lab.server.get("/?profile=core&" + MachineLab.query(1)).status == 200)
    #expect(try lab.records().isEmpty)
    _ = try lab.boot(MachineLab.query(1, vendor: "00-16-3e"))
    #expect(
      try lab.api("PATCH", "/machines/\(MachineLab.uuid(1))", #"{"profile":"core"}"#).status == 200)
    #expect(try lab.boot(MachineLab.query(1), method: "HEAD").status == 200)
    #expect(try lab.state(MachineLab.uuid(1)) == "configured")
  }

  @Test func `works on / as well, and not elsewhere`() throws {
    let lab = try MachineLab()
    #expect(try lab.server.get("/?" + MachineLab.query(1)).text.contains("Profile core"))
    #expect(try lab.server.get("/other?" + MachineLab.query(1)).status == 404)
    #expect(try lab.server.get("/").text.contains("set coreos-version \n"))
  }

  @Test func `waits while two profiles ask for it with the same right`() throws {
    let lab = try MachineLab([
      "profiles/a.json": #"{"match":{"mac":"52:54:00:00:00:01"}}"#,
      "profiles/b.json": #"{"match":{"mac":"52-54-00-00-00-01"}}"#,
    ])
    let answer = try lab.boot(MachineLab.query(1))
    #expect(answer.status == 503 && answer["retry-after"] == "5")
    #expect(
      lab.server.logHolds("profiles/a.json and profiles/b.json ask for it with the same right"))
    try lab.server.directory.write(
      "profiles/a.json", #"{"match":{"mac":"52:54:00:00:00:01"},"priority":1}"#)
    #expect(try lab.boot(MachineLab.query(1)).text.contains("cloud-config") == false)
    #expect(try lab.record(MachineLab.uuid(1))["profile"] as? String == "a")
  }

  @Test func `never gets a slot twice, however many come at once`() throws {
    let lab = try MachineLab(
      [
        "profiles/three.json": #"{"quantity":3,"priority":1}"#,
        "profiles/five.json": #"{"quantity":5}"#,
      ], profiles: false)
    let answers = Locked<[Int]>([])
    DispatchQueue.concurrentPerform(iterations: 40) { index in
      // Every machine asks twice, at the same time.
      let status = (try? lab.boot(MachineLab.query(index / 2 + 1)))?.status ?? 0
      answers.withLock { $0.append(status) }
    }
    let records = try lab.records()
    func count(_ profile: String) -> Int { records.count { $0["profile"] as? String == profile } }
    #expect(records.count == 20 && count("three") == 3 && count("five") == 5)
    #expect(answers.withLock { $0.count { $0 == 200 } } == 16)
    // A slot that is given back is given again.
    let holder = try #require(
      records.first { $0["profile"] as? String == "three" }?["id"] as? String)
    let waiting = try #require(records.first { $0["profile"] is NSNull }?["id"] as? String)
    #expect(try lab.api("PATCH", "/machines/\(waiting)", #"{"profile":"three"}"#).status == 409)
    #expect(try lab.api("DELETE", "/machines/\(holder)").status == 204)
    #expect(try lab.api("PATCH", "/machines/\(waiting)", #"{"profile":"three"}"#).status == 200)
  }
}
