// TextTests: places in JSON.
// SPDX-License-Identifier: Apache-2.0

import Testing
import Text

@Suite("The places of a JSON text")
struct JSONPlacesTests {
  static let text = """
    {
      "storage": {"files": [{"path": "/a"}, {"mode" : 420}]},
      "ü": [1, "x", {}, [true, null]], "e\\u0301\\"": -1.5e3
    }

    """

  @Test(
    arguments: [
      ([], nil, "1:1"), ([.key("storage")], "2:3", "2:14"),
      ([.key("storage"), .key("files"), .index(1), .key("mode")], "2:42", "2:51"),
      ([.key("storage"), .key("files"), .index(0)], nil, "2:25"),
      ([.key("ü"), .index(1)], nil, "3:12"), ([.key("ü"), .index(2)], nil, "3:17"),
      ([.key("ü"), .index(3), .index(1)], nil, "3:28"),
      ([.key("e\u{301}\"")], "3:36", "3:49"),
    ] as [([JSONPlaces.Step], String?, String)])
  func `are those of the key's quote and of the value's first character`(
    path: [JSONPlaces.Step], key: String?, value: String
  ) throws {
    let entry = try #require(JSONPlaces(Array(Self.text.utf8)).place(of: path))
    #expect(entry.key.map(Self.text) == key)
    #expect(Self.text(entry.value) == value)
  }

  @Test func `are none for what is not there`() {
    let places = JSONPlaces(Array(Self.text.utf8))
    #expect(places.place(of: [.key("Storage")]) == nil)
    #expect(places.place(of: [.key("ü"), .index(4)]) == nil)
    #expect(places.place(of: [.index(0)]) == nil)
    #expect(JSONPlaces([]).place(of: []) == nil)
  }

  @Test func `are the last ones where a name comes again, and all are listed`() {
    let places = JSONPlaces(Array(#"{"a": 1, "b": {"a": 2}, "\u0061": {"c": 3}, "a": [4]}"#.utf8))
    #expect(places.place(of: [.key("a")])?.value == FilePlace(line: 1, column: 50))
    #expect(places.place(of: [.key("a"), .index(0)])?.value.column == 51)
    #expect(places.place(of: [.key("a"), .key("c")]) == nil)
    #expect(places.repeats.map(\.name) == ["a", "a"])
    #expect(places.repeats.map { $0.first.key?.column } == [2, 25])
    #expect(places.repeats.map { $0.again.key?.column } == [25, 45])
  }

  @Test(
    arguments: [
      ("[1,\r\n  2]", [.index(1)], "2:3"), ("[\r\r1]", [.index(0)], "1:4"),
      ("[\"😀\", 1]", [.index(1)], "1:7"), (" \t{}", [], "1:3"), ("\"\\\\\"", [], "1:1"),
      ("[\"\\\"]\", 7]", [.index(1)], "1:9"),
    ] as [(String, [JSONPlaces.Step], String)])
  func `count lines by LF and columns by characters`(
    text: String, path: [JSONPlaces.Step], place: String
  ) {
    #expect(JSONPlaces(Array(text.utf8)).place(of: path).map { Self.text($0.value) } == place)
  }

  @Test func `are found a thousand deep, and no deeper`() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(JSONPlaces(Array(deep.utf8)).entries.count == JSONReader.maxDepth)
    let path = [JSONPlaces.Step](repeating: .index(0), count: JSONReader.maxDepth - 1)
    #expect(JSONPlaces(Array(deep.utf8)).place(of: path)?.value.column == JSONReader.maxDepth)
  }

  @Test func `are as many as the reader has values`() throws {
    let bytes = Array(Self.text.utf8)
    #expect(JSONPlaces(bytes).entries.count == Self.count(try JSONReader.read(bytes)))
  }

  @Test func `are made out of anything`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var bytes = Array(Self.text.utf8)
      for _ in 0..<4 {
        bytes[Int.random(in: bytes.indices)] = UInt8.random(in: 0...255, using: &random)
      }
      let places = JSONPlaces(Array(bytes.prefix(Int.random(in: 0...bytes.count))))
      #expect(places.entries.allSatisfy { $0.value.line >= 1 && $0.value.column >= 1 })
    }
  }

  @Test func `take time as the text is long`() throws {
    let list = "[" + (0..<50_000).map { #"{"name\#($0)": \#($0)}"# }.joined(separator: ",") + "]"
    let places = JSONPlaces(Array(list.utf8))
    for index in stride(from: 0, to: 50_000, by: 7) {
      let element = try #require(places.child(.index(index), of: 0))
      #expect(places.child(.key("name\(index)"), of: element) == element + 1)
    }
  }

  @Test(arguments: [
    ("[\"ü\" x]", "1:6"), ("{\n \"ü\": \"😀\" 1}", "2:11"), ("[1,\r\n'2']", "2:1"), ("", "1:1"),
    ("[", "1:2"),
  ])
  func `are those of errors too`(text: String, place: String) throws {
    let error = try #require(throws: JSONError.self) { try JSONReader.read(Array(text.utf8)) }
    #expect(Self.text(error.place(in: Array(text.utf8))) == place)
  }

  @Test(arguments: [(-1, "1:1"), (0, "1:1"), (2, "1:2"), (3, "2:1"), (4, "2:2"), (9, "2:2")])
  func `follow from an offset`(offset: Int, place: String) {
    #expect(Self.text(FilePlace(of: offset, in: Array("ü\nx".utf8))) == place)
  }

  static func text(_ place: FilePlace) -> String { "\(place.line):\(place.column)" }

  static func count(_ value: JSON) -> Int {
    switch value {
    case .array(let elements): elements.reduce(1) { $0 + count($1) }
    case .object(let members): members.reduce(1) { $0 + count($1.value) }
    case .null, .bool, .number, .string: 1
    }
  }
}
