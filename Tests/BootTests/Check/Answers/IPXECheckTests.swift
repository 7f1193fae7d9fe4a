// BootTests: the check of iPXE's scripts.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Testing

@Suite("The check of a script of iPXE")
struct IPXECheckTests {
  private static func shown(_ text: String) -> [String] {
    Answers.shown(IPXECheck.findings(Array(text.utf8), file: "a.ipxe"))
  }

  static let right = [
    "#!ipxe\n", "#!gpxe\r\necho\r\n", "#!ipxe # c\nboot",
    """
    #!ipxe
    # a comment, it's "fine
    :retry
    dhcp || goto retry
    set base http://h/${net0/mac:hexhyp} ; echo a && echo b
    isset ${x} && iseq ${x} 1 || goto failed
    kernel ${base}/vmlinuz a="b \\
      c" initrd=initrd.img && initrd ${base}/initrd.img || goto failed
    ${command} x
    shim http://h/shim.efi ||
    frobnicate && echo a || goto retry
    goto ${where}
    menu Choose
    item --gap -- x
    choose --timeout 5000 target && goto ${target}
    boot || goto retry
      :indented echo a
    goto indented
    :failed
    echo it's "quoted" and a#b;c
    sleep 5
    exit 1
    """,
  ]

  @Test(arguments: right) func `has nothing to say of these`(text: String) {
    #expect(Self.shown(text) == [])
  }

  @Test(arguments: [
    ("", "error 1:1 ipxe-start: a script begins with a line \"#!ipxe\"; write it at the top"),
    (
      "\n#!ipxe\n",
      "error 1:1 ipxe-start: a script begins with a line \"#!ipxe\", and nothing can stand in front"
        + " of it"
    ),
    (
      "#!ipxe",
      "error 1:1 ipxe-start: nothing follows \"#!ipxe\"; iPXE wants a line's end behind it"
    ),
    (
      "#!ipxe\nkernal a\n",
      "error 2:1 ipxe-command: no command is called \"kernal\"; did you mean \"kernel\"?"
    ),
    (
      "#!ipxe\necho a && \\\n  chian x\n",
      "error 3:3 ipxe-command: no command is called \"chian\"; did you mean \"chain\"?"
    ),
    (
      "#!ipxe\nkernal a || goto b\n:b\n",
      "warning 2:1 ipxe-command: no command is called \"kernal\"; did you mean \"kernel\"?"
    ),
    (
      "#!ipxe\ngoto a || echo b\n", "warning 2:6 ipxe-label: no line begins with the label \":a\""
    ),
    (
      "#!ipxe\nfrobnicate a\n",
      "warning 2:1 ipxe-command: no command is called \"frobnicate\"; an iPXE that does not know it"
        + " ends the script here"
    ),
    (
      "#!ipxe\n:é\ndhcp || goto fialed\n:failed\n",
      "error 3:14 ipxe-label: no line begins with the label \":fialed\"; did you mean \"failed\"?"
    ),
    (
      "#!ipxe\ngoto :a\n:a\n", "error 2:6 ipxe-label: goto wants a label's name without its colon"
    ),
    (
      "#!ipxe\nkernel a key=\"b #c\"\n",
      "warning 2:17 ipxe-quote: iPXE splits a line at '#c\"' also within quotes; write it another way"
    ),
    (
      "#!ipxe\nkernel a key=\"b && boot\"\n",
      "warning 2:17 ipxe-quote: iPXE splits a line at \"&&\" also within quotes; write it another way"
    ),
  ])
  func `finds`(text: String, finding: String) { #expect(Self.shown(text) == [finding]) }

  @Test func `never stumbles`() {
    let check: Answers.Check = { IPXECheck.findings($0, file: $1) }
    #expect(
      Answers.faults(
        of: check, in: Self.right, [":", "\"", "\\\n", "\n", "||", "goto ", "#", "${"])
        == [])
  }
}
