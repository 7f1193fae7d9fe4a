// BootTests/Check/CloudConfig: whole texts on CoreOS.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("A text on CoreOS")
struct CoreOSDocumentTests {
  @Test(arguments: [
    "", "# a\n", "~\n", "---\nhostname: a\n...\n", "%YAML 1.1\n---\nhostname: a\n",
    "hostname: [a,\nb]\n".replacing("hostname", with: "ssh_authorized_keys"), "hostname:\ta\tb\n",
    "hostname: a\n...\n# b\n",
  ])
  func `is fine`(body: String) { #expect(said(body: body) == []) }

  @Test(arguments: [
    ("- a\n", "2:1 note not-checked not checked: the file is a list"),
    ("hostname:a\n", "2:1 note not-checked not checked: the file is \"hostname:a\""),
  ])
  func `that is no mapping is told to do nothing`(body: String, start: String) {
    #expect(said(body: body) == [start + " and no mapping, so CoreOS does nothing with it"])
  }

  @Test(arguments: ["---\n[", "--- |\n a\n", "---", "---\n\t%", "---\n- 'x"])
  func `ends with its first document`(second: String) {
    #expect(
      said(body: "hostname: a\n\(second)") == [
        "3:1 note not-checked not checked: what follows this line, for CoreOS does not read it"
      ])
  }

  @Test(arguments: [
    (
      "ssh_authorized_keys: [a, b\nhostname: x\n",
      "3:1 error yaml the [ that began at line 2 is still open here; close it, or indent this line by"
        + " at least 1"
    ),
    (
      "hostname: {{ hostname }}\n",
      "2:12 error yaml brackets stand where a key should be; put quotes around text with brackets"
    ),
    ("hostname: *name\n", "2:11 error yaml no anchor above is named name"),
    (
      "hostname: a\n...\nb: c\n",
      "4:1 error yaml text follows behind the line \"...\", which ends the file; delete the one or the"
        + " other"
    ),
    ("hostname: \"é\tb\n---\n", "3:1 error yaml a line with ---"), ("hostname: a: é\n", "2:12"),
    ("é: [ü: *x]\n", "2:8"),
  ])
  func `that is no YAML is told with its place`(body: String, finding: String) {
    let findings = said(body: body)
    #expect(findings.count == 1)
    #expect(findings.first?.hasPrefix(finding) == true, "\(findings)")
  }
}
