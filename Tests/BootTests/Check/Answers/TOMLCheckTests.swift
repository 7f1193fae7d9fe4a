// BootTests: the check of TOML.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Testing

@Suite("The check of TOML")
struct TOMLCheckTests {
  private static func shown(_ text: String) -> [String] {
    Answers.shown(TOMLCheck.findings(Array(text.utf8), file: "a.toml"))
  }

  static let right = [
    "", "\n# é\t\n", "a=1", "a = 1\r\nb = 2\r\n",
    """
    [global]
    keyboard = "de"
    fqdn = 'pve.example.com'
    root-password = "x\\"y\\\\z\\u00e9\\U0001F600"
    root-ssh-keys = [
      "ssh-ed25519 AAAA", # one
      "ssh-rsa BBBB",
    ]
    [network]
    source = "from-answer"
    filter.ID_NET_NAME_MAC = "*6c"
    [disk-setup]
    filesystem = "zfs"
    zfs.raid = "raid1"
    disk-list = ["sda", "sdb"]
    """,
    "i = [+99, 42, 0, -17, 1_000, 0xDEAD_beef, 0o755, 0b11_01]\n",
    "f = [+1.0, 3.14, -0.01, 5e+22, 1e06, -2E-2, 9_224.44_5, inf, +inf, -nan, nan, 0e0]\n",
    "d = [1979-05-27T07:32:00Z, 1979-05-27 00:32:00.999999-07:00, 1979-05-27, 07:32:00.5]\n",
    "d = 2000-02-29 # c\nt = true\nu = false\n",
    "a = \"\"\"\n\"\"x\\\n\n   y\"\"z\"\"\"\"\"\nb = '''a'b''c'''''\nc = ''\nd = \"\"\n",
    "\"a.b\" = 1\n'c\"' = 2\n\"\" = 3\na . \"b\" . c = 4\na.d = 5\n3.14 = 6\n",
    "[ a . b ]\n[a]\nx.y = 1\nx.z = 2\n[a.b.c]\n[a.x2]\n",
    "[[p]]\nx = 1\n[p.q]\ny = 1\n[[p]]\nx = 2\n[p.q]\ny = 2\n[[p.r]]\n[[p.r]]\n",
    "a = {b = 1, c = {d = [{}, {e.f = 1, e.g = 2}]}}\nx = [[], [1, [\"y\"]]]\n",
    "\"\u{e9}\" = 1\n\"e\u{301}\" = 2\n",
  ]

  @Test(arguments: right) func `has nothing to say of TOML`(text: String) {
    #expect(Self.shown(text) == [])
  }

  static let wrong = [
    ("a", "1:2", "= should follow the key \"a\", and this is the end of the file"),
    ("é=1", "1:1", "a key, [ or # should stand here, and this is \"é\""),
    ("a=1 b=2", "1:5", "the line should end here, and this is \"b\""),
    ("a=1\na=2", "2:1", "\"a\" is there already; use another name or remove it"),
    ("a=yes", "1:3", "no value begins with \"y\"; put a text in quotes"),
    ("a=\nb=1", "1:3", "a value should stand here, and this is the line's end"),
    ("a='é\nb='", "1:3", "the quotes are not closed on their line"),
    ("a=\"\"\"x", "1:3", "the quotes are not closed"),
    (
      "a=\"é\\d\"", "1:5", "no escape begins so; write \\\\ for a backslash, or use ' quotes"
    ), ("a=\"\\u12\"", "1:4", "\\u needs 4 hexadecimal digits"),
    ("a=\"\\ud800\"", "1:4", "\"\\ud800\" is no character of Unicode"),
    (
      "a='\u{b}'", "1:4",
      "a text cannot hold the character \"\\u{b}\"; remove it or write an escape"
    ),
    ("# \u{7f}", "1:3", "a comment cannot hold the character \"\\u{7f}\"; remove it"),
    ("a=01", "1:4", "the line should end here, and this is \"1\""),
    ("a=1979-02-29", "1:3", "there is no such day as \"1979-02-29\""),
    ("a=[1\n\n2]", "3:1", "a comma or ] should follow in the list, and this is \"2\""),
    ("a={b=1,\n}", "1:8", "a key should stand here, and this is the line's end"),
    ("a={b=1 c=2}", "1:8", "a comma or } should follow in {...}, and this is \"c\""),
    ("a={b=1,b=2}", "1:8", "\"b\" is there already; use another name or remove it"),
    ("[a", "1:3", "] should follow here, and this is the end of the file"),
    ("[[a]", "1:4", "]] should follow here, and this is \"]\""),
    ("[a.]", "1:4", "a key should follow the dot, and this is \"]\""),
    ("[a]\n[a]", "2:2", "\"a\" is a table already; use another name or remove it"),
    ("[a]\nb.c=1\n[a.b]", "3:2", "\"a.b\" is a table already; use another name or remove it"),
    ("[a.b]\n[a]\nb.c=1", "3:1", "\"b.c\" is a table already; use another name or remove it"),
    ("a=1\n[a.b]", "2:2", "\"a.b\" is a value already; use another name or remove it"),
    ("a=[]\n[[a]]", "2:3", "\"a\" is a value already; use another name or remove it"),
    ("[a]\n[[a]]", "2:3", "\"a\" is a table already; use another name or remove it"),
  ]

  @Test(arguments: wrong) func `says where it is none`(text: String, place: String, why: String) {
    #expect(Self.shown(text) == ["error \(place) toml: \(why)"])
  }

  @Test func `reads what is nested deep`() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(Self.shown("a=" + deep).count == 1)
    #expect(Self.shown("a=" + deep + String(repeating: "]", count: 100_000)) == [])
    #expect(Self.shown("a=" + String(repeating: "{a=", count: 100_000)).count == 1)
  }

  @Test func `never stumbles`() {
    let check: Answers.Check = { TOMLCheck.findings($0, file: $1) }
    #expect(Answers.faults(of: check, in: Self.right, TOMLCheckTests.pieces) == [])
  }

  static let pieces = [
    "[", "]", "{", "}", "=", ",", ".", "\"", "'", "\"\"\"", "'''", "\n", "\r\n", "\\", "#", " ",
    "a", "1", "0", "_", "-", ":", "T", "\t", "\u{7f}", "e", "\\u", "\nb=1\n", "\n[a]\n", "[[",
  ]
}
