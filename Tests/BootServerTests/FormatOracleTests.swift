// BootServerTests: the readers that others wrote read our configs as they were meant.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Text

@testable import Boot

/// Either a value is refused, or its format's own reader finds exactly it, and all else unchanged.
@Suite("A format's own reader", .waits)
struct FormatOracleTests {
  static let hostile = [
    "core", "", " ", "a b", " a", "a ", "a  b", "'", "\"", "''", "\"\"", "a'b", "a\"b",
    "it's \"x\"",
    "\\", "a\\", "\\\\", "\\n", "\\\"", "\\'", "$", "$x", "${x}", "$(id)", "$(reboot)", "`id`",
    "a$",
    "'; reboot #", "\"; reboot #", "; reboot", "&& id", "|| id", "| id", "> /x", "< /x", "<<EOF",
    "EOF",
    "#", "# x", "a#b", "a #b", "%", "%end", "%post", "%include /x", "%%", "-", "--", "-x", "--x=y",
    "---", "->", "-->", "&", "&amp;", "&#10;", "&lt", "<", ">", "<b>", "</a>", "<!--", "<![CDATA[",
    "]]>", "]>", "]]", "]", ">", "&<>]]>'\"", "a\nb", "\n", "a\r\nb", "\r", "a\tb", "\t", "a\u{b}b",
    "a\u{c}%end", "a\u{1c}b", "a\u{85}b", "a\u{2028}b", "a\u{2029}%end", "a\u{0}b", "a\u{1b}b",
    "a\u{7f}b", "\u{feff}a", "\u{fffe}", "\u{ffff}", "é", "日本", "\u{1F600}", "\u{a0}", "\u{a0}%end",
    "\u{3000}%end", "*", "?", "[a]", "{a,b}", "~", "!", "!x", "a=b", "=", ",", "a,b", ".", "a.b",
    "@a",
    "^a", "true", "12", "1e5", "0x1f", "07:32:00", "1979-05-27", "inf", "nan", "z", "\"\"\"", "'''",
    "\"\"\"\nz = 2", "\\u0041", "\\U", "]\nz = 2", "# z", "}", ", z = 2", "[z]", "{{x}}", "{%",
    "http://h:1/p?q=1&r=2",
    "a\nz: 2", "done", "esac", "if", "x;y", "$'a'", "a\\\nb",
    String(repeating: "k'\"\\$` ", count: 585),
  ]

  static func render(
    _ template: String, _ value: JSON, _ format: ConfigFormat
  ) throws -> [UInt8]? {
    var machine = Machine(id: MachineID("52-54-00-00-00-01")!, firstSeen: Timestamp(seconds: 0))
    try machine.metadata.set("x", value)
    let values = TemplateValues(Roster.Entry(machine, token: "t0"), server: "http://h")
    let text = template.replacing("@@", with: "{{metadata.x}}")
    let parsed = try Template(parsing: Array(text.utf8), file: "f")
    return try? parsed.render(values, snippets: [:], as: format)
  }

  /// Renders every value at every place, and lets a program of Python look at it.
  ///
  /// Where tests are not strict each place is tried with a part of the values, each value somewhere.
  ///
  /// - Parameter program: a function `check(text, value, place)` that is true where all is well.
  static func judge(
    _ format: ConfigFormat, _ places: [String], accepting: Int, _ program: String,
    python: [String] = ["/usr/bin/python3"]
  ) throws {
    var (cases, all): ([JSON], Int) = ([], 0)
    for (number, place) in places.enumerated() {
      var accepted: [JSON] = []
      for value in hostile {
        guard let text = try render(place, .string(value), format) else { continue }
        accepted.append(
          .array([
            .string(String(decoding: text, as: UTF8.self)), .string(value), .string(place),
          ]))
      }
      #expect(!accepted.isEmpty, "nothing can stand in \(place)")
      all += accepted.count
      cases += dear(accepted, each: 8, from: number)
    }
    #expect(all >= accepting, "\(all) accepted")
    let directory = try TemporaryDirectory(["cases.json": JSONWriter.text(.array(cases))])
    let runner = """
      import json, sys
      \(program)
      bad = 0
      for text, value, place in json.load(open(sys.argv[1])):
          try: good = check(text, value, place)
          except Exception as error: good = repr(error)
          if good is not True:
              bad += 1
              if bad < 40: print(repr(place), repr(value), repr(text), good)
      print("bad", bad)
      """
    let result = try Program.run(
      python[0], python.dropFirst() + ["-c", runner, directory.path + "/cases.json"], within: 120)
    #expect(result.output.hasSuffix("bad 0\n"), "\(result.output)")
  }

  @Test(.needs(readers: .python)) func `tomllib`() throws {
    let places = [
      "a = @@\nz = 1\n", "a = \"@@\"\nz = 1\n", "a = '@@'\nz = 1\n", "a = \"p-@@-s\"\nz = 1\n",
      "a = \"\"\"@@\"\"\"\nz = 1\n", "a = \"\"\"\n@@\"\"\"\nz = 1\n", "a = '''@@'''\nz = 1\n",
      "a = \"\"\"\\\n   @@\"\"\"\nz = 1\n", "z = 1\na = @@", "z = 1\r\na = @@\r\n",
      "# @@\na = \"@@\"\nz = 1\n", "a = [@@]\nz = 1\n", "a = [\n  @@, # c\n]\nz = 1\n",
      "a = { b = @@ }\nz = 1\n", "a = { b = [@@], c = 1 }\nz = 1\n", "a = @@ # c\nz = 1\n",
      "a = 'p-@@-s'\nz = 1\n", "a = \"\"\"p\"\"@@\"\"s\"\"\"\nz = 1\n",
      "a = '''p''@@''s'''\nz = 1\n",
      "z = 1\na.\"@@\" = 1\n", "z = 1\na.k@@ = 1\n", "z = 1\n[a.\"@@\"]\n", "z = 1\n[[a.k@@]]\n",
    ]
    try Self.judge(
      .toml, places, accepting: 1000,
      """
      import tomllib
      def check(text, value, place):
          found = tomllib.loads(text)
          if list(found) not in (["a", "z"], ["z", "a"]) or found["z"] != 1: return found
          got, around = found["a"], place.split("@@")
          if "[a." in place or "a.k" in place or 'a."' in place:
              return list(got) == [("k" if "k@@" in place else "") + value] or got
          if "c = 1" in place:
              if got.pop("c") != 1: return found
          while not isinstance(got, str):
              if len(got) != 1: return found
              got = got["b"] if isinstance(got, dict) else got[0]
          want = "p-" + value + "-s" if "p-@@" in place else value
          if 'p""@@' in place: want = 'p""' + value + '""s'
          if "p''@@" in place: want = "p''" + value + "''s"
          return got == want or got
      """)
  }

  @Test(.needs(readers: .python)) func `ElementTree`() throws {
    let places = [
      "<r><a>@@</a><z>1</z></r>", "<r><a>p-@@-s</a><z>1</z></r>", "<r><a b=\"@@\"/><z>1</z></r>",
      "<r><a b='@@'/><z>1</z></r>", "<r><a b='p-@@-s'></a><z>1</z></r>",
      "<r><a>p]@@></a><z>1</z></r>", "<r><a><![CDATA[@@]]></a><z>1</z></r>",
      "<r><a><![CDATA[p]@@]s]]></a><z>1</z></r>",
      "<r><a><![CDATA[p]]@@>s]]></a><z>1</z></r>", "<r><!-- @@ --><a>@@</a><z>1</z></r>",
      "<r><!--@@--><a>@@</a><z>1</z></r>",
      "<?xml version='1.0'?>\r\n<!DOCTYPE r [<!ENTITY e \"<>\">]>\r\n<r><a>@@</a><z>1</z></r>",
    ]
    try Self.judge(
      .xml, places, accepting: 600,
      """
      import xml.etree.ElementTree as tree
      def check(text, value, place):
          root = tree.fromstring(text.encode())
          if [child.tag for child in root] != ["a", "z"] or root[1].text != "1": return text
          got = root[0].get("b") if "b=" in place else root[0].text or ""
          if "b=" not in place and root[0].attrib: return text
          want = value
          if "p-@@" in place: want = "p-" + value + "-s"
          if "p]@@]" in place: want = "p]" + value + "]s"
          if "p]@@>" in place: want = "p]" + value + ">"
          if "p]]@@" in place: want = "p]]" + value + ">s"
          return got == want or got
      """)
  }

  @Test(.needs(readers: .python)) func `shlex`() throws {
    let places = [
      "part --name=@@ --z\n", "part @@ --z\n", "part \"@@\" --z\n", "part '@@' --z\n",
      "part --name=\"p-@@-s\" --z\n", "part p-@@-s --z\n", "part --z # @@\n",
      "part 'a'@@\"b\" --z\r\n",
      "%addon x\n part @@ --z\n%end\n",
    ]
    try Self.judge(
      .kickstart, places, accepting: 500,
      """
      import shlex
      def check(text, value, place):
          lines, authors = text.splitlines(), place.splitlines()
          if len(lines) != len(authors): return lines
          found = None
          for line, author in zip(lines, authors):
              if "@@" not in author:
                  if line != author: return line
                  continue
              want = [word.replace("QQ", value) for word in
                      shlex.split(author.replace("@@", "QQ"), comments=True)]
              found = shlex.split(line, comments=True)
              if found != want: return found
          return True
      """)
  }

  static let shellPlaces = [
    "printf '%s\\0' @@ z", "printf '%s\\0' \"@@\" z", "printf '%s\\0' '@@' z",
    "printf '%s\\0' a@@b z",
    "printf '%s\\0' \"a $y @@ b\" z", "x=@@; printf '%s\\0' \"$x\" z",
    "printf '%s\\0' \"$(echo @@)\" z",
    "printf '%s\\0' `echo @@` z", "printf '%s\\0' z # @@", "printf '%s\\0' \"`echo \\\"@@\\\"`\" z",
    "printf '%s\\0' \"${y:-@@}\" z", "printf '%s\\0' ${y}@@ z", "printf '%s\\0' \\$@@ z",
    "eval \"printf '%s\\0' @@ z\"", "sh -c 'printf \"%s\\0\" @@ z'",
    "sh -c \"printf '%s\\0' '@@' z\"",
    "printf '%s\\0' $(( 1 + 1 ))@@ z", "echo it\\'s >/dev/null; printf '%s\\0' @@ z",
    "case x in x) printf '%s\\0' @@ z;; esac",
    "printf '%s\\0' \"$(case x in x) echo @@;; esac)\" z",
  ]

  /// What the shell is to find at each: the values of all words it prints.
  static let shellProgram = """
    import subprocess
    def words(script, shell):
        done = subprocess.run([shell], input=script.encode(),
                              capture_output=True, env={"PATH": "/nonexistent:/usr/bin:/bin", "y": "Y"},
                              cwd="/", timeout=20)
        return done.stdout.split(b"\\0")
    plain = {}
    def judge(script, author, value):
        for shell in ("/usr/bin/dash", "/usr/bin/bash"):
            key = (author, shell)
            if key not in plain:
                plain[key] = words(author.replace("@@", "QQ"), shell)
            want = [word.replace(b"QQ", value.encode()) for word in plain[key]]
            found = words(script, shell)
            if found != want: return (shell, found)
        return True
    """

  @Test(.needs(readers: .python, .dash, .bash)) func `a shell, in a section of kickstart`() throws {
    let places =
      Self.shellPlaces + [
        "cat <<EOF\na @@ b\nEOF\nprintf '%s\\0' @@ z",
        "cat <<-'EOF'\n\t@@\n\tEOF\nprintf '%s\\0' z",
        "printf '%s\\0' 'a\n@@' z", "printf '%s\\0' \"\n@@\n\" z", "printf '%s\\0' \\\n  @@ \\\n z",
        "# it's @@\nprintf '%s\\0' @@ z", "if true; then\n  printf '%s\\0' @@ z\nfi",
        "cat <<A; cat <<'B'; printf '%s\\0' @@ z\nx\nA\n$(y)\nB\nprintf '%s\\0' @@",
      ]
    try Self.judge(
      .kickstart, places.map { "%post\n\($0)\n%end\n" }, accepting: 1200,
      Self.shellProgram + """

        def check(text, value, place):
            lines = text.splitlines()
            author = place.splitlines()
            if len(lines) != len(author) or lines[0] != "%post" or lines[-1] != "%end": return lines
            if any(line.lstrip().startswith("%") for line in lines[1:-1]): return lines
            script = place[len("%post\\n"):-len("%end\\n")]
            return judge(text[len("%post\\n"):-len("%end\\n")], script, value)
        """)
  }

  @Test(.needs(readers: .python, .dash, .bash)) func `a shell, in a command of preseed`() throws {
    let places =
      Self.shellPlaces + [
        "printf '%s\\0' \\\n  @@ \\\n z", "printf '%s\\0' \"a \\\n  @@\" \\\n z",
      ]
    try Self.judge(
      .preseed, places.map { "d-i preseed/late_command string \($0)\nd-i a/b string z\n" },
      accepting: 1000,
      Self.preseedReader + Self.shellProgram + """

        def check(text, value, place):
            found, author = read(text), read(place)
            if len(found) != 2 or found[1] != author[1] or found[0][:3] != author[0][:3]: return found
            return judge(found[0][3], author[0][3], value)
        """)
  }

  /// debconf-set-selections, as its Perl reads a file.
  static let preseedReader = """
    import re
    def munge(line): return re.sub("\\r$", "", line.rstrip("\\n"))
    def read(text):
        found, lines = [], text.split("\\n")
        if lines[-1] == "": lines.pop()
        while lines:
            line = munge(lines.pop(0))
            while line.endswith("\\\\") and lines: line = line[:-1] + munge(lines.pop(0))
            if re.match(r"^[ \\t\\r\\f\\v]*(#|$)", line): continue
            match = re.match(r"^[ \\t\\f\\v]*([^ \\t\\f\\v]+)[ \\t\\f\\v]+([^ \\t\\f\\v]+)[ \\t\\f\\v]+"
                             r"([^ \\t\\f\\v]+)(?:[ \\t\\f\\v](.*))?", line)
            found.append(tuple(part or "" for part in match.groups()) if match else line)
        return found

    """

  @Test(.needs(readers: .python)) func `debconf's rules`() throws {
    let places = [
      "d-i a/b string @@\nd-i z/z string z\n", "d-i a/b string p-@@-s\nd-i z/z string z\n",
      "d-i a/@@ string x\nd-i z/z string z\n", "@@ a/b string x\nd-i z/z string z\n",
      "# @@\nd-i z/z string z\n", "d-i a/b string x \\\n @@\r\nd-i z/z string z\n",
      "d-i a/b \\\n string @@\nd-i z/z string z",
      "tasksel a/b multiselect x, @@\nd-i z/z string z\n",
      "d-i z/z string z\nd-i a/b string @@", "d-i preseed/run string @@\nd-i z/z string z\n",
    ]
    try Self.judge(
      .preseed, places, accepting: 400,
      Self.preseedReader + """
        def check(text, value, place):
            want = [tuple(part.replace("@@", value) for part in line) for line in read(place)]
            found = read(text)
            if "multiselect" in place and len(found[0][3].split(",")) != 2: return found
            return found == want or found
        """)
  }

  /// The real one, which says what it finds; `-c` changes nothing.
  @Test(.needs(readers: .debconf)) func `debconf-set-selections`() throws {
    let places = [
      "d-i a/N string @@", "d-i a/N string p-@@-s", "x a/N \\\n password @@", "# @@",
      "d-i a/N string x \\\n @@",
    ]
    var (text, expected, number) = ("", "", 0)
    for place in places {
      for value in Self.hostile {
        let place = place.replacing("N", with: "\(number)")
        guard let bytes = try Self.render(place + "\n", .string(value), .preseed) else { continue }
        text += String(decoding: bytes, as: UTF8.self)
        if place.hasPrefix("#") { continue }
        let type = place.contains("password") ? "password" : "string"
        let answer = place.split(separator: "\(type) ", maxSplits: 1)[1].replacing("\\\n", with: "")
        expected += "info: Trying to set 'a/\(number)' [\(type)] to '"
        expected += answer.replacing("@@", with: value) + "'\n"
        number += 1
      }
    }
    #expect(number > 200)
    let directory = try TemporaryDirectory(["preseed": text])
    let result = try Program.run(
      "/usr/bin/debconf-set-selections", ["-v", "-c", directory.path + "/preseed"],
      environment: ["LC_ALL": "C"], within: 60)
    let found = result.output.split(separator: "\n")
      .filter { !$0.hasPrefix("info: Loading answer") }.joined(separator: "\n")
    #expect(result.status == 0 && found + "\n" == expected, "\(result.output.prefix(4000))")
  }

  @Test(.needs(.pythonYAML)) func `PyYAML`() throws {
    let places = [
      "---\na: @@\nz: 1\n", "--- {a: @@, z: 1}\n", "%YAML 1.1\n---\na: @@\nz: 1\n...\n",
      "--- # c\na: '@@'\nz: 1\n", "---\r\na: \"@@\"\r\nz: 1\r\n", "a: \"@@\n  \"\nz: 1\n",
      "z: 1\na: |-\n  @@\n---\n", "a: [@@]\nz: 1\n", "a: [[@@], ]\nz: 1\n",
      "a: [{b: @@}]\nz: 1\n", "{a: [b: @@], z: 1}\n", "a: [ \"@@\" , ]\nz: 1\n",
      "a:\n- @@\nz: 1\n", "a:\n- b: @@\nz: 1\n", "a: [@@\n  ]\nz: 1\n", "{a: '@@', z: 1}",
      "{z: 1, a: {\"b\":@@}}\n", "a: {b: [\n @@, ]}\nz: 1\n",
    ]
    try Self.judge(
      .yaml, places, accepting: 1200,
      """
      import yaml
      def check(text, value, place):
          found = next(yaml.safe_load_all(text))
          if list(found) not in (["a", "z"], ["z", "a"]) or found["z"] != 1: return found
          got = found["a"]
          while not isinstance(got, str):
              if len(got) != 1: return found
              got = got["b"] if isinstance(got, dict) else got[0]
          if place.startswith('a: "@@\\n'): value = value + " "
          return got == value or found
      """)
  }

  @Test(.needs(readers: .python)) func `Python's json, and a data URL`() throws {
    let places = [
      "{\"a\": @@, \"z\": 1}", "{\"a\": \"p-@@-s\", \"z\": 1}",
      "{\"a\": \"data:,p-@@-s\", \"z\": 1}",
      "{\"a\": \"data:text/plain,p-%22@@-s\", \"z\": 1}", "{\"a\": \"\\\\\\\"@@\", \"z\": 1}",
    ]
    try Self.judge(
      .json, places, accepting: 500,
      """
      import urllib.parse
      def check(text, value, place):
          found = json.loads(text)
          if list(found) != ["a", "z"] or found["z"] != 1: return found
          got = found["a"]
          want = json.loads(place.replace(": @@,", ': "@@",'))["a"].replace("@@", "\\0")
          if got.startswith("data:") and "data:" in place:
              if set(got) & set(" <>{}\\"\\\\#?"): return got
              got = urllib.parse.unquote(got.partition(",")[2], errors="strict")
              want = urllib.parse.unquote(want.partition(",")[2])
          return got == want.replace("\\0", value) or got
      """)
  }

  @Test(.needs(readers: .pykickstart)) func `pykickstart`() throws {
    let places = [
      "url --url=@@\n%packages\nvim\n%end\n", "url --url=\"@@\"\n%packages\nvim\n%end\n",
      "url --url=http://h/\n%packages\nvim\n@@\n%end\n",
      "url --url=http://h/\n%packages\nvim # @@\n%end\n",
      "url --url=http://h/\n%packages\nvim\n%end\n%post --log=/x/@@\necho '\n@@' \"\n@@\"\n%end\n",
      "url --url=http://h/\n%packages\nvim\n%end\n%post\ncat <<E\n@@\nE\n%end\n",
    ]
    try Self.judge(
      .kickstart, places, accepting: 300,
      """
      import warnings; warnings.simplefilter("ignore")
      from pykickstart.parser import KickstartParser
      from pykickstart.version import makeVersion
      def check(text, value, place):
          if not value and "@@" in place.splitlines()[0]: return True  # No URL is no URL.
          parser = KickstartParser(makeVersion("RHEL9"))
          parser.readKickstartFromString(text)
          handler = parser.handler
          url = value if "url=@@" in place or 'url="@@"' in place else "http://h/"
          want = ["vim"] + ([value] if "\\n@@\\n%end" in place and "post" not in place else [])
          if handler.url.url != url: return handler.url.url
          if sorted(handler.packages.packageList) != sorted(set(want)): return handler.packages.packageList
          if handler.packages.groupList or handler.packages.excludedList: return "groups"
          if len(handler.scripts) != place.count("%post"): return handler.scripts
          body = "".join(text.splitlines(True)[5:-1])
          return not handler.scripts or handler.scripts[0].script == body or handler.scripts[0].script
      """, python: ["/usr/bin/env", "python3"])
  }
}
