// BootTests: values in preseed and kickstart files.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A value in a preseed file")
struct PreseedPlacementTests {
  @Test(arguments: [
    ("d-i a/b string @@\n", "it's \"x\" \\ $y # z", "d-i a/b string it's \"x\" \\ $y # z\n"),
    ("d-i a/@@ string x\n", "b", "d-i a/b string x\n"), ("# @@\n", "d-i x '", "# d-i x '\n"),
    ("d-i a/b string x \\\r\n @@ y\r\n", " z ", "d-i a/b string x \\\r\n  z  y\r\n"),
    ("d-i a/b string @@\n", "", "d-i a/b string \n"),
    (
      "d-i preseed/late_command string echo @@\n", "a b",
      "d-i preseed/late_command string echo 'a b'\n"
    ),
    (
      "d-i preseed/late_command string a \"\\\n @@\"; \\\n b @@\n", "$x",
      "d-i preseed/late_command string a \"\\\n \\$x\"; \\\n b '$x'\n"
    ),
    (
      "d-i partman/early_command string a 'it'\\''s @@'\n", "'\\",
      "d-i partman/early_command string a 'it'\\''s '\\''\\'\n"
    ),
    ("d-i preseed/run string @@\n", "a.sh", "d-i preseed/run string a.sh\n"),
    (
      "x y/late_command string a 'b\nx y/z string @@\n", "'",
      "x y/late_command string a 'b\nx y/z string '\n"
    ),
    ("x a/b multiselect c, @@\n", "d e", "x a/b multiselect c, d e\n"),
  ])
  func `stands as what it is`(template: String, value: String, shown: String) {
    #expect(Formats.place(template, value, as: .preseed) == shown)
  }

  @Test(arguments: [
    ("d-i a/b string @@\\\n\nd-i c/d string x\n", "\\", "backslash at the line's end"),
    ("d-i a/@@ string x\n", "b c", "one word each"), ("@@ a/b string x\n", "", "one word each"),
    ("d-i a/b @@ x\n", "string y", "one word each"), ("@@d-i a/b string x\n", "#", "one word each"),
    ("d-i a/b string @@\n", "a\\", "backslash at the line's end"),
    ("# @@\nd-i a/b string x\n", "a\\", "backslash at the line's end"),
    ("d-i a/b string @@\r\n", "\\", "backslash at the line's end"),
    ("d-i a/b string @@", "\\", "backslash at the line's end"),
    ("d-i a/b string @@\n", " a", "begins or ends with a blank"),
    ("d-i a/b string x@@\n", "a ", "begins or ends with a blank"),
    ("d-i a/@@ string x\n", "late_command", "a command of the answer"),
    ("d-i preseed/@@ string x\n", "run", "a command of the answer"),
    ("d-i preseed/run string @@\n", "a b", "which splits names"),
    ("x a/b multiselect c, @@\n", "d, e", "two choices"),
    ("d-i preseed/late_command string echo $(id @@)\n", "a;b", "within $(...)"),
    ("d-i preseed/late_command string in-target sh -c 'echo @@'\n", "$(id)", "another shell"),
  ])
  func `is refused where it would be more`(template: String, value: String, reason: String) {
    Formats.refuses(template, value, as: .preseed, reason)
  }

  @Test(arguments: Formats.breaks)
  func `stays on its line`(value: String) {
    for place in ["d-i a/b string @@\n", "# @@\n", "d-i x/late_command string echo \"@@\"\n"] {
      Formats.refuses(place, value, as: .preseed, "line break or control character")
    }
  }

  @Test func `that is our own URL can be a command's word`() {
    let text = TemplateTests.render(
      "d-i x/late_command string wget -O- {{machine.installed_url}} \"{{machine.installed_url}}\"\n",
      as: .preseed)
    let url = "http://b:1/p/machines/4c4c4544-0031-3010-8034-b4c04f333232/installed?token=00ff"
    #expect(text == "d-i x/late_command string wget -O- '\(url)' \"\(url)\"\n")
  }
}

@Suite("A value in a kickstart file")
struct KickstartPlacementTests {
  @Test(arguments: [
    ("part @@\n", "a b", "part \"a b\"\n"), ("part --x=@@\n", "a-b", "part --x=a-b\n"),
    ("part --x=@@\n", "a\"b\\c'd#", "part --x=\"a\\\"b\\\\c'd#\"\n"),
    ("part @@\n", "", "part \"\"\n"),
    ("part \"@@\"\n", "a\"b\\c'd", "part \"a\\\"b\\\\c'd\"\n"),
    ("part '@@'\n", "a\"b\\c", "part 'a\"b\\c'\n"),
    ("part x # @@\n", "it's", "part x # it's\n"), ("# @@\n", "%end '", "# %end '\n"),
    ("part x@@\n", "#y", "part x\"#y\"\n"),
    ("part 'a\nurl --url=@@\n", "b c", "part 'a\nurl --url=\"b c\"\n"),
    ("part @@\r\n", "%end", "part %end\r\n"), ("a \u{85}b @@\n", "c d", "a \u{85}b \"c d\"\n"),
    (
      "%packages --x\n@@\n@^@@\n-@@ # @@\n%end\n", "a+b",
      "%packages --x\na+b\n@^a+b\n-a+b # a+b\n%end\n"
    ),
    ("%addon x --y=@@\nz @@\n%end\n", "a", "%addon x --y=a\nz a\n%end\n"),
    ("%anaconda\nz @@\n%end\n", "a b", "%anaconda\nz \"a b\"\n%end\n"),
    (
      "%post --log=/x/@@\n%foo '@@'\n%end\npart @@\n", "a",
      "%post --log=/x/a\n%foo 'a'\n%end\npart a\n"
    ),
    (
      "%pre --interpreter=/bin/bash\necho @@\n%end\n", "a b",
      "%pre --interpreter=/bin/bash\necho 'a b'\n%end\n"
    ),
    (
      "%pre --interpreter \"/usr/bin/zsh\" --log=x\necho @@\n%end\n", "a b",
      "%pre --interpreter \"/usr/bin/zsh\" --log=x\necho 'a b'\n%end\n"
    ),
    (
      "%firstboot --interpreter=busybox\necho @@\n%end\n", "a b",
      "%firstboot --interpreter=busybox\necho 'a b'\n%end\n"
    ),
    ("%include @@\n", "http://h/a?b=c&d", "%include http://h/a?b=c&d\n"),
    ("%certificate --x\n@@\n%end\n", "abc", "%certificate --x\nabc\n%end\n"),
  ])
  func `stands as what it is`(template: String, value: String, shown: String) {
    #expect(Formats.place(template, value, as: .kickstart) == shown)
  }

  @Test(arguments: [
    ("part '@@'\n", "it's", "use double quotes"),
    ("@@ x\n", "%end", "no command of the line"),
    (" \"@@\" x\n", "%post", "no command of the line"), ("@@x\n", "", "no command of the line"),
    ("%@@\n", "end", "a word that begins with %"), ("  %p@@\n", "ost", "a word that begins with %"),
    ("part @@\n", "--", "argparse"), ("rootpw @@\n", "--lock", "an option of the word"),
    ("rootpw \"@@\"\n", "-x", "an option of the word"),
    ("%post\n'\n@@'\n%end\n", "%end", "cannot begin with %"),
    ("%post\n'\n \t@@'\n%end\n", "\u{a0}%end", "cannot begin with %"),
    ("%post\n'\n@@%end'\n%end\n", "", "cannot begin with %"),
    ("%post\ncat <<E\n@@\nE\n%end\n", "%end", "cannot begin with %"),
    ("%post\n%@@\n%end\n", "end", "a word that begins with %"),
    ("%packages\n@@\n%end\n", "@core", "no plain name"),
    ("%packages\n-@@\n%end\n", "@core", "no plain name"),
    ("%packages\n@@\n%end\n", "%end", "no plain name"),
    ("%packages\n@@\n%end\n", "a b", "no plain name"),
    ("%packages\n@@\n%end\n", "", "no plain name"),
    ("%packages\n@@\n%end\n", "-x", "no plain name"),
    ("%post @@\nx\n%end\n", "--interpreter=/bin/x", "begins with no hyphen"),
    ("%post --interpreter=@@\nx\n%end\n", "/bin/x", "--interpreter"),
    ("%post --interpreter=/usr/bin/python3\nx @@\n%end\n", "a", "no shell"),
    ("%post --interp /usr/bin/perl\nx @@\n%end\n", "a", "no shell"),
    ("%post --interpreter\nx @@\n%end\n", "a", "no shell"),
    ("%include @@\n", "a b", "a path or a URL"), ("%ksappend @@\n", "", "a path or a URL"),
    ("%certificate --x\n@@\n%end\n", "a b", "a section that is not known here"),
  ])
  func `is refused where it would be more`(template: String, value: String, reason: String) {
    Formats.refuses(template, value, as: .kickstart, reason)
  }

  @Test(arguments: Formats.breaks)
  func `stays on its line`(value: String) {
    for place in [
      "part @@\n", "part \"@@\"\n", "# @@\n", "%packages\n@@\n%end\n", "%addon x\n@@\n%end\n",
      "%include @@\n",
    ] {
      Formats.refuses(place, value, as: .kickstart, "line break or control character")
    }
  }
}
