// BootTests/Check/Ignition: modes, URLs, hashes and units.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Testing
import Text

@Suite("Within an Ignition config, the check")
struct IgnitionValueTests {
  /// `error bad-value` of each finding about a file of `/a`.
  func file(_ members: String, _ version: String = "3.3.0") -> [String] {
    let text =
      "{\"ignition\":{\"version\":\"\(version)\"},\"storage\":{\"files\":[{\"path\":\"/a\",\(members)}]}}"
    return IgnitionCheck.findings(Array(text.utf8), file: "a").map {
      "\($0.severity.rawValue) \($0.rule)"
    }
  }

  @Test(arguments: [0, 256, 292, 384, 416, 420, 436, 448, 488, 493, 511])
  func `takes the modes that are used`(mode: Int) { #expect(file("\"mode\":\(mode)") == []) }

  @Test(arguments: [600, 640, 644, 664, 700, 755, 777, 400, 440, 444, 1777])
  func `knows modes that are octal by mistake`(mode: Int) {
    #expect(file("\"mode\":\(mode)") == ["warning octal-mode"])
    #expect(file("\"mode\":\(mode)", "3.6.0") == ["warning octal-mode"])
  }

  @Test func `knows the bits that came with 3.6.0`() {
    #expect(file("\"mode\":2541") == ["warning bad-value"])
    #expect(file("\"mode\":2541", "3.6.0") == [])
    #expect(file("\"mode\":1023", "3.6.0") == [])
    #expect(file("\"mode\":4755") == ["error bad-value"])
    #expect(file("\"mode\":-1") == ["error bad-value"])
    #expect(file("\"mode\":\"rw\"") == ["error wrong-type"])
    #expect(file("\"mode\":\"0o644\"") == ["error octal-mode"])
    #expect(file("\"mode\":99999999999999999999") == ["error wrong-type"])
  }

  @Test(arguments: [
    "", "http://a", "HTTP://a/b c?%zz", "https://u:p@[::1]:80/", "tftp://a", "s3://a/b", "gs://a/b",
    "data:,", "data:,a%20b", "data:text/plain;charset=a,b", "data:;base64,", "data:;base64,YWI=",
    "data:text/plain;a=\\\"b,c\\\",d", "data:;charset=a;base64,YQ==",
  ])
  func `takes a URL`(url: String) { #expect(file("\"contents\":{\"source\":\"\(url)\"}") == []) }

  @Test(arguments: [
    "/a", "://a", "ftp://a", "oem:///a", "arn:aws:s3:::a/b", "http://a b/", "http://a/%zz",
    "http://a:b/", "http://[::1", "http://a\\n", "data:", "data:a,b", "data:,a b", "data:,%4",
    "data:,ü", "data:;base64,YQ", "data:;base64,Y", "data:;base64,YQ==YQ==", "data:;base64,_w==",
    "data:;x,y", "DATA:,x", "s3://a/b?versionId=",
  ])
  func `refuses a URL`(url: String) {
    #expect(file("\"contents\":{\"source\":\"\(url)\"}") == ["error bad-value"])
  }

  @Test func `shows neither passwords nor data`() {
    for source in ["ftp://u:secret@h/", "data:,secret secret"] {
      let text =
        "{\"ignition\":{\"version\":\"3.3.0\"},\"storage\":{\"files\":[{\"path\":\"/a\",\"contents\":"
        + "{\"source\":\"\(source)\"}}]}}"
      let sentences = ignitionSentences(text)
      #expect(sentences.count == 1 && !sentences.contains { $0.contains("secret") }, "\(sentences)")
    }
  }

  @Test func `knows what came with a version`() {
    let sha256 =
      "\"contents\":{\"source\":\"http://a\",\"verification\":{\"hash\":\"sha256-\(zeros(64))\"}}"
    #expect(file(sha256, "3.0.0") == ["error bad-value"])
    #expect(file(sha256, "3.1.0") == [])
    #expect(file("\"contents\":{\"source\":\"gs://a/b\"}", "3.1.0") == ["error bad-value"])
    #expect(file("\"contents\":{\"source\":\"arn:aws:s3:::a/b\"}", "3.4.0") == [])
    #expect(file("\"contents\":{\"source\":\"arn:aws:s3:::a\"}", "3.4.0") == ["error bad-value"])
  }

  @Test(arguments: [
    ("sha512-\(zeros(128))", []), ("sha512-\(zeros(127))x", ["warning bad-value"]),
    ("sha512-00", ["error bad-value"]), ("md5-\(zeros(32))", ["error bad-value"]),
    ("", ["error bad-value"]), ("x", ["error bad-value"]),
  ])
  func `counts a hash's digits`(hash: String, found: [String]) {
    #expect(
      file("\"contents\":{\"source\":\"http://a\",\"verification\":{\"hash\":\"\(hash)\"}}")
        == found)
  }

  @Test func `wants a source for hashes and headers`() {
    #expect(
      file("\"contents\":{\"verification\":{\"hash\":\"sha512-\(zeros(128))\"}}") == [
        "error bad-value"
      ])
    #expect(
      file(
        "\"contents\":{\"source\":\"data:,a\",\"httpHeaders\":[{\"name\":\"a\",\"value\":\"b\"}]}")
        == ["error bad-value"])
  }

  @Test(arguments: [
    ("", []), ("foo", ["no-install"]), (#"[Unit]\nfoo"#, ["unit-syntax"]),
    (#"[Unit]x\nA=b"#, ["unit-syntax"]), (#"[Unit\nA=b]\n"#, ["no-install"]),
    (#"[Install]\n"#, ["no-install"]), (#"[Install]\nWantedBy=a\n"#, []),
    (#"[Install]\r\nWantedBy=a\r\n"#, []), (#"#[\n;[\n[Install]\nA=b\\\n[c\n"#, []),
    (#"[Unit]\nA=b\\\n[Install]\nC=d"#, ["no-install"]), ("a [b", ["unit-syntax"]),
  ])
  func `reads units as go-systemd does`(contents: String, rules: [String]) {
    let text =
      "{\"ignition\":{\"version\":\"3.3.0\"},\"systemd\":{\"units\":[{\"name\":\"a.service\","
      + "\"enabled\":true,\"contents\":\"\(contents)\"}]}}"
    #expect(IgnitionCheck.findings(Array(text.utf8), file: "a").map(\.rule) == rules)
  }
}

private func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
