// BootTests: values in a script of iPXE.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A value in a script of iPXE")
struct IPXEPlacementTests {
  @Test(arguments: [
    ("echo @@\n", "a;b|c#d", "echo a;b|c#d\n"), ("kernel x a=@@ y\r\n", "", "kernel x a= y\r\n"),
    ("kernel x \"a=@@\" y\n", "b c", "kernel x \"a=b c\" y\n"),
    ("# @@\necho x\n", "|| \"$'{", "# || \"$'{\necho x\n"),
    ("echo a # @@\n", "b || c", "echo a # b || c\n"),
    ("set a ${net0/@@}/@@\n", "mac", "set a ${net0/mac}/mac\n"),
    ("echo ${a:${b}} @@\n", "$c", "echo ${a:${b}} $c\n"),
    ("echo a \\\n  @@ \\\n  b\n", "c", "echo a \\\n  c \\\n  b\n"),
    (":l@@\ngoto l@@\n", "a", ":la\ngoto la\n"), ("chain {{machine.installed_url}} @@", "a", nil),
  ])
  func `stands as it is`(template: String, value: String, shown: String?) {
    let url = "http://b:1/p/machines/4c4c4544-0031-3010-8034-b4c04f333232/installed?token=00ff"
    let shown = shown ?? "chain \(url) a"
    #expect(Formats.place("#!ipxe\n" + template, value, as: .ipxe) == "#!ipxe\n" + shown)
  }

  @Test(arguments: [
    ("echo @@\n", "||", "a comment or another command"),
    ("echo |@@\n", "|", "a comment or another command"),
    ("echo @@\n", "&&", "a comment or another command"),
    ("echo @@\n", ";", "a comment or another command"),
    ("echo @@\n", "#x", "a comment or another command"),
    ("echo \"@@\"\n", "a || b", "a comment or another command"),
    ("echo \"a @@\"\n", "b #c", "a comment or another command"), ("echo @@ x\n", "", "no word"),
    ("echo @@\n", "a b", "iPXE splits a line"), ("echo \"@@\"\n", "a  b", "iPXE splits a line"),
    ("echo \"@@\"\n", " a", "iPXE splits a line"),
    ("echo @@\n", "a\"b", "cannot quote"), ("echo @@\n", "a'b", "cannot quote"),
    ("echo @@\n", "a\\", "cannot quote"), ("echo @@\n", "a\tb", "cannot quote"),
    ("echo @@\n", "${x}", "would make ${"), ("echo $@@\n", "{x}", "would make ${"),
    ("echo @@{x}\n", "$", "would make ${"), ("echo $@@{x}\n", "", "would make ${"),
    ("echo ${a@@}\n", ":b", "within ${...}"), ("echo ${a:${b}@@}\n", "}x", "within ${...}"),
    ("@@ x\n", ":l", "a label"), ("  @@\n", ":l", "a label"),
    ("# @@\necho x\n", "a\\", "joined to it"), ("# @@", "a\\", "joined to it"),
    ("echo |\\\n@@\n", "|", "another command"), ("echo @@\\\n|\n", "|", "joined to it"),
  ])
  func `is refused where iPXE would take it for more`(
    template: String, value: String, reason: String
  ) {
    Formats.refuses("#!ipxe\n" + template, value, as: .ipxe, reason)
  }

  @Test(arguments: Formats.breaks)
  func `stays on its line`(value: String) {
    for place in ["#!ipxe @@\n", "#!ipxe\necho @@\n", "#!ipxe\n# @@\n"] {
      Formats.refuses(place, value, as: .ipxe, "line break or control character")
    }
  }
}
