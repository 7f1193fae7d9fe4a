// BootTests/YAML: trees.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("A tree of YAML")
struct YAMLNodeTests {
  static func read(_ text: String, schema: YAMLSchema = .core) throws(YAMLError) -> YAMLDocument {
    let documents = try YAMLDocument.read(Array(text.utf8), schema: schema)
    guard documents.count == 1 else { throw YAMLError(line: 0, column: 0, reason: "no document") }
    return documents[0]
  }

  static func sentence(_ text: String) -> String {
    do throws(YAMLError) {
      _ = try read(text)
      return ""
    } catch {
      return error.description
    }
  }

  @Test func `keeps the order, the styles and every key`() throws {
    let document = try Self.read("b: 'x'\na: [1, {c: ~}]\nb: |\n  y\n")
    guard case .mapping(let pairs) = document.root.content else {
      Issue.record("no mapping")
      return
    }
    #expect(pairs.map(\.key.content) == ["b", "a", "b"].map { .scalar($0, .plain) })
    #expect(pairs.map(\.key.mark.start.line) == [1, 2, 3])
    #expect(document.root["b"]?.content == .scalar("x", .singleQuoted))
    #expect(pairs[2].value.content == .scalar("y\n", .literal))
    guard case .sequence(let nodes)? = document.root["a"]?.content else {
      Issue.record("no sequence")
      return
    }
    #expect(nodes.map { $0.value(in: .core) } == [.int(1), nil])
    #expect(nodes[1]["c"]?.value(in: .core) == .null)
    #expect(nodes[1]["d"] == nil && document.root["b"]?["c"] == nil)
  }

  @Test func `has a tree for each document`() throws {
    let documents = try YAMLDocument.read(Array("&a x\n---\ny\n".utf8))
    #expect(documents.map(\.root.content) == [.scalar("x", .plain), .scalar("y", .plain)])
    #expect(try YAMLDocument.read([]).isEmpty)
  }

  @Test(arguments: [
    ("a: 1\nb: 2\na: 3\n", YAMLSchema.core, ["a 1:1 3:1"]),
    ("a: 1\n'a': 2\n\"a\": 3\n", .core, ["a 1:1 2:1", "a 1:1 3:1"]),
    ("x: {a: 1, a: 2}\nb: {a: 1}\n", .core, ["a 1:5 1:11"]),
    ("10: 1\n0xa: 2\n'10': 3\n", .core, ["0xa 1:1 2:1"]),
    ("yes: 1\ntrue: 2\n", .core, []), ("yes: 1\ntrue: 2\n", .pyYAML, ["true 1:1 2:1"]),
    ("&k a: 1\n*k : 2\n", .core, ["a 1:4 2:1"]), ("<<: 1\n<<: 2\n", .core, ["<< 1:1 2:1"]),
    ("<<: 1\n<<: 2\n", .pyYAML, []), ("[a]: 1\n[a]: 2\n", .core, []),
    ("!x a: 1\na: 2\n!x a: 3\n", .core, ["a 1:4 3:4"]), ("~: 1\n: 2\n", .core, [" 1:1 2:1"]),
    ("!!str 1: a\n'1': b\n", .core, ["1 1:7 2:1"]), ("1.0: a\n1.00: b\n", .core, ["1.00 1:1 2:1"]),
  ])
  func `reports keys that come again`(text: String, schema: YAMLSchema, expected: [String]) throws {
    let found = try Self.read(text, schema: schema).duplicates.map {
      "\($0.key) \($0.first.start.line):\($0.first.start.column)"
        + " \($0.again.start.line):\($0.again.start.column)"
    }
    #expect(found == expected)
  }

  @Test func `has at an alias what it names, with both places`() throws {
    let root = try Self.read("a: &x\n  b: [c]\nd: *x\n").root
    let (first, second) = (try #require(root["a"]), try #require(root["d"]))
    #expect(first.content == second.content && first.mark == second.mark)
    #expect(first.alias == nil && first.place.start.line == 2)
    #expect(second.alias?.start.line == 3 && second.place.start.column == 4)
    let again = try Self.read("[&x 1, *x, &x 2, *x, &x [&x 3, *x], *x]").root
    guard case .sequence(let nodes) = again.content else { return }
    #expect(nodes[1].value(in: .core) == .int(1) && nodes[3].value(in: .core) == .int(2))
    #expect(nodes[5].value(in: .core) == .int(3))
  }

  @Test(arguments: [
    ("*x", "line 1, column 1: no anchor above is named x"),
    ("a: *x\nb: &x 1\n", "line 1, column 4: no anchor above is named x"),
    ("&x a\n---\n*x", "line 3, column 1: no anchor above is named x"),
    (
      "&x [a, *x]",
      "line 1, column 8: the alias x stands within what it names, which would have no end"
    ),
  ])
  func `is refused where an alias names nothing`(text: String, sentence: String) {
    #expect(Self.sentence(text) == sentence)
  }

  @Test func `does not explode`() {
    var laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<30 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      laughs += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(
      Self.sentence(laughs)
        == "line 5, column 45: the aliases up to here stand for more than 100000 values")
    let deep = String(repeating: "[", count: 600) + "a" + String(repeating: "]", count: 600)
    let deeper = String(repeating: "[", count: 600) + "*x" + String(repeating: "]", count: 600)
    #expect(
      Self.sentence("- &x \(deep)\n- \(deeper)\n").hasSuffix(
        "nested deeper than 1000 with what the alias x stands for"))
    #expect(Self.sentence("- &x \(deep)\n- [*x]\n") == "")
  }

  @Test(arguments: [
    ("!!str 12", YAMLScalarValue.string("12")), ("! 12", .string("12")), ("'12'", .string("12")),
    ("12", .int(12)), ("!!int 12", .int(12)), ("!!int '12'", .int(12)), ("!!float 12", .float(12)),
    ("!!null x", .null), ("!!bool true", .bool(true)), ("!!bool maybe", .refused("maybe")),
    ("!!int x", .refused("x")), ("|\n 12\n", .string("12\n")), ("!x 12", nil), ("[12]", nil),
    ("!!float 1.5", .float(1.5)),
  ])
  func `has values by their tags`(text: String, value: YAMLScalarValue?) throws {
    #expect(try Self.read(text).root.value(in: .core) == value)
    // PyYAML has it otherwise in one case.
    #expect(try Self.read(text).root.value(in: .pyYAML) == (text == "! 12" ? .int(12) : value))
  }
}
