// BootTests: a script with a machine's values in it.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@testable import Boot

@Suite("A script with a machine's values")
struct MachineScriptTests {
  static let files = [
    "profiles/p.json": #"""
    {"os": "generic", "kernel": "x/{{metadata.p}}/k",
     "args": ["n={{metadata.n}}", "{{metadata.n}}", "pre{{metadata.n}}post", "\"q={{metadata.n}}\"",
              "{{#if metadata.m}}only{{/if}}", "o={{metadata.m}}"],
     "metadata": {"p": "p"}}
    """#
  ]

  /// The kernel's words for a value, or why there are none.
  private func words(_ metadata: [String: String]) throws -> String {
    let builder = ScriptBuilder(
      ScriptBuilderTests.files(Self.files), base: Array("http://h".utf8), reportsByToken: true)
    let built = try builder.script(profile: Array("p".utf8), .installing)
    var machine = Machine(id: MachineID("52-54-00-00-00-01")!, firstSeen: Timestamp(seconds: 0))
    for (key, value) in metadata { try machine.metadata.set(key, .string(value)) }
    let script = MachineScript(
      Roster.Entry(machine, token: "t0"), server: "http://h", profile: built.values)
    do throws(ScriptFailure) {
      let text = String(decoding: try script.text(built.pieces), as: UTF8.self)
      let url = text.split(separator: "\n").first { $0.hasPrefix("set image-url http://h/") } ?? ""
      return line("kernel", of: text).replacing("kernel --name kernel ${image-url} ", with: "")
        .replacing(" || goto failed", with: "")
        + (metadata["p"] == nil ? "" : " \(url)")
    } catch {
      return error.told
    }
  }

  @Test(arguments: [
    ("worker", "n=worker worker preworkerpost \"q=worker\""),
    ("a b", #"n="a b" "a b" "prea bpost" "q=a b""#),
    (" a ", #"n=" a " " a " "pre a post" "q= a ""#),
    ("x;y", "n=x;y x;y prex;ypost \"q=x;y\""), ("é", "n=é é preépost \"q=é\""),
    ("a=b c", #"n="a=b c" a="b c" prea="b cpost" "q=a=b c""#),
  ])
  func `has each as one word of the kernel's`(value: String, expected: String) throws {
    #expect(try words(["n": value]) == expected)
  }

  @Test(arguments: [
    ("a  b", "two blanks side by side"), ("\"", "a double quote"), ("${ip}", "would hold ${"),
    ("a && b", "would hold &&"), ("a || b", "would hold ||"), ("a ; b", "holds \";\""),
    ("#x", "begin a comment"), ("a #x", "begin a comment"), ("a\nb", "a line break"),
    ("\\", "a backslash"), ("--", "the word --"),
  ])
  func `is refused with file and key, and without the value`(value: String, reason: String) throws {
    let found = try words(["n": value])
    #expect(found.hasPrefix("profiles/p.json: \"args\" ") && found.contains(reason), "\(found)")
  }

  @Test func `leaves out what is empty`() throws {
    #expect(try words([:]) == "|| goto failed")
    #expect(try words(["n": "x", "m": "y"]).hasSuffix(" only o=y"))
    #expect(try words(["n": "x", "m": "false"]).hasSuffix(" o=false"))
  }

  /// Each machine by itself.
  @Test(arguments: [
    ([:], " h=node", "/images/any/k"), (["a": "1"], " a=1", "/images/any/k"),
    (["a": "1", "b": "2"], " a=1 b=2", "/images/any/k"), (["b": "2"], " h=node", "/images/any/k"),
    (["c": "false"], " h=node", "/images/any/k"), (["c": "x"], " c", "/images/any/k"),
    (["p": "own"], " h=node", "/images/own/k"),
  ])
  func `takes of a choice what the machine lacks nothing for`(
    metadata: [String: String], args: String, kernel: String
  ) throws {
    let files = [
      "profiles/p.json": #"""
      {"os": "generic", "kernel": ["{{metadata.p}}/k", "any/k"],
       "args": [["a={{metadata.a}} b={{metadata.b}}", "a={{metadata.a}}", "{{#if metadata.c}}c{{/if}}",
                 "h=node"], ["{{metadata.none}}"]]}
      """#
    ]
    let builder = ScriptBuilder(
      ScriptBuilderTests.files(files), base: Array("http://h".utf8), reportsByToken: true)
    let built = try builder.script(profile: Array("p".utf8), .installing)
    var machine = Machine(id: MachineID("52-54-00-00-00-01")!, firstSeen: Timestamp(seconds: 0))
    for (key, value) in metadata { try machine.metadata.set(key, .string(value)) }
    let text = try MachineScript(
      Roster.Entry(machine, token: "t0"), server: "http://h", profile: built.values
    ).text(built.pieces)
    let script = String(decoding: text, as: UTF8.self)
    #expect(line("kernel", of: script) == "kernel --name kernel ${image-url}\(args) || goto failed")
    #expect(script.contains("set image-url http://h\(kernel)\n"))
  }

  /// By `?profile=` nobody has a name.
  @Test func `takes of a choice what needs no machine where there is none`() throws {
    let profile = #"""
      {"os": "generic", "kernel": ["{{machine.mac}}/k", "any/k"],
       "args": [["h={{machine.hostname}}", "h={{metadata.h}}", "h=node"],
                ["{{#if metadata.h}}x={{machine.id}}{{/if}}"]]}
      """#
    let script = try render(["profiles/p.json": profile])
    #expect(line("kernel", of: script) == "kernel --name kernel ${image-url} h=node || goto failed")
    #expect(script.contains("set image-url http://h:4777/images/any/k\n"))
    #expect(throws: ScriptFailure.self) {
      try render([
        "profiles/p.json":
          #"{"os":"generic","kernel":"k","args":[["h={{metadata.h}}","h={{machine.mac}}"]]}"#
      ])
    }
  }

  @Test(arguments: [
    ("a b/${x}", "set image-url http://h/images/x/a%20b/$%7Bx%7D/k"),
    ("a\nb", "set image-url http://h/images/x/a%0Ab/k"),
    ("../../etc", "profiles/p.json: \"kernel\" needs {{metadata.p}}, which climbs out of the path"),
    ("", "profiles/p.json: \"kernel\" needs {{metadata.p}}, which is empty"),
  ])
  func `names what lies in a path, and nothing above`(value: String, expected: String) throws {
    #expect(try words(["n": "x", "p": value]).hasSuffix(expected))
  }
}
