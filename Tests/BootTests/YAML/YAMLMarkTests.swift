// BootTests/YAML: where keys and values stand.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Boot

@Suite("The places in a cloud-config")
struct YAMLMarkTests {
  static let config = """
    #cloud-config
    # für Köln
    hostname: köln-1
    users:
      - name: core  # the only one
        groups: [sudo, "docker"]
      - &second
        name: "später"
    write_files:
    - path: /etc/motd
      content: |
        Hello
          World

    runcmd:
      - [curl, -X,
         POST]
      - *second
      - 'über': {a: ß, b: >-
        c}
    empty:
    """

  /// `line:column-line:column` of a node.
  static func place(_ mark: YAMLMark) -> String {
    "\(mark.start.line):\(mark.start.column)-\(mark.end.line):\(mark.end.column)"
  }

  @Test func `are those of an editor`() throws {
    // A block scalar cannot stand in brackets; the rest can be read without its line.
    let text = Self.config.replacing("b: >-\n    c}", with: "b: c}")
    let root = try YAMLDocument.read(Array(text.utf8))[0].root
    var found: [String] = []
    func visit(_ node: YAMLNode, _ name: String) {
      found.append("\(name) \(Self.place(node.place))")
      switch node.content {
      case .scalar: break
      case .sequence(let nodes):
        for (index, node) in nodes.enumerated() { visit(node, "\(name)/\(index)") }
      case .mapping(let pairs):
        for pair in pairs {
          guard case .scalar(let key, _) = pair.key.content else { continue }
          found.append("\(name)/\(key)? \(Self.place(pair.key.place))")
          visit(pair.value, "\(name)/\(key)")
        }
      }
    }
    visit(root, "")
    #expect(
      found == [
        " 3:1-20:7", "/hostname? 3:1-3:9", "/hostname 3:11-3:17", "/users? 4:1-4:6",
        "/users 5:3-8:19", "/users/0 5:5-6:29", "/users/0/name? 5:5-5:9",
        "/users/0/name 5:11-5:15", "/users/0/groups? 6:5-6:11", "/users/0/groups 6:13-6:29",
        "/users/0/groups/0 6:14-6:18", "/users/0/groups/1 6:20-6:28", "/users/1 8:5-8:19",
        "/users/1/name? 8:5-8:9", "/users/1/name 8:11-8:19", "/write_files? 9:1-9:12",
        "/write_files 10:1-13:12", "/write_files/0 10:3-13:12", "/write_files/0/path? 10:3-10:7",
        "/write_files/0/path 10:9-10:18", "/write_files/0/content? 11:3-11:10",
        "/write_files/0/content 11:12-13:12", "/runcmd? 15:1-15:7", "/runcmd 16:3-19:25",
        "/runcmd/0 16:5-17:11", "/runcmd/0/0 16:6-16:10", "/runcmd/0/1 16:12-16:14",
        "/runcmd/0/2 17:6-17:10", "/runcmd/1 18:5-18:12", "/runcmd/1/name? 8:5-8:9",
        "/runcmd/1/name 8:11-8:19", "/runcmd/2 19:5-19:25", "/runcmd/2/über? 19:5-19:11",
        "/runcmd/2/über 19:13-19:25", "/runcmd/2/über/a? 19:14-19:15",
        "/runcmd/2/über/a 19:17-19:18", "/runcmd/2/über/b? 19:20-19:21",
        "/runcmd/2/über/b 19:23-19:24", "/empty? 20:1-20:6", "/empty 20:7-20:7",
      ])
  }

  @Test func `show what an error is about`() {
    #expect(
      YAMLNotation.read(Self.config)
        == "line 19, column 23: a text behind > cannot stand here")
  }

  @Test func `are bytes and lines too, whatever the line breaks are`() throws {
    let events = try YAMLReader.events(Array("ä: b\r\nc:\r  - \"ö\"\n".utf8))
    let scalars = events.filter { if case .scalar = $0.kind { true } else { false } }
    #expect(
      scalars.map(\.mark) == [
        YAMLMark(
          start: YAMLPosition(offset: 0, line: 1, column: 1),
          end: YAMLPosition(offset: 2, line: 1, column: 2)),
        YAMLMark(
          start: YAMLPosition(offset: 4, line: 1, column: 4),
          end: YAMLPosition(offset: 5, line: 1, column: 5)),
        YAMLMark(
          start: YAMLPosition(offset: 7, line: 2, column: 1),
          end: YAMLPosition(offset: 8, line: 2, column: 2)),
        YAMLMark(
          start: YAMLPosition(offset: 14, line: 3, column: 5),
          end: YAMLPosition(offset: 18, line: 3, column: 8)),
      ])
  }

  @Test func `are those of brackets, markers and indicators`() throws {
    let events = try YAMLReader.events(Array("---\n- {a: [b]}\n...\n".utf8))
    #expect(
      events.map { "\($0.start.offset)-\($0.end.offset)" } == [
        "0-0", "0-3", "4-4", "6-7", "7-8", "10-11", "11-12", "12-13", "13-14", "14-14", "15-18",
        "19-19",
      ])
  }
}
