// BootTests: values in a shell's words.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A value in a shell's command")
struct ShellQuotingTests {
  static func place(_ script: String, _ value: String) -> String {
    let text = Formats.place("%post\n\(script)\n%end\n", value, as: .kickstart)
    return text.hasPrefix("%post\n") ? String(text.dropFirst(6).dropLast(6)) : text
  }

  static func refuses(
    _ script: String, _ value: String, _ reason: String,
    location: SourceLocation = #_sourceLocation
  ) {
    Formats.refuses("%post\n\(script)\n%end\n", value, as: .kickstart, reason, location: location)
  }

  @Test(arguments: [
    ("[[ x ]] && echo @@", "a b", "[[ x ]] && echo 'a b'"),
    ("((x = 1)); echo @@", "a b", "((x = 1)); echo 'a b'"),
    ("[ @@ = x ]", "a b", "[ 'a b' = x ]"),
    ("echo @@", "core", "echo 'core'"), ("echo @@", "", "echo ''"),
    ("echo @@", "'; reboot #", "echo ''\\''; reboot #'"), ("echo a@@b", "x y", "echo a'x y'b"),
    ("x=@@", "a b", "x='a b'"), ("echo \"a @@\"", "\"\\$`'", "echo \"a \\\"\\\\\\$\\`'\""),
    ("echo 'a @@'", "it's \"$x\"", "echo 'a it'\\''s \"$x\"'"),
    ("echo # @@", "'\"$(x)", "echo # '\"$(x)"),
    ("echo it\\'s @@", "$x", "echo it\\'s '$x'"), ("echo a#'b @@'", "'", "echo a#'b '\\'''"),
    ("echo $y@@", "z", "echo $y'z'"), ("echo \"${y}@@\"", "z", "echo \"${y}z\""),
    ("echo $$@@", "(x)", "echo $$'(x)'"), ("echo \"$y @@\"", "$z", "echo \"$y \\$z\""),
    ("echo \"$(x)@@\"", "$y", "echo \"$(x)\\$y\""),
    ("echo $(( 1 + (2) ))@@", "$y", "echo $(( 1 + (2) ))'$y'"),
    ("echo \"${a:-b} @@\"", "$y", "echo \"${a:-b} \\$y\""), ("echo `a`@@", "$y", "echo `a`'$y'"),
    ("echo $()#@@", "; x", "echo $()#'; x'"), ("(x)#@@", "; x", "(x)#; x"),
    ("cat <<<@@", "$y", "cat <<<'$y'"), ("echo \\\n  @@", "$y", "echo \\\n  '$y'"),
    ("sh -c 'x'; echo '@@'", "$y", "sh -c 'x'; echo '$y'"), ("sh -c x @@", "$y", "sh -c x '$y'"),
    ("echo 'a\nb @@'", "'", "echo 'a\nb '\\'''"),
    ("echo \\\n# it's\necho @@", "$y", "echo \\\n# it's\necho '$y'"),
    ("cat <<A\n\"'$(x\nA\necho @@", "$y", "cat <<A\n\"'$(x\nA\necho '$y'"),
    ("cat <<-'A' <<B\n\t\tA\nx\nB\necho @@", "$y", "cat <<-'A' <<B\n\t\tA\nx\nB\necho '$y'"),
  ])
  func `is quoted as it stands`(script: String, value: String, shown: String) {
    #expect(Self.place(script, value) == shown)
  }

  @Test(arguments: [
    ("sh -c 2>&1 'echo @@'", "$(id)", "another shell"),
    ("echo $((#@@\n))", "$(id)", "within $(...)"), ("echo $'\\'' #@@", "a;b", "not followed"),
    ("((x = @@))", "`id`", "within $(...)"), ("echo $[@@]", "`id`", "not followed"),
    ("a[@@]=1", "$(id)", "another shell"), ("[[ @@ -eq 1 ]]", "a[$(id)]", "another shell"),
    ("let x=@@", "a[$(id)]", "another shell"),
    ("echo $(id @@)", "a;b", "within $(...)"), ("echo \"$(id '@@')\"", "a'b", "within $(...)"),
    ("echo `id @@`", "a b", "within $(...)"), ("echo ${y:-@@}", "a}b", "within $(...)"),
    ("echo $(id @@)", "", "empty"), ("echo $@@", "a", "a dollar sign stands in front of it"),
    ("echo \"$@@\"", "a", "a dollar sign stands in front of it"),
    ("echo \"$y@@\"", "a", "part of the variable's name"),
    ("echo \"$y@@\"", "", "part of the variable's name"),
    ("cat <<EOF\n@@\nEOF", "$(id)", "in a here-document"),
    ("cat <<EOF\n@@\nEOF", "EOF", "would end the here-document"),
    ("cat <<-EOF\n\tE@@\nEOF", "OF", "would end the here-document"),
    ("cat <<@@\nx\n", "EOF", "where the here-document ends"),
    ("cat <<EOF\n$@@\nEOF", "PATH", "a dollar sign"),
    ("cat <<EOF\nx\\\nEOF\nEOF\necho @@", "a b", "construct that is not followed"),
    ("echo $'a\\'b' @@", "a b", "construct that is not followed"),
    ("echo ${y:-'}'} @@", "a b", "construct that is not followed"),
    ("echo \"$(case x in x) echo @@;; esac)\"", "a;b", "not followed"),
    ("sh -c 'echo @@'", "$(id)", "in what another shell reads"),
    ("su -lc \"echo @@\"", "$(id)", "in what another shell reads"),
    ("su x -c'echo @@'", "$(id)", "in what another shell reads"),
    ("eval echo '@@'", "$(id)", "in what another shell reads"),
    ("ssh h 'echo @@'", "$(id)", "in what another shell reads"),
    ("trap 'echo @@' 0", "$(id)", "in what another shell reads"),
    ("sh -c \\\n 'echo @@'", "$(id)", "in what another shell reads"),
    ("sh -c @@", "reboot now", "in what another shell reads"),
  ])
  func `is refused where no quotes could keep it in`(script: String, value: String, reason: String)
  {
    Self.refuses(script, value, reason)
  }

  @Test func `that is plain stands in a substitution and a here-document`() {
    #expect(Self.place("echo $(id @@)", "a-b") == "echo $(id a-b)")
    #expect(Self.place("cat <<E\nx @@\nE", "a-b") == "cat <<E\nx a-b\nE")
    let url = "http://b:1/p/machines/4c4c4544-0031-3010-8034-b4c04f333232/installed?token=00ff"
    let call =
      "%post\nwget {{machine.installed_url}}; sh -c 'wget {{machine.installed_url}}'\n%end\n"
    #expect(
      TemplateTests.render(call, as: .kickstart)
        == "%post\nwget '\(url)'; sh -c 'wget \(url)'\n%end\n")
  }

  @Test(arguments: Formats.breaks)
  func `stays on its line`(value: String) {
    for script in ["echo @@", "echo '@@'", "echo \"@@\"", "# @@"] {
      Self.refuses(script, value, "line break or control character")
    }
  }
}
