// BootServerTests: our reader of YAML finds what PyYAML finds.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Text

@testable import Boot

/// Documents that PyYAML and YAML 1.2 both allow, from a seed.
struct YAMLGenerator {
  static let plain = [
    "a", "core", "two words", "yes", "No", "on", "OFF", "true", "null", "~", "014", "0644", "0o14",
    "08",
    "1:30", "52:54:00:12:34:56", "52:54:00:ab:34:56", "2026-01-31", "2026-02-31",
    "2026-01-31 10:00:00",
    "1e3", "1.5", "1.0e+3", ".5", "-.inf", "0x1F", "0b11", "1_000", "-7", "é", "日本 語", "x:y", "a#b",
    "http://h:4777/p?t=1#x", "-x", "?x", "$a", "a\"b", "it's", "=", "a, b", "a [b] {c}",
    "10.0.0.1/24", "=x",
    "\u{1F600}", "<<x", "a:b:c", "sha512-1f", ".", "+", "1.2.3",
  ]
  static let quoted = [
    "''", "\"\"", "'it''s'", "\"a\\n\\tb\\u00e9\"", "'# no comment'", "\"x: y\"", "' a '",
    "\"\\\\\"",
    "'yes'", "\"014\"", "\"a\\\n  b\"", "'a\n\n    b'", "\"a \n      b  \"",
  ]
  static let tags = ["!!str ", "!x ", "! "]

  var state: UInt64
  var anchors = 0

  mutating func number(below limit: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
  }

  mutating func pick(_ list: [String]) -> String { list[number(below: list.count)] }

  private mutating func properties() -> String {
    var text = number(below: 12) == 0 ? pick(Self.tags) : ""
    if number(below: 8) == 0 {
      text += "&a\(anchors) "
      anchors += 1
    }
    return text
  }

  private mutating func lineEnd() -> String {
    pick(["\n", "\n", "\n", "\n", " # é\n", "   \n", "\n\n", "\n# x: y\n"])
  }

  /// A whole document.
  mutating func document() -> String {
    anchors = 0
    let start = pick(["", "#cloud-config\n", "---\n", "--- # x\n"])
    let collection = collection(indent: pick(["", "", "  "]), depth: 0)
    return start + collection + pick(["", "...\n", "# end"])
  }

  /// Lines of a mapping or a list, each indented.
  private mutating func collection(indent: String, depth: Int) -> String {
    var text = ""
    let isMapping = number(below: 5) < 3
    for index in 0...number(below: 4) {
      if isMapping {
        let key = pick([
          "k\(index)", "k\(index)", "'k \(index)'", "\"k\\\(number(below: 2) == 0 ? "t" : "n")\"",
          pick(Self.plain),
        ])
        text += "\(indent)\(key):" + value(indent: indent, depth: depth, isInList: false)
      } else {
        text += "\(indent)-" + value(indent: indent, depth: depth, isInList: true)
      }
    }
    return text
  }

  /// What follows an indicator, with the line's end.
  private mutating func value(indent: String, depth: Int, isInList: Bool) -> String {
    let deeper = indent + pick(["  ", " ", "    "])
    switch number(below: depth > 3 ? 6 : 10) {
    case 0, 1: return " " + properties() + pick(Self.plain) + lineEnd()
    case 2: return " " + properties() + indented(pick(Self.quoted), deeper) + lineEnd()
    case 3:
      let style = pick(["|", ">", "|-", ">-", "|+", ">+", "|2", ">1-"])
      let pad =
        indent
        + (style.contains("2") ? "  " : style.contains("1") ? " " : deeper.dropFirst(indent.count))
      let lines = (0...number(below: 4)).map { _ in
        pick(["a", "b: c", " more", "# x", "é", "\tz", ""])
      }
      return " \(properties())\(style)\n" + pad + "first\n"
        + lines.map { ($0.isEmpty ? "" : pad) + $0 + "\n" }.joined()
    case 4: return anchors > 0 ? " *a\(number(below: anchors))\(lineEnd())" : lineEnd()
    case 5: return " " + properties() + flow(deeper, depth: depth) + lineEnd()
    case 6 where isInList:
      // On the line of its list.
      let inner = indent + "  "
      return " " + collection(indent: inner, depth: depth + 1).dropFirst(inner.count)
    default:
      let same = !isInList && number(below: 4) == 0
      let before = anchors
      let text = collection(indent: same ? indent : deeper, depth: depth + 1)
      let isList = text.drop { $0 == " " }.hasPrefix("-")
      if same, !isList {
        anchors = before
        return lineEnd()
      }
      return (number(below: 8) == 0 ? " !x" : "") + lineEnd() + text
    }
  }

  private func indented(_ text: String, _ indent: String) -> String {
    text.replacing("\n  ", with: "\n  " + indent)
  }

  private mutating func flow(_ indent: String, depth: Int) -> String {
    let gap = pick(["", " ", "\n\(indent)", "\n\n\(indent)", " # c\n\(indent)"])
    let scalars = Self.plain.filter { !$0.contains(",") && !$0.contains("[") && !$0.contains("?") }
    let entries = (0..<number(below: 4)).map { index in
      let scalar =
        depth < 5 && number(below: 4) == 0 ? flow(indent, depth: depth + 1) : pick(scalars)
      return (index, scalar)
    }
    if number(below: 2) == 0 {
      return "[" + gap
        + entries.map { number(below: 5) == 0 ? "k: \($0.1)" : $0.1 }.joined(separator: ", " + gap)
        + gap + "]"
    }
    return "{" + gap + entries.map { "k\($0.0): \($0.1)" }.joined(separator: ", " + gap) + gap + "}"
  }
}

@Suite("PyYAML and our reader", .waits)
struct YAMLReaderOracleTests {
  /// A node as the program below writes it too: place, kind, content.
  static func json(_ node: YAMLNode) -> JSON {
    let place = "\(node.mark.start.line):\(node.mark.start.column)"
    func made(_ kind: String, _ content: JSON) -> JSON {
      .array([.string(place), .string(kind), content])
    }
    switch node.content {
    case .sequence(let nodes): return made("seq", .array(nodes.map(json)))
    case .mapping(let pairs):
      return made("map", .array(pairs.map { .array([json($0.key), json($0.value)]) }))
    case .scalar(let text, _):
      switch node.value(in: .pyYAML) {
      case .null: return made("null", .string(""))
      case .bool(let bool): return made("bool", .string("\(bool)"))
      case .int(let number): return made("int", .string("\(number)"))
      case .largeInt(let text): return made("int", .string(text))
      case .float(let number): return made("float", .string("\(number)"))
      case .timestamp: return made("timestamp", .string(""))
      case .merge: return made("merge", .string(""))
      case .refused: return made("refused", .string(""))
      case .string(let text): return made("str", .string(text))
      case nil: return made("tagged", .string(text))
      }
    }
  }

  static let program = """
    import datetime, json, sys, yaml
    loader, text = None, ""
    def scalar(node):
        if node.tag.endswith(":merge"): return "merge", ""
        try: value = yaml.SafeLoader("").construct_object(node)
        except yaml.constructor.ConstructorError as error:
            return ("refused", "") if "2002" in str(error) else ("tagged", node.value)
        except Exception: return "refused", ""
        if value is None: return "null", ""
        if isinstance(value, bool): return "bool", str(value).lower()
        if isinstance(value, int): return "int", str(value)
        if isinstance(value, float): return "float", value
        if isinstance(value, datetime.date): return "timestamp", ""
        return "str", value
    def differ(node, ours, path):
        place, kind, content = ours
        mark = node.start_mark
        # PyYAML begins a node at its anchor or tag.
        if text[mark.index:mark.index + 1] not in ("&", "!"):
            theirs = "%d:%d" % (mark.line + 1, mark.column + 1)
            if theirs != place: return "%s: at %s, not %s" % (path, theirs, place)
        if isinstance(node, yaml.ScalarNode):
            k, c = scalar(node)
            same = k == kind and (c == content if k != "float" else c == float(content) or c != c)
            return None if same else "%s: %r, not %r" % (path, (k, c), (kind, content))
        if (kind, len(content)) != ("map" if isinstance(node, yaml.MappingNode) else "seq", len(node.value)):
            return path + ": another collection"
        for index, (a, b) in enumerate(zip(node.value, content)):
            pairs = zip(a, b) if kind == "map" else [(a, b)]
            for c, d in pairs:
                found = differ(c, d, "%s/%d" % (path, index))
                if found: return found
    bad = 0
    cases = json.load(open(sys.argv[1]))
    for text, ours in cases:
        found = None
        try:
            loader = yaml.SafeLoader(text)
            documents = []
            while loader.check_node(): documents.append(loader.get_node())
            if not isinstance(ours, list): found = "taken, and not " + ours
            elif len(documents) != len(ours): found = "%d documents" % len(documents)
            else:
                for a, b in zip(documents, ours): found = found or differ(a, b, "")
        except yaml.YAMLError as error:
            found = "refused: " + str(error)
        if found:
            bad += 1
            print(text, found, sep="\\n----\\n")
    print("cases", len(cases), "bad", bad)
    """

  static func compare(_ texts: [String]) throws -> String {
    let cases = texts.map { text -> JSON in
      do throws(YAMLError) {
        let documents = try YAMLDocument.read(Array(text.utf8), schema: .pyYAML)
        return .array([.string(text), .array(documents.map { json($0.root) })])
      } catch {
        return .array([.string(text), .string(error.description)])
      }
    }
    let directory = try TemporaryDirectory(["cases.json": JSONWriter.text(.array(cases))])
    return try Program.run(
      "/usr/bin/python3", ["-c", program, directory.path + "/cases.json"], within: 60
    ).output
  }

  @Test(.needs(.pythonYAML))
  func `find the same in random documents`() throws {
    var generator = YAMLGenerator(state: 2026)
    let output = try Self.compare((0..<300).map { _ in generator.document() })
    #expect(output.hasSuffix("cases 300 bad 0\n"), "\(output.suffix(4000))")
  }

  @Test(.needs(.pythonYAML))
  func `find the same in our configs`() throws {
    let names = ["a-cloud-config", "b-cloud-config", "c-cloud-config", "development", "vultr"]
    let texts = try names.map { try Repository.text("configs/\($0).yml") }
    let output = try Self.compare(texts)
    #expect(output.hasSuffix("cases \(texts.count) bad 0\n"), "\(output.suffix(4000))")
  }

  @Test(.needs(.pythonYAML))
  func `take a scalar without quotes for the same`() throws {
    // Every short text of characters that numbers, dates and times have, and longer ones.
    let characters = "019_.:-+exobnEy~=<".map(String.init)
    var texts = YAMLGenerator.plain
    for first in characters {
      for second in characters {
        texts +=
          characters.map { first + second + $0 } + ["1" + first + "0" + second, first + second]
      }
    }
    let dates = ["2026-1-1", "2026-01-01", "0000-01-01", "2026-12-31", "2100-02-29", "2026-00-10"]
    let times = ["", "T1:02:03", " 01:02:03", "t23:59:60", "  1:02:03.", "T24:00:00", "T1:2:3"]
    for date in dates {
      for time in times {
        texts += ["", "Z", " Z", "+1", " -11:30", "+24", "+1:5", "-23:59"].map { date + time + $0 }
      }
    }
    var taken: [String] = []
    for text in texts {
      let document = "- \(text)\n- \(text)\n"
      let isScalar = (try? YAMLReader.events(Array(document.utf8)))?.count == 8
      if isScalar { taken.append(document) }
    }
    #expect(taken.count > 5000)
    let output = try Self.compare(taken)
    #expect(output.hasSuffix("cases \(taken.count) bad 0\n"), "\(output.suffix(3000))")
  }
}
