// BootTests/Check/Ignition: each rule, and where its fault stands.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Testing
import Text

/// `error 1:20 wrong-type` of each finding.
func ignitionRules(_ text: String, major: Int? = nil) -> [String] {
  IgnitionCheck.findings(Array(text.utf8), file: "a.ign", major: major).map {
    let place = $0.place.map { "\($0.line):\($0.column)" } ?? "-"
    return "\($0.severity.rawValue) \(place) \($0.rule)"
  }
}

/// The sentences of a config's findings.
func ignitionSentences(_ text: String) -> [String] {
  IgnitionCheck.findings(Array(text.utf8), file: "a.ign").map(\.sentence)
}

@Suite("The check of Ignition configs")
struct IgnitionRuleTests {
  @Test(arguments: [
    ("", "error - not-ignition"), (" \n", "error 1:1 not-ignition"),
    ("#cloud-config\na: b\n", "error 1:1 not-ignition"), ("#!/bin/sh\n", "error 1:1 not-ignition"),
    ("# x\nvariant: fcos\nversion: 1.5.0\n", "error 1:1 not-ignition"),
    ("{\"ü\": x}", "error 1:7 json"), ("{\"ignition\":{},}", "error 1:16 json"),
    ("\u{feff}{}", "error 1:1 json"), ("[]", "error 1:1 wrong-type"),
    ("null", "error 1:1 wrong-type"), ("{}", "error 1:1 version"),
    ("{\"ignition\": {}}", "error 1:14 version"), ("{\"ignition\": null}", "error 1:14 version"),
    ("{\"ignition\": 3}", "error 1:14 wrong-type"),
    ("{\"ignition\": {\"version\": 3}}", "error 1:26 wrong-type"),
    ("{\"ignition\": {\"version\": null}}", "error 1:14 version"),
    ("{\"ignition\": {\"version\": \"v3.4.0\"}}", "error 1:26 version"),
    ("{\"ignition\": {\"version\": \"3.4\"}}", "error 1:26 version"),
    ("{\"ignition\": {\"version\": \"3.4.1\"}}", "error 1:26 version"),
    ("{\"ignition\": {\"version\": \"3.4.0-experimental\"}}", "error 1:26 version"),
    ("{\"ignition\": {\"version\": \"3.7.0-experimental\"}}", "note 1:1 not-checked"),
    ("{\"ignition\": {\"version\": \"4.0.0\"}}", "error 1:26 version"),
  ])
  func `looks at the whole and the version first`(text: String, rule: String) {
    #expect(ignitionRules(text) == [rule])
  }

  @Test(arguments: ["2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0"] + (0...6).map { "3.\($0).0" })
  func `knows all stable versions`(version: String) {
    #expect(ignitionRules("{\"ignition\":{\"version\":\"\(version)\"}}") == [])
  }

  @Test func `takes what the machine's Ignition reads`() {
    let two = "{\"ignition\":{\"version\":\"2.3.0\"}}"
    let one = "{\"ignitionVersion\":1}"
    #expect(ignitionRules(two, major: 3) == ["error 1:24 version"])
    #expect(ignitionRules(two, major: 2) == [])
    #expect(ignitionRules(one) == ["warning 1:2 version", "note 1:2 not-checked"])
    #expect(ignitionRules(one, major: 3) == ["error 1:20 version"])
  }

  /// A `^` stands in front of the faulty character, and is not part of the text.
  @Test(arguments: [
    (#""storage":{^"fils":[]}"#, "warning unknown-key"),
    (#"^"Storage":{}"#, "warning unknown-key"),
    (#""storage":{"luks":[{"name":"a","device":"/a",^"cex":{}}]}"#, "warning newer-key"),
    (#""storage":^5"#, "error wrong-type"), (#""storage":null"#, ""),
    (#""storage":{"files":^{}}"#, "error wrong-type"),
    (#""storage":{"files":[^1]}"#, "error wrong-type"),
    (#""storage":{"files":[^{}]}"#, "error missing-key"),
    (#""storage":{"files":[^null]}"#, "error missing-key"),
    (#""storage":{"files":[{"path":^""}]}"#, "error bad-value"),
    (#""storage":{"files":[{"path":^"a"}]}"#, "error bad-value"),
    (#""storage":{"files":[{"path":^"/a/"}]}"#, "error bad-value"),
    (#""storage":{"files":[{"path":"/"}]}"#, ""),
    ("\"storage\":{\"files\":[{\"path\":\"/\u{e9}\"},{\"path\":\"/e\u{301}\"}]}", ""),
    (#""storage":{"files":[{"path":"/a"},{"path":^"/a"}]}"#, "error duplicate-path"),
    (
      #""storage":{"links":[{"path":"/a","target":"b"}],"files":[{"path":^"/a/b"}]}"#,
      "error bad-value"
    ),
    (#""storage":{"links":[{"path":"/a","target":"b"}],"files":[{"path":"/a-b"}]}"#, ""),
    (#""storage":{"files":[{"path":"/a","overwrite":^true}]}"#, "error bad-value"),
    (#""storage":{"files":[{"path":"/a","user":^{"id":1,"name":"a"}}]}"#, "error bad-value"),
    (
      #""storage":{"disks":[{"device":"/a","partitions":[{"number":1,"label":^"a:b"}]}]}"#,
      "error bad-value"
    ),
    (
      #""storage":{"disks":[{"device":"/a","partitions":[{"number":1},^{"number":1}]}]}"#,
      "error duplicate-partition"
    ),
    (#""storage":{"filesystems":[{"device":"/a","format":^"ntfs"}]}"#, "error bad-value"),
    (#""storage":{"filesystems":[^{"device":"/a","path":"/b"}]}"#, "error missing-key"),
    (
      #""storage":{"raid":[{"name":"a","level":"raid0","devices":["/a"],"spares":^1}]}"#,
      "error bad-value"
    ),
    (#""passwd":{"users":[{"name":"a"},{"name":^"a"}]}"#, "error duplicate-name"),
    (#""passwd":{"users":[{"uid":^1.5}]}"#, "error wrong-type"),
    (#""passwd":{"users":[{"uid":^1e2}]}"#, "error wrong-type"),
    (#""passwd":{"users":[{"system":^"yes"}]}"#, "error wrong-type"),
    (#""systemd":{"units":[{"name":^"docker"}]}"#, "error bad-value"),
    (#""systemd":{"units":[{"name":"a.service","contents":^"[Unit\n"}]}"#, "error unit-syntax"),
    (
      #""systemd":{"units":[{"name":"a.service","enabled":true,"contents":^"[Unit]\nA=b"}]}"#,
      "warning no-install"
    ),
    (
      #""systemd":{"units":[{"name":"a@.service","contents":"[A]\nB=c"},"#
        + #"{"name":^"a@1.service","enabled":true},{"name":"b@1.service","enabled":true}]}"#,
      "warning no-install"
    ),
    (#"^"systemd":{},"systemd":{"units":[]}"#, "note duplicate-key"),
    (
      #""kernelArguments":{"shouldExist":["a"],"shouldNotExist":[^"a"]}"#,
      "error duplicate-entry"
    ),
  ])
  func `points at the fault`(rest: String, rule: String) {
    let text = Array(("{\"ignition\":{\"version\":\"3.4.0\"}," + rest + "}").utf8)
    let findings = IgnitionCheck.findings(text.filter { $0 != UInt8(ascii: "^") }, file: "a")
    #expect(
      findings.map { "\($0.severity.rawValue) \($0.rule)" } == (rule.isEmpty ? [] : [rule]))
    let fault = text.firstIndex(of: UInt8(ascii: "^"))
    #expect(findings.first?.place?.column == fault.map { $0 + 1 })
  }

  @Test(arguments: [
    (#""files":[{"path":"/a","filesystem":"root","mode":420}]"#, ""),
    (#""files":[{"path":"/a","mode":420}]"#, "error missing-key"),
    (#""files":[{"path":"/a/","filesystem":"root"}]"#, "warning missing-key"),
    (#""files":[{"path":"/a","filesystem":"oem","mode":1,"contents":{"source":"oem:///a"}}]"#, ""),
    (#""files":[{"path":"/a","filesystem":"var","mode":420}]"#, "note not-checked"),
    (#""filesystems":[{"name":"a"}]"#, "error bad-value"),
    (#""filesystems":[{"mount":{"device":"/a","format":"none"}}]"#, "error bad-value"),
    (#""disks":[{"device":"/a","partitions":[{"number":1,"sizeMiB":1}]}]"#, "warning newer-key"),
    (#""luks":[]"#, "warning unknown-key"),
  ])
  func `knows spec 2`(storage: String, rule: String) {
    let found = IgnitionCheck.findings(
      Array("{\"ignition\":{\"version\":\"2.2.0\"},\"storage\":{\(storage)}}".utf8), file: "a")
    #expect(found.map { "\($0.severity.rawValue) \($0.rule)" } == (rule.isEmpty ? [] : [rule]))
  }

  @Test(arguments: [
    (#""passwd":{"users":[{"ssh_authorized_keys":[]}]}"#, "did you mean \"sshAuthorizedKeys\"?"),
    (#""storage":{"files":[{"path":"/a","filesystem":"root"}]}"#, "a key of version 2 alone"),
    (
      #""storage":{"subvolumes":[]}"#,
      "known are directories, disks, files, filesystems, links, luks, raid"
    ),
  ])
  func `knows from where a key comes`(rest: String, words: String) {
    let sentences = ignitionSentences("{\"ignition\":{\"version\":\"3.4.0\"},\(rest)}")
    #expect(sentences.count == 1 && sentences[0].contains(words), "\(sentences)")
  }

  @Test func `knows what storage and systemd both write`() {
    let rest =
      #""systemd":{"units":[{"name":"a.service","contents":"[A]\nB=c","dropins":[{"name":"b.conf"}]}]},"#
      + #""storage":{"files":[{"path":"/etc/systemd/system/a.service"},"#
      + #"{"path":"/etc/systemd/system/a.service.d/b.conf"}]}"#
    let found = IgnitionCheck.findings(
      Array("{\"ignition\":{\"version\":\"3.0.0\"},\(rest)}".utf8), file: "a")
    #expect(found.map(\.rule) == ["duplicate-path"])
  }

  @Test(arguments: [("3.5.0", 0), ("3.6.0", 1)])
  func `knows from 3.6.0 on that a file is no directory`(version: String, count: Int) {
    let storage = #"{"files":[{"path":"/a"},{"path":"/a/b"},{"path":"/a-b"},{"path":"/"}]}"#
    let text = "{\"ignition\":{\"version\":\"\(version)\"},\"storage\":\(storage)}"
    #expect(IgnitionCheck.findings(Array(text.utf8), file: "a").count == count)
  }

  @Test func `says what to write`() {
    let sentences = ignitionSentences(
      """
      {"ignition": {"version": "3.2.0"}, "kernelArguments": {}, "storage": {"fils": [], "files": [
        {"path": "/a", "mode": "0644"}, {"path": "/b", "mode": 644}, {"path": "/b"}]}}
      """)
    #expect(
      sentences == [
        "the config holds \"kernelArguments\", which came with version 3.3.0; 3.2.0 passes over it, so"
          + " raise ignition.version",
        "storage holds \"fils\", which is no key; did you mean \"files\"?",
        "storage.files[0].mode is \"0644\", a string, but must be a number; write 420",
        "storage.files[1].mode is 644, which is 01204 in octal; write 420 for 0644",
        "storage.files[2].path is \"/b\", as storage.files[1].path at line 2; leave one",
      ])
  }
}
