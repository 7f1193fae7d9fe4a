// BootServerTests: the URL table.
// SPDX-License-Identifier: Apache-2.0

import BootServer
import Foundation
import TestSupport
import Testing
import Text

@Suite("The server", .waits)
struct EndpointTests {
  static let files = [
    "profiles/dev.json": #"{"version":"1","cloud_config":"dev"}"#,
    "profiles/a b+c&d=e?f#g%h;i,j'~.json": #"{"version":"odd"}"#,
    "profiles/rack1/node.json": #"{"version":"nested"}"#,
    "configs/dev.yml": "#cloud-config\n", "configs/node.ign": "{}",
    "sshkeys/two\nlines.pub": "x", "sshkeys/quote.pub": "ssh-rsa \"A\\B\"\nssh-rsa C",
    "images/k": "kernel", "profiles/fresh.json": #"{"os":"flatcar","version":"2"}"#,
  ]

  @Test(arguments: [
    "/?profile=dev", "/boot.ipxe?profile=dev", "/autoexec.ipxe?profile=dev",
    "/any/path?profile=dev",
    "/sshkeys/x?profile=dev", "/?x=1&profile=dev&profile=no", "http://test/?profile=dev",
    "http://test?profile=dev",
  ])
  func `answers a script under all its names`(target: String) throws {
    let server = try TestServer(Self.files)
    let answer = try server.get(target)
    #expect(answer.status == 200)
    #expect(answer.text.hasPrefix("#!ipxe\nset coreos-version 1\n"))
    #expect(answer["content-type"] == "text/plain; charset=utf-8")
  }

  @Test func `finds a name with every odd character`() throws {
    let server = try TestServer(Self.files)
    let odd = "a%20b%2Bc%26d%3De%3Ff%23g%25h%3Bi%2Cj%27~"
    #expect(try server.get("/?profile=\(odd)").text.contains("coreos-version odd\n"))
    // As old ROMs send it: what may stay raw does.
    #expect(
      try server.get("/?profile=a+b%2Bc%26d=e?f#g%25h;i,j'~").text.contains("coreos-version odd\n"))
    #expect(try server.get("/?profile=rack1/node").text.contains("coreos-version nested\n"))
    #expect(try server.get("/?profile=rack1%2Fnode").text.contains("coreos-version nested\n"))
  }

  @Test(arguments: [
    ("GET", "/nothing", 404), ("GET", "/?profile=none", 404),
    ("GET", "/?profile=../profiles/dev", 404),
    ("GET", "/?profile=..%2fprofiles%2fdev", 404), ("GET", "/?profile=a%00b", 404),
    ("GET", "/?profile=%FFFFFFC3%FFFFFFA9", 404), ("GET", "/?profile=/dev", 404),
    ("GET", "/?profile=" + String(repeating: "x", count: 5000), 404), ("GET", "/%zz", 400),
    ("GET", "/keys?name=none", 404), ("GET", "/keys?name=../profiles/dev", 404),
    ("GET", "/sshkeys/dev.pub", 404), ("GET", "/sshkeys/", 404), ("GET", "/keys/", 404),
    ("GET", "/healthz", 200), ("HEAD", "/healthz", 200), ("GET", "/configs/none", 404),
    ("GET", "/configs/a%00b", 404), ("POST", "/keys", 405), ("POST", "/healthz", 405),
    ("POST", "/configs/dev.yml", 405), ("POST", "/nothing", 405), ("PUT", "/", 405),
    ("DELETE", "/?profile=dev", 405), ("TRACE", "/", 405),
    ("BREW", "/", 501), ("GET", "/configs/..%2f..%2fetc/passwd", 301),
  ])
  func `has a status for it`(method: String, target: String, status: Int) throws {
    let server = try TestServer(Self.files)
    let answer = try server.get(target, method: method)
    #expect(answer.status == status)
    if status >= 400 && method != "HEAD" {
      #expect(answer.text.hasSuffix("\n") && answer.text.filter { $0 == "\n" }.count == 1)
      #expect(!answer.text.contains(server.directory.path))
    }
    if status == 405 {
      let isScript = target.hasPrefix("/?") || target == "/"
      #expect(answer["allow"] == (isScript ? "GET, HEAD, POST" : "GET, HEAD"))
    }
    // The server is still there.
    #expect(try server.get("/healthz").text == "ok\n")
  }

  /// Row 24: HAProxy's `option httpchk` takes anything but 2xx and 3xx for a server that is down.
  @Test(arguments: [
    ("/", "GET, HEAD, POST, OPTIONS"), ("*", "GET, HEAD, OPTIONS"),
    ("/configs/none", "GET, HEAD, OPTIONS"), ("/machines/x/installed", "POST, OPTIONS"),
  ])
  func `says to OPTIONS which methods there are`(target: String, allow: String) throws {
    let server = try TestServer(Self.files)
    let answer = try server.get(target, method: "OPTIONS")
    #expect(answer.status == 204 && answer["allow"] == allow)
    let client = try server.client()
    try client.send("OPTIONS / HTTP/1.0\r\n\r\n")
    #expect(try client.answer().status == 204)
  }

  /// Row 22: shim and UEFI firmware join a folder and a name by two slashes, and follow no redirect.
  @Test(arguments: ["GET", "HEAD"])
  func `serves a path with two slashes as the clean one`(method: String) throws {
    let server = try TestServer(Self.files)
    for target in ["/images//k", "//images/k", "/images%2F%2Fk", "//?profile=dev", "///healthz"] {
      #expect(try server.get(target, method: method).status == 200, "\(target)")
    }
    // As the original has it.
    for target in ["/images", "//images", "/images/./k", "/images/x/../k"] {
      #expect(try server.get(target, method: method).status == 301, "\(target)")
    }
  }

  @Test func `asks an iPXE that looks for its autoexec script who it is`() throws {
    let server = try TestServer(
      Self.files.merging(["images/own/autoexec.ipxe": "#!ipxe\n"]) { $1 })
    let identity = try server.get("/boot.ipxe").text
    for target in [
      "/images/x/autoexec.ipxe", "/images/autoexec.ipxe", "/configs/autoexec.ipxe",
      "/any/where/autoexec.ipxe", "/images//autoexec.ipxe",
    ] {
      let answer = try server.get(target)
      #expect(answer.status == 200 && answer.text == identity, "\(target)")
    }
    #expect(
      try server.get("/images/autoexec.ipxe?profile=dev").text.contains("coreos-version 1\n"))
    #expect(try server.get("/images/own/autoexec.ipxe").text == "#!ipxe\n")
  }

  @Test func `writes a listing's links as the original did`() throws {
    let server = try TestServer(["configs/a&b.yml": "", "configs/c'd\"<e>.yml": ""])
    let page = try server.get("/configs/").text
    #expect(page.contains("<a href=\"a&b.yml\">a&amp;b.yml</a>\n"))
    #expect(
      page.contains("<a href=\"c%27d%22%3Ce%3E.yml\">c&#39;d&#34;&lt;e&gt;.yml</a>\n"))
  }

  /// Row 20: the boundary of several ranges has one length.
  @Test func `says GET's length to HEAD, of several ranges too`() throws {
    let server = try TestServer(Self.files)
    let client = try server.client()
    let get = try client.get("/images/k", fields: ["Range: bytes=0-1,4-5"])
    #expect(get.status == 206 && get["content-length"] == "\(get.body.count)")
    for _ in 0..<300 {
      let head = try client.get("/images/k", method: "HEAD", fields: ["Range: bytes=0-1,4-5"])
      #expect(head["content-length"] == get["content-length"])
    }
  }

  @Test func `answers HEAD exactly as GET, without the body`() throws {
    let server = try TestServer(Self.files)
    let client = try server.client()
    for target in [
      "/?profile=dev", "/configs/dev.yml", "/configs/", "/nothing", "/configs", "/keys?name=quote",
    ] {
      let get = try client.get(target)
      let head = try client.get(target, method: "HEAD")
      #expect(head.statusLine == get.statusLine)
      let fields = { (answer: Answer) in
        answer.fields.filter { $0.name != "date" }.map { "\($0.name): \($0.value)" }
      }
      #expect(fields(head) == fields(get))
      #expect(head["content-length"] == "\(get.body.count)")
    }
  }

  @Test func `reads the form of a POST to its end and ignores it`() throws {
    let server = try TestServer(Self.files)
    let client = try server.client()
    try client.send(
      "POST /?profile=dev HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nprofile=not"
        + "POST /?profile=dev HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "b\r\nprofile=not\r\n0\r\n\r\n")
    for _ in 0..<2 { #expect(try client.answer().text.contains("coreos-version 1\n")) }
  }

  @Test func `answers a key as valid JSON, whatever it holds`() throws {
    let server = try TestServer(Self.files)
    let text = try server.get("/keys?name=quote").text
    #expect(text.hasPrefix("[{\"key\": \"") && !text.hasSuffix("\n"))
    let keys = try JSONDecoder().decode([[String: String]].self, from: Data(text.utf8))
    #expect(keys == [["key": "ssh-rsa \"A\\B\"\nssh-rsa C"]])
    let empty = try server.get("/keys")
    #expect(empty.status == 200 && empty["content-length"] == "0" && empty["content-type"] == nil)
  }

  @Test func `names Ignition configs as what they are`() throws {
    let server = try TestServer(Self.files)
    #expect(
      try server.get("/configs/node.ign")["content-type"] == "application/vnd.coreos.ignition+json")
  }

  @Test func `uses the address the connection came in on when there is no Host`() throws {
    let server = try TestServer(Self.files)
    for head in [
      "GET /?profile=dev HTTP/1.0\r\n\r\n", "GET /?profile=dev HTTP/1.1\r\nHost:\r\n\r\n",
    ] {
      let client = try server.client()
      try client.send(head)
      let text = try client.answer().text
      #expect(text.contains("set base-url http://127.0.0.1:\(server.port)/images/"), "\(text)")
    }
  }

  @Test(arguments: [
    "boot.example:80/ipxe", "http://boot.example:80/ipxe", "boot.example:80/ipxe/",
    "http://boot.example:80/ipxe/",
  ])
  func `takes the base URL it is told`(base: String) throws {
    let server = try TestServer(Self.files, base: base)
    let old = try server.get("/?profile=dev").text
    #expect(old.contains("set base-url http://boot.example:80/ipxe/images/amd64-usr/"))
    #expect(old.contains("cloud-config-url=http://boot.example:80/ipxe/configs/dev.yml"))
    let new = try server.get("/?profile=fresh").text
    #expect(new.contains("set base-url http://boot.example:80/ipxe/images/flatcar/"))
  }

  @Test func `writes URLs of the proxy in front that speaks https`() throws {
    let server = try TestServer(Self.files, base: "https://boot.example/ipxe/")
    for profile in ["dev", "fresh"] {
      let text = try server.get("/?profile=\(profile)").text
      #expect(text.contains("set base-url https://boot.example/ipxe/images/"))
    }
    let entry = try server.get("/boot.ipxe").text
    #expect(entry.contains(" https://boot.example/ipxe/boot.ipxe?say=1&uuid="))
  }

  @Test func `writes URLs of a host that is reached by one card`() throws {
    let server = try TestServer(Self.files)
    let text = try server.get("/?profile=dev", host: "[fe80::1%25net0]:4777").text
    #expect(text.contains("set base-url http://[fe80::1%25net0]:4777/images/"))
  }
}

@Suite("The shipped data directory")
struct ShippedDataTests {
  static let profiles = ["development", "a-coreos", "b-coreos", "c-coreos", "vultr"]

  @Test(arguments: profiles)
  func `boots every profile, none of which writes to a disk or logs anyone in`(name: String) throws
  {
    let server = try TestServer(adjust: { $0.dataDirectory = Repository.root })
    let answer = try server.get("/?profile=\(name)")
    #expect(answer.status == 200)
    #expect(!answer.text.contains("autologin") && !answer.text.contains("core-os.net"))
    let config =
      answer.text.split(separator: "cloud-config-url=http://test").last?
      .split(separator: " ").first.map(String.init) ?? ""
    let text = try server.get(config).text
    #expect(text.hasPrefix("#cloud-config\n"), "\(config)")
    for word in ["/dev/sd", "/dev/vd", "wipefs", "mkfs", "parted", "coreos-install"] {
      #expect(!text.contains(word))
    }
  }

  @Test func `warns while a profile uses the placeholder key`() throws {
    let server = try TestServer(adjust: { $0.dataDirectory = Repository.root })
    _ = try server.get("/?profile=development")
    #expect(server.logHolds("level=warning event=script profile=development warning="))
  }
}
