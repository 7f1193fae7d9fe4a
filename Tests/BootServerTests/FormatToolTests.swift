// BootServerTests: rendered answers, looked at by the programs that check such files.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Text

@testable import Boot

@Suite("A rendered answer file", .waits)
struct FormatToolTests {
  /// What people note, and what no format may take for its own.
  static let hostile = [
    "plain", "it's \"$(reboot)\" `x` & <b>]]> %end \\ ; # é", "{{x}} ${y} %packages\t|", "---",
    String(repeating: "&<'\"\\", count: 800),
  ]

  /// Writes a template, rendered with a note, and has a program look at it.
  private func check(
    _ name: String, _ template: String, _ note: String, _ program: String, _ arguments: [String]
  ) throws {
    var machine = Machine(id: MachineID("52-54-00-00-00-01")!, firstSeen: Timestamp(seconds: 0))
    try machine.metadata.set("note", .string(note))
    machine.hostname = "node-7"
    let values = TemplateValues(Roster.Entry(machine, token: "t0"), server: "http://h:4777")
    let text: [UInt8]
    do {
      text = try Template(parsing: Array(template.utf8), file: "configs/\(name).tmpl")
        .render(values, snippets: [:], as: ConfigFormat(fileName: name))
    } catch {
      // Refused is as good as right, but for what is plain.
      #expect(note != "plain", "\(error)")
      return
    }
    let folder = try TemporaryDirectory([:])
    try folder.write(name, Data(text))
    // Some leave files where those for a while belong.
    let result = try Program.run(
      program, arguments + [folder.path + "/" + name], environment: ["TMPDIR": folder.path],
      within: 60)
    #expect(result.status == 0, "\(result.output)\n\(String(decoding: text, as: UTF8.self))")
  }

  @Test(.needs(.ignitionValidate), arguments: hostile)
  func `is Ignition to ignition-validate`(note: String) throws {
    try check(
      "node.ign",
      """
      {"ignition": {"version": "3.3.0"},
       "passwd": {"users": [{"name": "core", "passwordHash": {{metadata.note}}}]},
       "storage": {"files": [
         {"path": "/etc/hostname", "mode": 420, "contents": {"source": "data:,{{machine.hostname}}"}},
         {"path": "/etc/motd", "mode": 420, "contents": {"source": "data:,%7B%7Bmetadata.note%7D%7D"}}]}}

      """, note, "/usr/bin/ignition-validate", [])
  }

  @Test(.needs(.xmllint), arguments: hostile)
  func `is XML to xmllint`(note: String) throws {
    try check(
      "node.xml",
      """
      <?xml version="1.0"?>
      <!DOCTYPE profile>
      <profile xmlns="http://www.suse.com/1.0/yast2ns" note="{{metadata.note}}">
        <networking><dns><hostname>{{machine.hostname}}</hostname></dns></networking>
        <script><![CDATA[ echo {{metadata.note}} ]]></script>
        <text>{{metadata.note}}</text>
      </profile>

      """, note, "/usr/bin/xmllint", ["--noout"])
  }

  @Test(.needs(.cloudInit), arguments: hostile)
  func `is a cloud-config to cloud-init`(note: String) throws {
    try check(
      "user-data",
      """
      #cloud-config
      hostname: {{machine.hostname}}
      write_files:
        - {path: /etc/motd, content: {{metadata.note}}}
      runcmd:
        - [curl, -X, POST, {{machine.installed_url}}]
      phone_home: {url: {{machine.running_url}}, post: [instance_id], tries: 3}

      """, note, "/usr/bin/cloud-init", ["schema", "--config-file"])
  }

  @Test(.needs(readers: .pykickstart), arguments: hostile)
  func `is a kickstart to ksvalidator`(note: String) throws {
    try check(
      "node.ks",
      """
      text
      lang en_US.UTF-8
      network --bootproto=dhcp --hostname={{machine.hostname}}
      rootpw --plaintext {{metadata.note}}
      %packages
      @core
      %end
      %post
      echo {{metadata.note}} > /etc/motd
      curl -X POST {{machine.installed_url}}
      %end

      """, note, "/usr/bin/env", ["ksvalidator", "--version", "RHEL9"])
  }
}
