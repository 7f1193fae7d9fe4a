// BootTests: values in TOML.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A value in TOML")
struct TOMLPlacementTests {
  @Test(arguments: [
    ("a = @@\n", "b", "a = \"b\"\n"), ("a=@@# c\r\n", "b", "a=\"b\"# c\r\n"),
    ("a = @@", "12", "a = \"12\""),
    (
      "a = @@\n", "\"\\\n\r\t\u{0}\u{7f}\u{85}é",
      "a = \"\\\"\\\\\\n\\r\\t\\u0000\\u007f\\u0085é\"\n"
    ),
    ("a = \"x@@y\"\n", "\"\\", "a = \"x\\\"\\\\y\"\n"), ("a = 'x@@y'\n", "\"\\", "a = 'x\"\\y'\n"),
    ("a = \"\"\"\n\"\"@@\"\"\"\"\n", "\"\n", "a = \"\"\"\n\"\"\\\"\\n\"\"\"\"\n"),
    ("a = \"\"\"\\\n @@\"\"\"\n", " b", "a = \"\"\"\\\n \\u0020b\"\"\"\n"),
    ("a = '''\n''@@''x'''\n", "\"", "a = '''\n''\"''x'''\n"),
    ("a = [@@, 1,\n @@ ] # @@\n", "b", "a = [\"b\", 1,\n \"b\" ] # b\n"),
    ("a = {b = @@, c.@@ = [@@]}\n", "d", "a = {b = \"d\", c.d = [\"d\"]}\n"),
    ("[t.@@] # @@\nk-@@ = 1\n@@.x = 1\n", "b", "[t.b] # b\nk-b = 1\nb.x = 1\n"),
    ("[[t.\"@@\"]]\n'@@' = 1\n", "b c", "[[t.\"b c\"]]\n'b c' = 1\n"),
    ("a = [\n  [1, 2],\n  # ]\n]\nb = @@\n", "c", "a = [\n  [1, 2],\n  # ]\n]\nb = \"c\"\n"),
    ("a = '''x\n]'''\nb = @@\n", "c", "a = '''x\n]'''\nb = \"c\"\n"),
  ])
  func `is quoted or escaped`(template: String, value: String, shown: String) {
    #expect(Formats.place(template, value, as: .toml) == shown)
  }

  @Test func `that is a number or a truth stays one where it stands alone`() {
    #expect(
      Formats.place("a = @@\nb = \"@@\"\n", .number("1.5"), as: .toml) == "a = 1.5\nb = \"1.5\"\n")
    #expect(Formats.place("a = [@@]\n", .bool(true), as: .toml) == "a = [true]\n")
    #expect(Formats.place("a = 1@@\n", .number("2"), as: .toml).contains("stands alone"))
  }

  @Test(arguments: [
    ("a = x@@\n", "b", "stands alone"), ("a = @@x\n", "b", "stands alone"),
    ("a = @@ 1\n", "b", "stands alone"),
    ("a = \"x\"@@\n", "b", "stands alone"), ("a = @@@@\n", "b", "stands alone"),
    ("\"a\"@@ = 1\n", "b", "stands alone"), ("@@ b = 1\n", "b", "stands alone"),
    ("@@ = 1\n", "a b", "letters, digits, _ and -"), ("[@@]\n", "a.b", "letters, digits, _ and -"),
    ("a.@@ = 1\n", "", "letters, digits, _ and -"),
    ("a = '@@'\n", "it's", "use double quotes"), ("a = '@@'\n", "a\nb", "use double quotes"),
    ("a = '''@@'''\n", "'", "use double quotes"),
    ("a = '''@@'''\n", "a\nb", "use double quotes"), ("# @@\n", "a\nb", "line break"),
    ("# @@\n", "a\u{0}", "line break"),
    ("a = \"\"\"x\"\"@@\"y\"\"\"\n", "", "its value is empty"),
    ("a = '''x''@@'y'''\n", "", "its value is empty"),
    ("a = \"\"\"@@\nx\"\"\"\n", "", "its value is empty"),
    ("a = \"\\u00@@\"\n", "41", "a backslash stands in front"),
  ])
  func `is refused where it would be more`(template: String, value: String, reason: String) {
    Formats.refuses(template, value, as: .toml, reason)
  }
}
