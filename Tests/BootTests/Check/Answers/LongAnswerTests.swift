// BootTests: the checks of installers' files take the time that a file's size takes.
// SPDX-License-Identifier: Apache-2.0

import Boot
import TestSupport
import Testing

@Suite("A check of a long file", .timeLimit(.minutes(10)))
struct LongAnswerTests {
  @Test(
    arguments: dear(
      [
        "\n", "x\n", "x", "d-i a/b string x\n", "d-i netcfg/get_hostnme string x\n", "a \\\n",
        "# a\n",
        "%post\n", "%post\nx\n%end\n", "text \"\n", "text '", "\\", "<a>", "<a b='1'>", "<a",
        "<!--",
        "&", "a=1\n", "[a]\n", "a.", "[[a]]\n[a.b]\n", "\"", "'", "=", "a={", "[", "goto a\n",
        "goto ",
        ":a\n", "|| ", "x && ", "\" && ", "# \" ", "\r", "\u{2028}", "\u{c}", "é", "\u{0}",
        "{\"a\":",
      ], each: 4))
  func `ends, and tells not more than anyone reads`(part: String) {
    for head in ["", "#!ipxe\n", "<r>", "a = [\n"] {
      let bytes = Array(head.utf8) + Answers.long(part)
      let checks: [Answers.Check] = [
        { PreseedCheck.findings($0, file: $1) }, { KickstartCheck.findings($0, file: $1) },
        { XMLCheck.findings($0, file: $1) }, { TOMLCheck.findings($0, file: $1) },
        { IPXECheck.findings($0, file: $1) }, { ShellCheck.findings($0, file: $1) },
        { JSONCheck.findings($0, file: $1) },
      ]
      for check in checks { #expect(check(bytes, "f.preseed").count <= 101) }
    }
  }
}
