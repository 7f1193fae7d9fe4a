// BootServerTests: answer files and seeds.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("A NoCloud seed")
struct SeedTests {
  static let files = [
    "profiles/live.json":
      #"{"os":"livenet","version":"1","answers":"live","match":{"mac":"52:54:00:*"},"metadata":{"room":"r1"}}"#,
    "profiles/plain.json": #"{"os":"livenet","version":"1","answers":"plain"}"#,
    "configs/live/user-data.tmpl":
      "#cloud-config\nid: {{machine.id}}\nroom: {{metadata.room}}\nurl: {{answers.url}}\n"
      + "images: {{images.url}}\nprofile: {{profile.name}}\n",
    "configs/live/extra.sh": "#!/bin/sh\n", "configs/plain/user-data": "#cloud-config\n",
    "configs/plain/.secret": "x", "configs/plain/meta-data": "instance-id: own\n",
    "images/livenet/x86_64/1/r.squashfs": "",
  ]

  static func lab() throws -> MachineLab { try MachineLab(files, profiles: false) }

  /// The seed's URL, as below the server.
  static func seed(_ script: Answer) throws -> String {
    let match = try #/ds=nocloud;s=http://test(\S*)/#.firstMatch(in: script.text)
    return try #require(match.map { String($0.1) })
  }

  @Test func `is a machine's own, with all four files`() throws {
    let lab = try Self.lab()
    let seed = try Self.seed(try lab.boot(MachineLab.query(1)))
    #expect(seed.hasPrefix("/seed/m/\(MachineLab.uuid(1))/") && seed.hasSuffix("/"))
    let user = try lab.server.get(seed + "user-data")
    #expect(user.status == 200)
    #expect(
      user.text == """
        #cloud-config
        id: "\(MachineLab.uuid(1))"
        room: r1
        url: http://test\(seed)
        images: http://test/images/livenet/x86_64/1
        profile: live

        """)
    let meta = try lab.server.get(seed + "meta-data")
    #expect(meta.text == "instance-id: \(MachineLab.uuid(1))-1\n")
    for name in ["vendor-data", "network-config"] {
      let answer = try lab.server.get(seed + name)
      #expect(answer.status == 200 && answer.text.isEmpty)
      #expect(answer["cache-control"] == "no-store")
    }
    #expect(try lab.server.get(seed + "extra.sh").text == "#!/bin/sh\n")
    #expect(try lab.server.get(seed + "none").status == 404)
  }

  @Test func `changes its instance with each installation, and only then`() throws {
    let lab = try Self.lab()
    func instance() throws -> String {
      let seed = try Self.seed(try lab.boot(MachineLab.query(1)))
      return try lab.server.get(seed + "meta-data").text
    }
    let first = try instance()
    #expect(try instance() == first)
    let id = MachineLab.uuid(1)
    #expect(try lab.api("PATCH", "/machines/\(id)", #"{"state":"running"}"#).status == 200)
    #expect(try instance() == first)
    #expect(
      try lab.api("PATCH", "/machines/\(id)", #"{"state":"configured","hostname":"db1"}"#).status
        == 200)
    #expect(try instance() == "instance-id: \(id)-2\nlocal-hostname: \"db1\"\n")
    // A machine's own metadata wins.
    #expect(try lab.api("PATCH", "/machines/\(id)", #"{"metadata":{"room":"r9"}}"#).status == 200)
    let seed = try Self.seed(try lab.boot(MachineLab.query(1)))
    #expect(try lab.server.get(seed + "user-data").text.contains("room: r9\n"))
  }

  @Test func `needs the present token, which no log shows`() throws {
    let lab = try Self.lab()
    let seed = try Self.seed(try lab.boot(MachineLab.query(1)))
    let token = String(seed.split(separator: "/")[3])
    #expect(token.count == 32)
    #expect(try lab.server.get(seed + "meta-data").status == 200)
    #expect(try lab.server.get("//seed/m/x/\(token)/y").status == 403)
    #expect(try lab.server.get("/%73eed/m/x/\(token)/y").status == 403)
    let other = seed.replacing(token, with: String(repeating: "0", count: 32))
    #expect(try lab.server.get(other + "user-data").status == 403)
    #expect(lab.server.logHolds("path=/seed/m/\(MachineLab.uuid(1))/***/meta-data"))
    #expect(!lab.server.log.contains(token), "\(lab.server.log)")
  }

  @Test func `is a profile's where no machine is needed`() throws {
    let lab = try Self.lab()
    let script = try lab.server.get("/?profile=plain")
    #expect(script.text.contains(" ds=nocloud;s=http://test/seed/p/plain/ "))
    #expect(try lab.server.get("/seed/p/plain/user-data").text == "#cloud-config\n")
    #expect(try lab.server.get("/seed/p/plain/meta-data").text == "instance-id: own\n")
    #expect(try lab.server.get("/seed/p/plain/vendor-data").status == 200)
    for name in [".secret", "user-data.tmpl", "..%2fuser-data", "", "a/b"] {
      #expect(try lab.server.get("/seed/p/plain/\(name)").status == 404, "\(name)")
    }
    let broken = try lab.server.get("/seed/p/live/user-data")
    #expect(broken.status == 500 && broken.text.contains("?profile= names none"))
    let meta = try lab.server.get("/seed/p/live/meta-data")
    #expect(meta.text.hasPrefix("instance-id: \"profile-"))
  }

  @Test func `holds the machine while its folder is not whole`() throws {
    let lab = try Self.lab()
    let user = lab.server.directory.path + "/configs/live/user-data.tmpl"
    let text = try String(contentsOfFile: user, encoding: .utf8)
    let seed = try Self.seed(try lab.boot(MachineLab.query(1)))
    try FileManager.default.removeItem(atPath: user)
    let held = try lab.boot(MachineLab.query(1))
    #expect(held.status == 503 && held.text.contains("configs/live/, which has no user-data"))
    #expect(try lab.server.get(seed + "user-data").status == 503)
    try text.write(toFile: user, atomically: true, encoding: .utf8)
    #expect(try lab.boot(MachineLab.query(1)).status == 200)
  }
}

@Suite("Answers")
struct AnswerTests {
  static let files = [
    "profiles/deb.json":
      #"{"os":"debian","version":"12","match":{"mac":"52:54:00:*"},"metadata":{"a":"x"},"install":{"answers":"deb.cfg","args":["hostname={{machine.hostname}}","desc={{metadata.desc}}"]}}"#,
    "configs/deb.cfg.tmpl":
      "d-i netcfg/get_hostname string {{machine.hostname}}\nd-i x/y string {{metadata.a}}\n",
    "profiles/pve.json": #"{"os":"proxmox","version":"9","answers":"pve.toml"}"#,
    "configs/pve.toml.tmpl": "[global]\nfqdn = \"{{machine.hostname}}\"\n",
    "images/proxmox/amd64/9/pve.iso": "", "token": "secret-word\n",
    "profiles/own.json": #"{"script":"own","metadata":{"n":"7"}}"#,
    "configs/own.ipxe.tmpl": "#!ipxe\necho {{metadata.n}} {{profile.name}}\n",
  ]

  static func lab() throws -> MachineLab {
    try MachineLab(files, profiles: false) { configuration in
      configuration.answerTokenFile = configuration.dataDirectory + "/token"
    }
  }

  @Test func `are rendered for the machine, by GET and by POST`() throws {
    let lab = try Self.lab()
    let script = try lab.boot(MachineLab.query(1) + "&hostname=node1")
    #expect(script.status == 200)
    #expect(script.text.contains(" hostname=node1 || goto failed\n"), "\(script.text)")
    let match = try #/ url=http://test(\S*\?machine=\S*) /#.firstMatch(in: script.text)
    let url = try #require(match.map { String($0.1) })
    #expect(url.hasPrefix("/configs/deb.cfg?machine="))
    let answers = try lab.server.get(url)
    #expect(answers.text == "d-i netcfg/get_hostname string node1\nd-i x/y string x\n")
    #expect(try lab.server.get(url, method: "POST").text == answers.text)
    #expect(try lab.server.get("/configs/deb.cfg").status == 403)
    let query = url.drop { $0 != "?" }
    #expect(try lab.server.get("/configs/gone.cfg\(query)").status == 503)
    #expect(try lab.server.get("/configs/gone.cfg?machine=x&token=y").status == 404)
    let gone = try lab.server.get("/configs/gone.cfg?profile=deb")
    #expect(
      gone.status == 500
        && gone.text == "there is no configs/gone.cfg and no configs/gone.cfg.tmpl any more\n")
    #expect(try lab.server.get("/configs/deb.cfg", method: "POST").status == 405)
  }

  @Test func `hold a machine whose value fits nowhere, before anything is written down`() throws {
    let lab = try Self.lab()
    let id = MachineLab.mac(1)
    let body = #"{"profile":"deb","metadata":{"desc":"a \" b"}}"#
    #expect(try lab.api("PUT", "/machines/\(id)", body).status == 201)
    let held = try lab.boot(MachineLab.query(1))
    #expect(
      held.status == 503
        && held.text.contains("profiles/deb.json: \"args\" would hold a double quote"))
    #expect(!held.text.contains("a \" b"))
    #expect(lab.server.logHolds(#"a \" b"#))
    #expect(try lab.state(id) == "configured")
    let mended = #"{"metadata":{"desc":"rack one"}}"#
    #expect(try lab.api("PATCH", "/machines/\(id)", mended).status == 200)
    let script = try lab.boot(MachineLab.query(1))
    #expect(script.text.contains(" desc=\"rack one\" || goto failed\n"), "\(script.text)")
  }

  @Test func `hold a machine while their template is larger than any is`() throws {
    let lab = try Self.lab()
    let first = try lab.boot(MachineLab.query(1))
    let huge = String(repeating: "d-i x/y string {{metadata.a}}\n", count: 700_000)
    try lab.server.directory.write("configs/deb.cfg.tmpl", huge)
    let script = try lab.boot(MachineLab.query(2))
    #expect(
      script.status == 503
        && script.text == "this machine is held: configs/deb.cfg.tmpl is larger than 4 MB\n")
    // One that has its script by now asks for the answers all the same.
    let url = try #require(
      try #/ url=http://test(\S*\?machine=\S*) /#.firstMatch(in: first.text).map { String($0.1) })
    let answers = try lab.server.get(url)
    #expect(answers.status == 503)
    #expect(answers.text == "configs/deb.cfg.tmpl is larger than 4 MB\n")
    let refused = try lab.server.get("/configs/deb.cfg?profile=deb")
    #expect(refused.status == 500 && refused.text == answers.text)
  }

  @Test func `go to an installer that says what it runs on`() throws {
    let lab = try Self.lab()
    let id = MachineLab.mac(1)
    #expect(
      try lab.api("PUT", "/machines/\(id)", #"{"profile":"pve","hostname":"pve1.example.org"}"#)
        .status
        == 201)
    func post(_ profile: String, _ body: String, token: String? = "secret-word") throws -> Answer {
      let fields = token.map { ["Authorization: Bearer \($0)"] } ?? []
      let client = try lab.server.client()
      try client.send(
        (["POST /answers/\(profile) HTTP/1.1", "Host: test", "Content-Length: \(body.utf8.count)"]
          + fields).joined(separator: "\r\n") + "\r\n\r\n" + body)
      return try client.answer(hasBody: true)
    }
    let mac = id.replacing("-", with: ":").uppercased()
    let body =
      #"{"dmi":{"system":{"uuid":"\#(MachineLab.uuid(1))"}},"network_interfaces":[{"link":"eth0","mac":"\#(mac)"}]}"#
    let answer = try post("pve", body)
    #expect(
      answer.status == 200 && answer.text == "[global]\nfqdn = \"pve1.example.org\"\n",
      "\(answer.text)")
    #expect(answer["cache-control"] == "no-store")
    #expect(try post("pve", body, token: nil).status == 403)
    #expect(try post("pve", body, token: "wrong").status == 403)
    #expect(try post("deb", body).status == 403)
    #expect(try post("pve", "{}").status == 403)
    #expect(try post("pve", "{").status == 400)
    #expect(try lab.state(id) == "configured")
    #expect(try lab.records().count == 1)
  }

  @Test func `need no machine where a template needs none`() throws {
    let lab = try Self.lab()
    #expect(try lab.server.get("/?profile=own").text == "#!ipxe\necho 7 own\n")
    let refused = try lab.server.get("/?profile=pve")
    #expect(refused.status == 500 && refused.text.contains("chain the machine to /boot.ipxe"))
  }
}

@Suite("A machine that is never installed")
struct TryTests {
  @Test func `is held after five tries, until a person says otherwise`() throws {
    let lab = try MachineLab(adjust: { $0.tries.sameSeconds = 0 })
    for _ in 1...5 { #expect(try lab.boot(MachineLab.query(1)).status == 200) }
    let held = try lab.boot(MachineLab.query(1))
    #expect(held.status == 503 && held.text.contains("state=configured"), "\(held.text)")
    #expect(lab.server.logHolds("by=failed-tries"))
    let id = MachineLab.uuid(1)
    let record = try lab.record(id)
    #expect(record["state"] as? String == "installing" && record["failedTries"] as? Int == 5)
    #expect((record["held"] as? [String: Any])?["reason"] as? String == "failed-tries")
    #expect(try lab.api("PATCH", "/machines/\(id)", #"{"state":"configured"}"#).status == 200)
    #expect(try lab.boot(MachineLab.query(1)).status == 200)
  }

  @Test func `may ask five times within a minute`() throws {
    let lab = try MachineLab()
    for _ in 1...9 { #expect(try lab.boot(MachineLab.query(1)).status == 200) }
    #expect(try lab.record(MachineLab.uuid(1))["failedTries"] as? Int == 1)
  }

  @Test func `reports late all the same`() throws {
    let lab = try MachineLab(adjust: {
      $0.tries.sameSeconds = 0
      $0.tries.limit = 1
    })
    let script = try lab.boot(MachineLab.query(1))
    let config = try #require(MachineLab.config(script))
    #expect(try lab.boot(MachineLab.query(1)).status == 503)
    let report = try lab.reportURL("installed", in: config)
    #expect(try lab.server.get(report, method: "POST").status == 204)
    #expect(try lab.boot(MachineLab.query(1)).text.contains("boots its own disk"))
  }

  @Test func `is installed for ever where that is wanted`() throws {
    let lab = try MachineLab(adjust: {
      $0.tries.sameSeconds = 0
      $0.tries.limit = 0
    })
    for _ in 1...8 { #expect(try lab.boot(MachineLab.query(1)).status == 200) }
  }
}
