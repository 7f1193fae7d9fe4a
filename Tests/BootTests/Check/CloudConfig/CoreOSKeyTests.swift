// BootTests/Check/CloudConfig: keys and kinds of values on CoreOS.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("A key of CoreOS' cloud-config")
struct CoreOSKeyTests {
  @Test(arguments: [
    (
      "hostnmae: a\n", "2:1", "\"hostnmae\" is no key of a cloud-config; did you mean \"hostname\"?"
    ),
    (
      "coreos:\n  units:\n    - name: a\n      commnad: start\n", "5:7",
      "\"commnad\" is no key of a unit; did you mean \"command\"?"
    ),
    ("coreos: {etdc2: {}}\n", "2:10", "\"etdc2\" is no key of coreos; did you mean \"etcd2\"?"),
    (
      "HOSTNAME: a\n", "2:1", "\"HOSTNAME\" is no key of a cloud-config; did you mean \"hostname\"?"
    ),
    (
      "ssh-authorised-keys: []\n", "2:1",
      "\"ssh-authorised-keys\" is no key of a cloud-config; did you mean \"ssh_authorized_keys\"?"
    ),
    (
      "units: []\n", "2:1", "\"units\" is no key of a cloud-config; its place is coreos"
    ),
    (
      "coreos:\n  hostname: a\n", "3:3",
      "\"hostname\" is no key of coreos; its place is the top"
    ),
    (
      "coreos: {reboot-strategy: off}\n", "2:10",
      "\"reboot-strategy\" is no key of coreos; its place is coreos.update"
    ),
    (
      "packages: []\n", "2:1",
      "\"packages\" is no key of a cloud-config; CoreOS ignores it, for only cloud-init knows it"
    ),
    (
      "users:\n  - {name: a, sudo: b}\n", "3:15",
      "\"sudo\" is no key of a user; CoreOS ignores it, so delete it"
    ),
    (
      "coreos:\n  ssh-authorized-keys: []\n", "3:3",
      "\"ssh-authorized-keys\" is no key of coreos; its place is the top or users"
    ),
    (
      "content: a\n", "2:1",
      "\"content\" is no key of a cloud-config; its place is coreos.units, coreos.units.drop_ins or"
        + " write_files"
    ),
    (
      "users: [{name: a, group: b}]\n", "2:19",
      "\"group\" is no key of a user; did you mean \"groups\"?"
    ),
    ("é: {a: b}\n", "2:1", "\"é\" is no key of a cloud-config; CoreOS ignores it, so delete it"),
    ("12: a\n", "2:1", "\"12\" is no key of a cloud-config; CoreOS ignores it, so delete it"),
    (
      "? |\n  a\n  b\n: c\n", "2:3",
      "\"a\\nb\\n\" is no key of a cloud-config; CoreOS ignores it, so delete it"
    ),
  ])
  func `that is unknown is told with what was meant`(body: String, place: String, sentence: String)
  {
    #expect(said(body: body) == ["\(place) warning unknown-key \(sentence)"])
  }

  @Test(arguments: ["reboot_strategy", "reboot-strategy"])
  func `may have dashes for underscores`(key: String) {
    #expect(said(body: "coreos: {update: {\(key): off}}\n") == [])
    #expect(said(body: "coreos: {update: {\(key): on}}\n").count == 1)
  }

  @Test func `that is out of use is told with the reason, and its own keys are checked`() {
    #expect(
      said(body: "coreos:\n  fleet:\n    verbosity: high\n    a: b\n") == [
        "3:3 warning deprecated-key \"fleet\" is out of use: Container Linux no longer has it",
        "4:16 warning wrong-type \"verbosity\" must be a whole number, and is \"high\"",
        "5:5 warning unknown-key \"a\" is no key of fleet; CoreOS ignores it, so delete it",
      ])
  }

  @Test func `that stands again leaves the first unchecked`() {
    #expect(
      said(body: "hostname: [a]\nhostname: b\n") == [
        "2:1 note duplicate-key not checked: \"hostname\" stands again at line 3, and only the last"
          + " one counts"
      ])
    #expect(said(body: "write-files: 1\nwrite_files: 2\n").count == 2)
  }

  @Test func `may come from another mapping`() {
    let body = "x: &x {name: a, command: begin}\ncoreos: {units: [{<<: *x, command: start}]}\n"
    #expect(said(body: body).map { $0.prefix(11) } == ["2:1 warning"])
    let begin = body.replacing(", command: start", with: "")
    #expect(said(body: begin).map { $0.prefix(10) } == ["2:1 warnin", "2:26 error"])
    #expect(said(body: begin.replacing("<<: *x", with: "<<: [*x, *x]")) == said(body: begin))
    #expect(
      said(body: "<<: a\n") == [
        "2:5 error yaml behind << only mappings can stand, by their names: *NAME"
      ])
  }

  @Test func `is told once, however many aliases lead to it`() {
    let units = Array(repeating: "*x", count: 100).joined(separator: ", ")
    #expect(said(body: "hostname: a\ncoreos:\n  units: [&x {commnad: b}, \(units)]\n").count == 1)
  }
}

@Suite("The kind of a value on CoreOS")
struct CoreOSKindTests {
  @Test(arguments: [
    ("hostname: [a]\n", "2:11", "\"hostname\" must be a text, and is a list"),
    ("hostname:\n  a: b\n", "2:1", "\"hostname\" must be a text, and is a mapping"),
    ("hostname:\n", "2:10", "\"hostname\" must be a text, and is empty"),
    ("hostname: ~\n", "2:11", "\"hostname\" must be a text, and is empty"),
    ("coreos: a\n", "2:9", "\"coreos\" must be a mapping, and is \"a\""),
    (
      "users: {name: a}\n", "2:8",
      "\"users\" must be a list, with a dash in front of each entry, and is a mapping"
    ),
    (
      "users:\n  - a\n", "3:5",
      "each entry of \"users\" must be a mapping with the keys of a user, and this one is \"a\""
    ),
    (
      "ssh_authorized_keys: ssh-rsa A\n", "2:22",
      "\"ssh_authorized_keys\" must be a list, with a dash in front of each entry, and is"
        + " \"ssh-rsa A\""
    ),
    (
      "ssh_authorized_keys:\n  - a\n  - [b]\n", "4:5",
      "each entry of \"ssh_authorized_keys\" must be a text, and this one is a list"
    ),
    (
      "coreos:\n  units:\n    - enable: \"true\"\n", "4:15",
      "\"enable\" must be true or false, without quotes, and is the text \"true\""
    ),
  ])
  func `is told at the value, or at its key where it begins further down`(
    body: String, place: String, sentence: String
  ) {
    #expect(said(body: body) == ["\(place) warning wrong-type \(sentence)"])
  }

  @Test(arguments: ["1", "1.5", "yes", "0x1f", "'a'", "|\n    a", "!!str 1", "!!binary aGk="])
  func `may be a number or a bool for a text`(value: String) {
    #expect(said(body: "hostname: \(value)\n") == [])
  }

  @Test(arguments: [
    ("mask", "y N on Off TRUE no !!bool&&yes", "1 'yes' truE ~ a"),
    ("token_limit", "1 -1 +1 0 0x1F 010 1_000 0b11 !!int&&7", "1.0 '1' 1e3 09 -- +-1 0x- 0x-1 yes"),
    (
      "agent", "1 -1.5 .5 1e3 .inf -.INF .nan 09 5. !!float&&1 !!float&&1.5", "a '1.5' - . 1:30 yes"
    ),
  ])
  func `is as CoreOS' reader of YAML has it`(key: String, good: String, bad: String) {
    func count(_ value: String) -> Int {
      let value = value.replacing("&&", with: " ")
      let body =
        switch key {
        case "mask": "coreos: {units: [{mask: \(value)}]}\n"
        case "token_limit": "coreos: {fleet: {token_limit: \(value)}}\n"
        default: "coreos: {fleet: {etcd_request_timeout: \(value)}}\n"
        }
      return said(body: body).count { $0.contains("wrong-type") || $0.contains("yaml") }
    }
    for value in good.split(separator: " ") { #expect(count(String(value)) == 0, "\(value)") }
    for value in bad.split(separator: " ") { #expect(count(String(value)) == 1, "\(value)") }
  }

  @Test(arguments: ["!!int a", "!!bool 1", "!!float x", "!!null a"])
  func `is what its tag says`(value: String) {
    #expect(
      said(body: "hostname: \(value)\n") == [
        "2:\(11 + value.utf8.count - 1) error yaml the value is not what its tag says; leave out the tag"
      ])
  }
}
