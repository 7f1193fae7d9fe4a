// BootServerTests/Print: completion, by the shells themselves.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import BootServer

@Suite("Completion that print makes", .waits)
struct CompletionTests {
  /// Words before the cursor, the word at it, and some of what must be offered.
  static let lines: [(line: String, at: String, offered: [String])] = [
    ("", "mach", ["machines"]), ("", "", ["machines", "check", "print", "os"]),
    ("", "--li", ["--listen", "--listings"]), ("machines", "c", ["claim"]),
    ("--data-dir /srv machines", "w", ["watch"]), ("machines claim", "--pro", ["--profile"]),
    ("machines claim x", "--ex", ["--expect"]), ("images sources", "", ["list", "show"]),
    ("images sources show", "flat", ["flatcar"]), ("print", "sys", ["systemd"]),
    ("print completion", "", ["bash", "zsh"]), ("os show", "deb", ["debian"]),
    ("--unmatched", "m", ["menu", "menu-local"]), ("check --dialects", "", ["mayu", "stacki"]),
    ("explain --as", "inst", ["installing", "installed"]), ("--data-dir", "pro", ["profiles"]),
    ("machines backup", "REA", ["README.md"]),
    ("check --api-token-file", "REA", ["README.md"]),
  ]
  /// Where there is nothing to offer.
  static let silent = ["machines show", "images fetch --as", "print nginx", "machines zzz"]

  static func script(_ shell: String) throws -> String {
    try Printing.files("completion \(shell)")[0].text
  }

  /// A word of the shells' own.
  private static func quoted(_ words: [String]) -> String {
    words.map { "'\($0)'" }.joined(separator: " ")
  }

  private static func words(_ line: String, _ at: String) -> [String] {
    ["coreos-ipxe-server"] + line.split(separator: " ").map(String.init) + [at]
  }

  @Test(.needs(.bash))
  func `offers in bash what the table has`() throws {
    let directory = try TemporaryDirectory([
      "completion": Self.script("bash"), "README.md": "", "profiles/": "",
    ])
    let all = Self.lines.map { ($0.line, $0.at) } + Self.silent.map { ($0, "") }
    let runs = all.map { line, at in
      let words = Self.words(line, at)
      return "COMP_WORDS=(\(Self.quoted(words))); COMP_CWORD=\(words.count - 1)\n"
        + "_coreos_ipxe_server; echo \"${COMPREPLY[*]}\"\n"
    }
    try directory.write("run", "set -u\nsource ./completion\n" + runs.joined())
    let ran = try Program.run(
      Tool.bash.path, ["--norc", "run"], directory: directory.path)
    try Self.check(ran)
  }

  /// One printed line for each command line: the words that are offered.
  private static func check(_ ran: (status: Int32, output: String)) throws {
    #expect(ran.status == 0, "\(ran.output)")
    let answers = ran.output.split(separator: "\n", omittingEmptySubsequences: false)
    try #require(answers.count == lines.count + silent.count + 1, "\(ran.output)")
    for (line, answer) in zip(lines, answers) {
      let words = answer.split(separator: " ").map(String.init)
      #expect(words.allSatisfy { $0.hasPrefix(line.at) }, "\(line): \(answer)")
      #expect(line.offered.allSatisfy(words.contains), "\(line): \(answer)")
    }
    for (line, answer) in zip(silent, answers.dropFirst(lines.count)) {
      #expect(answer.isEmpty, "\(line): \(answer)")
    }
  }

  /// bash takes a line apart at `=` and `:`, too.
  @Test(.needs(.bash))
  func `knows in bash where a value ends`() throws {
    let directory = try TemporaryDirectory(["completion": Self.script("bash")])
    try directory.write(
      "run",
      """
      source ./completion
      complete_line() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _coreos_ipxe_server
        echo "${COMPREPLY[*]}"; }
      complete_line coreos-ipxe-server --unmatched = ho
      complete_line coreos-ipxe-server --unmatched =
      complete_line coreos-ipxe-server --listen : 4777 machines cl
      complete_line coreos-ipxe-server --base-url = http : //a : 1 machines cl

      """)
    let ran = try Program.run(
      Tool.bash.path, ["--norc", "run"], directory: directory.path)
    #expect(ran.output == "hold\nhold local menu menu-local\nclaim\nclaim\n")
  }

  /// A zsh with a terminal of its own, in which Tab is pressed.
  @Test(.needs(.zsh))
  func `offers in zsh what the table has`() throws {
    let directory = try TemporaryDirectory([
      "_coreos-ipxe-server": Self.script("zsh"), "README.md": "", "profiles/": "",
    ])
    let all = Self.lines.filter { !$0.offered.isEmpty }
    let keys = all.map { line in
      "ask '\(Self.words(line.line, line.at).joined(separator: " "))'\n"
    }
    try directory.write("run", Self.zshRun + keys.joined() + "zpty -d z\n")
    let ran = try Program.run(
      Tool.zsh.path, ["-f", "run"], environment: ["TERM": "dumb"],
      directory: directory.path, within: 60)
    #expect(ran.status == 0, "\(ran.output)")
    let answers = ran.output.components(separatedBy: "<ask>").dropFirst()
    try #require(answers.count == all.count, "\(ran.output)")
    for (line, answer) in zip(all, answers) {
      #expect(line.offered.allSatisfy { answer.contains($0) }, "\(line): \(answer)")
    }
  }

  /// Keys are sent when the prompt stands: before that the terminal itself would echo them.
  private static let zshRun = """
    zmodload zsh/zpty
    zpty z zsh -f -i
    zpty -w z 'fpath=($PWD $fpath); autoload -Uz compinit && compinit -u -D'
    zpty -w z 'LISTMAX=1000; setopt auto_list no_list_beep; bindkey "^I" complete-word'
    zpty -w z 'mark() { BUFFER="print do\\"\\"ne"; zle accept-line; }; zle -N mark'
    zpty -w z 'bindkey "^U" mark; PS1="<""at>"'
    zpty -r z output '*<at>*'
    ask() {
      zpty -n -w z "$1"$'\\t\\t\\x15'
      zpty -r z output '*done*<at>*'
      print -r -- "<ask>$output"
    }

    """

  @Test(.needs(.zsh), arguments: ["bash", "zsh"])
  func `is read by its shell without a word`(shell: String) throws {
    let directory = try TemporaryDirectory(["completion": Self.script(shell)])
    let tool = shell == "zsh" ? Tool.zsh : Tool.bash
    let read = try Program.run(tool.path, ["-n", directory.path + "/completion"])
    #expect(read.status == 0 && read.output.isEmpty, "\(read.output)")
  }

  @Test func `knows each verb and option in either shell`() throws {
    for shell in ["bash", "zsh"] {
      let text = try Self.script(shell)
      for verb in Verb.table {
        #expect(text.contains("'\(verb.name)')"), "\(shell): \(verb.name)")
        for option in verb.allOptions { #expect(text.contains(option.flag)) }
      }
    }
  }
}
