// BootServerTests: the clients of other boot servers.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Text

@testable import Boot
@testable import BootServer

/// Mayu's record as Go reads it (CLIENTS.md 1): another type of JSON makes the whole list fail.
enum GoHost {
  static func complaints(_ host: JSON) -> [String] {
    guard case .object(let members) = host else { return ["no object"] }
    return members.filter { !fits($0.name, $0.value) }.map { "\($0.name): \($0.value)" }
  }

  private static func fits(_ name: String, _ value: JSON) -> Bool {
    switch (name, value) {
    case ("Id", .number(let text)): Int(text) != nil
    case ("Cabinet", .number(let text)), ("MachineOnCabinet", .number(let text)): UInt(text) != nil
    case ("Enabled", .bool), ("FleetDisableEngine", .bool), ("KeepDiskData", .bool): true
    case ("MacAddresses", .array(let list)), ("BondInterfaces", .array(let list)),
      ("FleetMetadata", .array(let list)):
      list.allSatisfy { if case .string = $0 { true } else { false } }
    case ("InternalAddr", .string(let text)), ("IPMIAddr", .string(let text)):
      text.isEmpty || IPNetwork(text)?.address != nil
    case ("LastBoot", .string(let text)): (try? Date(text, strategy: .iso8601)) != nil
    case ("Overrides", .object): true
    case ("State", .string(let text)):
      ["unknown", "configured", "installing", "installed", "running"].contains(text)
    case ("Id", _), ("Cabinet", _), ("MachineOnCabinet", _), ("Enabled", _), ("KeepDiskData", _),
      ("FleetDisableEngine", _), ("MacAddresses", _), ("BondInterfaces", _), ("FleetMetadata", _),
      ("InternalAddr", _), ("IPMIAddr", _), ("LastBoot", _), ("Overrides", _), ("State", _):
      false
    case (_, .string): true
    default: false
    }
  }
}

/// Requests as mayuctl sends them (CLIENTS.md 1): a whole record, whatever is set.
@Suite("Mayu's dialect", .waits)
struct MayuDialectTests {
  static func lab() throws -> MachineLab {
    try MachineLab(adjust: { $0.dialects = [.mayu, .stacki] })
  }

  static func put(
    _ lab: MachineLab, _ serial: String, _ verb: String, _ key: String? = nil, body: String? = nil
  ) throws -> Answer {
    let whole =
      body
      ?? "{\(key.map { $0 + "," } ?? "")\"ConnectedNIC\":\"\",\"LastBoot\":\"0001-01-01T00:00:00Z\",\"State\":\"unknown\"}"
    return try put(lab, to: "/admin/host/\(serial)/\(verb)", whole)
  }

  static func put(_ lab: MachineLab, to target: String, _ whole: String) throws -> Answer {
    let client = try lab.server.client()
    try client.send(
      "PUT \(target) HTTP/1.1\r\nHost: h\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: \(whole.utf8.count)\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n\(whole)"
    )
    return try client.answer()
  }

  static func hosts(_ lab: MachineLab) throws -> [[String: Any]] {
    let answer = try lab.server.get("/admin/hosts", fields: ["Accept-Encoding: gzip"])
    #expect(answer.status == 200)
    guard case .array(let hosts) = try JSONReader.read(Array(answer.body)) else {
      Issue.record("no list: \(answer.text)")
      return []
    }
    for host in hosts { #expect(GoHost.complaints(host) == []) }
    return try JSONSerialization.jsonObject(with: answer.body) as? [[String: Any]] ?? []
  }

  /// Row 26: another JSON type than Go's makes the whole list fail, by whatever way it came.
  @Test func `lists no value of a type that Go would not take`() throws {
    let lab = try Self.lab()
    _ = try lab.boot(MachineLab.query(1) + "&serial=S1")
    _ = try Self.put(lab, "S1", "set_cabinet", "\"Cabinet\":12")
    let file = "state/machines/\(MachineLab.uuid(1)).json"
    lab.server.settle()
    let path = lab.server.directory.path + "/" + file
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("\"Cabinet\""))
    for wrong in [
      #""Cabinet": "x""#, #""Cabinet": -1"#, #""Cabinet": 1.5"#, #""ProviderId": 7"#,
      #""IPMIAddr": "none""#, #""IPMIAddr": {}"#, #""Overrides": []"#, #""CoreOSVersion": null"#,
    ] {
      try lab.server.directory.write(
        file, text.replacing(#/"Cabinet"\s*:\s*12/#, with: wrong))
      #expect(try Self.hosts(lab).count == 1, "\(wrong)")
    }
  }

  /// Row 27: Go's client repeats a redirected PUT as a GET, and takes that for success.
  @Test func `redirects nothing`() throws {
    let lab = try Self.lab()
    _ = try lab.boot(MachineLab.query(1) + "&serial=AB12")
    for target in [
      "/admin//host/AB12/set_state", "//admin/host/AB12/set_state", "/admin/host/AB12//set_state",
      "/admin/host/AB12/set_state/",
    ] {
      let answer = try Self.put(lab, to: target, #"{"State":"configured"}"#)
      #expect(answer.status == 202, "\(target) \(answer.status)")
    }
    for target in ["/admin/../host/AB12/set_state", "/admin/host/..", "/admin", "/admin/x"] {
      let answer = try Self.put(lab, to: target, "{}")
      #expect((400...499).contains(answer.status), "\(target) \(answer.status)")
    }
  }

  @Test func `is spoken only where it is wanted`() throws {
    let lab = try MachineLab()
    #expect(try lab.server.get("/admin/hosts").status == 404)
    #expect(try Self.put(lab, "S1", "set_state").status == 405)
    #expect(
      try lab.server.get("/install/sbin/public/setPxeboot.cgi?params={\"action\":\"os\"}").status
        == 404)
  }

  @Test func `lists hosts as mayuctl reads them`() throws {
    let lab = try Self.lab()
    #expect(try lab.server.get("/admin/hosts").text == "[]\n")
    _ = try lab.boot(MachineLab.query(1) + "&serial=0800278e158a-0&hostname=n1")
    _ = try lab.boot(MachineLab.query(2, vendor: "00-16-3e"))
    let hosts = try Self.hosts(lab)
    #expect(hosts.count == 2)
    let host = try #require(hosts.first { $0["Serial"] as? String == "0800278e158a-0" })
    #expect(host["State"] as? String == "installing" && host["Profile"] as? String == "core")
    #expect(
      host["InternalAddr"] as? String == "127.0.0.1"
        && host["LastBoot"] as? String == "0001-01-01T00:00:00Z")
    #expect(
      host["MacAddresses"] as? [String] == ["52:54:00:00:00:01"]
        && host["ConnectedNIC"] as? String == "")
    // A machine without a serial answers to its ID.
    #expect(
      hosts.contains {
        $0["Serial"] as? String == MachineLab.uuid(2) && $0["State"] as? String == "unknown"
      })
  }

  @Test func `sets what a route is about, and nothing else of its body`() throws {
    let lab = try Self.lab()
    _ = try lab.boot(MachineLab.query(1) + "&serial=AB%2F12")
    for (verb, key) in [
      ("set_provider_id", "\"ProviderId\":\"p-77\""),
      ("set_ipmi_addr", "\"IPMIAddr\":\"10.1.4.31\""),
      ("set_cabinet", "\"Cabinet\":12"), ("override", "\"Overrides\":{\"a\":\"1\"}"),
      ("override", "\"Overrides\":{\"b\":\"2\"}"),
      ("set_metadata", "\"FleetMetadata\":[\"role-core=true\",\"zone=a|b\",\"bare\"]"),
      ("set_etcd_cluster_token", "\"EtcdClusterToken\":\"0123456789abcdef0123456789abcdef\""),
    ] {
      // The slash of a serial is not escaped.
      let answer = try Self.put(lab, "ab/12", verb, key)
      #expect(answer.status == 202 && answer.text == "", "\(verb): \(answer.text)")
    }
    let host = try #require(try Self.hosts(lab).first)
    #expect(host["ProviderId"] as? String == "p-77" && host["IPMIAddr"] as? String == "10.1.4.31")
    #expect(
      host["Cabinet"] as? Int == 12
        && host["Overrides"] as? [String: String] == ["a": "1", "b": "2"])
    #expect(host["FleetMetadata"] as? [String] == ["bare=", "role-core=true", "zone=a/b"])
    #expect(host["EtcdClusterToken"] as? String == "0123456789abcdef0123456789abcdef")
    #expect(host["State"] as? String == "installing")
    let record = try lab.record("ab%2F12")
    #expect(
      record["metadata"] as? [String: String] == ["role-core": "true", "zone": "a|b", "bare": ""])
    #expect((record["mayu"] as? [String: Any])?["Cabinet"] as? Int == 12)
    #expect(try Self.put(lab, "ab/12", "set_metadata", "\"FleetMetadata\":[\"\"]").status == 202)
    #expect((try lab.record("ab%2F12")["metadata"] as? [String: String])?.isEmpty == true)
  }

  @Test func `goes through the lifecycle as seed 001 does`() throws {
    let lab = try Self.lab()
    _ = try lab.boot(MachineLab.query(1) + "&serial=0800278e158a-0")
    let serial = "0800278e158a-0"
    // Mayu's installer: curl -X PUT with no body and no type.
    #expect(
      try lab.server.get(
        "/admin/host/\(serial)/set_installed", method: "PUT", fields: ["Content-Length: 0"]
      ).status == 202)
    #expect(try Self.hosts(lab)[0]["State"] as? String == "installed")
    let versions =
      "{\"CoreOSVersion\":\"1068.6.0\",\"DockerVersion\":\"1.10\",\"State\":\"unknown\"}"
    #expect(try Self.put(lab, serial, "boot_complete", body: versions).status == 202)
    #expect(try Self.put(lab, serial, "boot_complete").status == 202)
    var host = try #require(try Self.hosts(lab).first)
    #expect(host["State"] as? String == "running" && host["CoreOSVersion"] as? String == "1068.6.0")
    #expect(host["LastBoot"] as? String != "0001-01-01T00:00:00Z")
    #expect(try lab.boot(MachineLab.query(1)).text.contains("sanboot"))
    // mayuctl set SERIAL state configured, and the next boot installs.
    #expect(
      try Self.put(lab, serial, "set_state", body: "{\"State\":\"configured\"}").status == 202)
    #expect(try lab.boot(MachineLab.query(1)).text.contains("flatcar_production_pxe"))
    host = try #require(try Self.hosts(lab).first)
    #expect(host["State"] as? String == "installing")
  }

  @Test(arguments: [
    ("nobody", "set_state", "{\"State\":\"configured\"}", 400, "host doesn't exist\n"),
    ("S1", "set_state", "{", 400, nil), ("S1", "set_state", "{\"State\":\"up\"}", 400, nil),
    ("S1", "set_state", "{\"State\":\"running\"}", 409, nil),
    ("S1", "override", "{}", 400, "nothing to override\n"),
    ("S1", "set_ipmi_addr", "{}", 400, nil), ("S1", "set_other", "{}", 404, nil),
    ("S1", "set_metadata", "{\"FleetMetadata\":\"x\"}", 400, nil),
    ("S1", "boot_complete", "{}", 409, nil),
  ])
  func `refuses what mayuctl shows as an invalid status`(
    serial: String, verb: String, body: String, status: Int, line: String?
  ) throws {
    let lab = try Self.lab()
    _ = try lab.boot(MachineLab.query(1) + "&serial=S1")
    let answer = try Self.put(lab, serial, verb, body: body)
    #expect(answer.status == status, "\(answer.text)")
    if let line { #expect(answer.text == line) }
    #expect(try lab.state("S1") == "installing")
  }
}

@Suite("Stacki's dialect")
struct StackiDialectTests {
  static let path = "/install/sbin/public/setPxeboot.cgi?params="

  @Test(arguments: [#"{"action":"os"}"#, "%7B%22action%22%3A%22os%22%7D", #"\{"action":"os"\}"#])
  func `takes an installer's word for its own machine`(params: String) throws {
    let lab = try MayuDialectTests.lab()
    _ = try lab.boot(MachineLab.query(1))
    let answer = try lab.server.get(Self.path + params)
    #expect(
      answer.status == 200 && answer.body.isEmpty
        && answer["content-type"] == "application/octet-stream")
    #expect(try lab.state(MachineLab.uuid(1)) == "installed")
    #expect(
      try lab.api("PATCH", "/machines/\(MachineLab.uuid(1))", #"{"state":"configured"}"#).status
        == 200)
    #expect(try lab.boot(MachineLab.query(1)).text.contains("vmlinuz"))
  }

  @Test(.needs(.curl))
  func `is called as seed 003 calls it`() throws {
    let lab = try MayuDialectTests.lab()
    _ = try lab.boot(MachineLab.query(1))
    let result = try Program.run(
      Tool.curl.path,
      [
        "-s", "-k", "-o", "/dev/null", "-w", "%{http_code}",
        "http://127.0.0.1:\(lab.server.port)\(Self.path)" + #"\{"action":"os"\}"#,
      ])
    #expect(result.output == "200")
    #expect(try lab.state(MachineLab.uuid(1)) == "installed")
  }

  @Test func `does nothing for HEAD, other actions, or an address that several machines have`()
    throws
  {
    let lab = try MayuDialectTests.lab()
    _ = try lab.boot(MachineLab.query(1))
    #expect(try lab.server.get(Self.path + #"{"action":"os"}"#, method: "HEAD").status == 200)
    for params in [#"{"action":"install"}"#, "{}", "x", ""] {
      #expect(try lab.server.get(Self.path + params).status == 200)
    }
    _ = try lab.boot(MachineLab.query(2))
    #expect(try lab.server.get(Self.path + #"{"action":"os"}"#).status == 200)
    #expect(lab.server.logHolds("2 machines have the address 127.0.0.1"))
    #expect(try lab.state(MachineLab.uuid(1)) == "installing")
  }
}

/// What coreos-install and flatcar-install ask for (CLIENTS.md 3).
@Suite("An installer's tree")
struct InstallerTreeTests {
  @Test(arguments: [("amd64-usr", "coreos", "COREOS"), ("flatcar/amd64-usr", "flatcar", "FLATCAR")])
  func `is served with its current version`(tree: String, os: String, name: String) throws {
    let lab = try MachineLab(
      [
        "images/\(tree)/1122.2.0/\(os)_production_image.bin.bz2": "image",
        "images/\(tree)/1122.2.0/\(os)_production_image.bin.bz2.sig": "signature",
        "images/\(tree)/1122.2.0/version.txt": "\(name)_VERSION=1122.2.0\n",
      ],
      prepare: { try $0.link("images/\(tree)/current", to: "1122.2.0") })
    let wget = [
      "User-Agent: Wget/1.21.3", "Accept: */*", "Accept-Encoding: identity",
      "Connection: Keep-Alive",
    ]
    let base = "/images/\(tree)"
    #expect(
      try lab.server.get("\(base)/current/version.txt", fields: wget).text
        == "\(name)_VERSION=1122.2.0\n")
    for version in ["1122.2.0", "current"] {
      let image = "\(base)/\(version)/\(os)_production_image.bin.bz2"
      for (path, length) in [(image, "5"), (image + ".sig", "9")] {
        let head = try lab.server.get(path, method: "HEAD", fields: wget)
        #expect(head.status == 200 && head["content-length"] == length)
      }
      let rest = try lab.server.get(image, fields: wget + ["Range: bytes=2-"])
      #expect(rest.status == 206 && rest.text == "age" && rest["content-range"] == "bytes 2-4/5")
    }
  }
}
