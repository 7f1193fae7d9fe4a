// BootTests/Check/CloudConfig: first lines.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("The first line of a cloud-config")
struct CloudConfigHeaderTests {
  @Test(arguments: [
    ("#cloud-confie\n", "\"#cloud-confie\" is no header; did you mean \"#cloud-config\"?"),
    ("# cloud-config\n", "\"# cloud-config\" is no header; did you mean \"#cloud-config\"?"),
    ("#Cloud-Config\n", "\"#Cloud-Config\" is no header; did you mean \"#cloud-config\"?"),
    (" #cloud-config\n", "\" #cloud-config\" is no header; did you mean \"#cloud-config\"?"),
    ("cloud-config\n", "\"cloud-config\" is no header; did you mean \"#cloud-config\"?"),
    ("#cloud_config\n", "\"#cloud_config\" is no header; did you mean \"#cloud-config\"?"),
    ("#cloud-config:\n", "\"#cloud-config:\" is no header; did you mean \"#cloud-config\"?"),
    (
      "\u{feff}#cloud-config\n",
      "the file begins with the byte order mark of UTF-8 (EF BB BF); save it as UTF-8 without one"
    ),
    (
      "#cloud-config\rhostname: a\r",
      "the lines end in CR alone, so the whole file is one; end them in LF"
    ),
    ("\n#cloud-config\n", "\"#cloud-config\" stands at line 2, and must be the first line"),
    ("# a\n\n#cloud-config \r\n", "\"#cloud-config\" stands at line 3, and must be the first line"),
    ("\nhostname: a\n", "the first line is empty; the first line must be \"#cloud-config\""),
    (
      "hostname: a\n",
      "the first line must be \"#cloud-config\" or begin with \"#!\", and is \"hostname: a\""
    ),
    (
      "{\"a\": 1}", "the file is JSON, but no Ignition; the first line must be \"#cloud-config\""
    ),
  ])
  func `is what CoreOS wants, and nothing else`(text: String, sentence: String) {
    #expect(said(text) == ["1:1 error header \(sentence)"])
  }

  @Test(arguments: [
    "", "#!/bin/sh\n\t[", "#cloud-config", "#cloud-config \t\r\n",
    "#cloud-config\r\nhostname: a\r\n",
    "\n\n{\"ignition\": {\"version\": \"2.3.0\"}}", "{\"ignitionVersion\": 1}",
  ])
  func `may be another that CoreOS knows`(text: String) { #expect(said(text) == []) }

  @Test(arguments: [
    "{\"ignitionVersion\": 1.5}", "{\"ignitionVersion\": \"1\"}",
    "{\"ignition\": {\"version\": 2}}",
    "{\"ignition\": {\"version\": \"2.3.0\"}} x", "[]",
  ])
  func `is missing in JSON that is no Ignition`(text: String) {
    #expect(said(text).count == 1)
  }

  @Test(arguments: [
    "\n\n  #cloud-config\nusers: []\n", "#Cloud-Config\n", "", "\n",
  ])
  func `may be indented, capital or further down for cloud-init`(text: String) {
    #expect(said(text, .cloudInit) == [])
  }

  @Test(arguments: [
    (
      "## template: jinja\n#cloud-config\n{{",
      "a template in Jinja, which the machine fills in first"
    ),
    ("#!/bin/sh\n\t[", "a script"), ("#include\nhttp://a/\n", "a list of other files' addresses"),
    ("#include-once\nhttp://a/\n", "a list of other files' addresses"),
    ("#cloud-boothook\n", "a boot hook"), ("#part-handler\n", "a program that handles parts"),
    ("#upstart-job\n", "a job of Upstart"),
    ("#cloud-config-archive\n- a\n", "an archive of several configs"),
    ("#cloud-config-jsonp\n[]\n", "a patch in JSON"),
    ("Content-Type: multipart/mixed; boundary=a\n", "a message of several parts"),
    ("MIME-Version: 1.0\n", "a message of several parts"),
  ])
  func `names kinds of cloud-init that are not checked`(text: String, kind: String) {
    let note = ["1:1 note not-checked not checked: this is \(kind)"]
    #expect(said(text, .cloudInit) == note)
    if kind != "a script" { #expect(said(text, nil) == note) }
  }

  @Test func `is looked for at its line by cloud-init`() {
    #expect(
      said("\n\n# cloud-config\na: b\n", .cloudInit) == [
        "3:1 error header \"# cloud-config\" is no header; did you mean \"#cloud-config\"?"
      ])
  }

  @Test func `shows control characters escaped, and is cut`() {
    #expect(
      said("a\u{1b}[2J\u{202e}b\n") == [
        "1:1 error header the first line must be \"#cloud-config\" or begin with \"#!\", and is"
          + " \"a\\u001b[2J?b\""
      ])
    let sentence = said(String(repeating: "ä", count: 100_000)).joined()
    #expect(sentence.hasSuffix(String(repeating: "ä", count: 60) + "...\""))
    #expect(sentence.count < 200)
  }
}

@Suite("A cloud-config that no profile names")
struct CloudConfigDialectTests {
  @Test(arguments: ["packages: []\nsudo: x\n", "runcmd: []\ncommnad: 1\n", "autoinstall: {a: b}\n"])
  func `is cloud-init's with a key that only cloud-init knows`(body: String) {
    #expect(said(body: body, nil) == [])
    #expect(said(body: body) != [])
  }

  @Test(arguments: [
    "hostnmae: a\n", "users:\n  - x\n", "coreos: 1\npackages: []\n", "coreos: [\n", "- packages\n",
  ])
  func `is CoreOS' otherwise`(body: String) {
    #expect(said(body: body, nil) == said(body: body, .coreOS))
  }
}
