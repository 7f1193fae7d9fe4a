// BootServerTests: the recorded answers of the Go original.
// SPDX-License-Identifier: Apache-2.0

import BootServer
import Foundation
import TestSupport
import Testing

/// `Golden/cases.json`: requests, the data directory they were asked of, and exact answers.
@Suite("The recorded answers of the original", .waits)
struct GoldenTests {
  struct Recording: Decodable {
    struct Case: Decodable, CustomTestStringConvertible {
      struct Asked: Decodable {
        let method: String
        let target: String
        let host: String?
        let version: String
        let headers: [[String]]
      }
      struct Observed: Decodable {
        let status: Int
        let headers: [String: String]
        let body: String
      }
      let cat: String
      let name: String
      let server: String
      let request: Asked
      let observed: Observed
      var testDescription: String { "\(cat)/\(name)" }
    }
    let files: [String: String]
    let mtime: Double
    let servers: [String: String?]
    let cases: [Case]
  }

  static let recording: Recording = {
    let data = FileManager.default.contents(
      atPath: Repository.root + "/Tests/BootServerTests/Golden/cases.json")
    return try! JSONDecoder().decode(Recording.self, from: data ?? Data())
  }()

  /// The data directory, every file and folder with the recorded time.
  static let directory: TemporaryDirectory = {
    let directory = try! TemporaryDirectory(recording.files)
    try! directory.write("configs/emptydir/", "")
    let time = Date(timeIntervalSince1970: recording.mtime)
    let walk = FileManager.default.enumerator(atPath: directory.path)
    while let name = walk?.nextObject() as? String {
      try! FileManager.default.setAttributes(
        [.modificationDate: time], ofItemAtPath: directory.path + "/" + name)
    }
    return directory
  }()

  @Test(arguments: recording.cases)
  func `are given again`(_ golden: Recording.Case) throws {
    let base = Self.recording.servers[golden.server] ?? nil
    let server = try TestServer(base: base, directory: Self.directory)
    let client = try server.client()
    let request = golden.request
    var head = "\(request.method) \(request.target) \(request.version)\r\n"
    if let host = request.host { head += "Host: \(host)\r\n" }
    var length = 0
    for field in request.headers {
      head += "\(field[0]): \(field[1])\r\n"
      if field[0] == "Content-Length" { length = Int(field[1]) ?? 0 }
    }
    try client.send(head + "\r\n" + String(repeating: "x", count: length))
    let answer = try client.answer(hasBody: request.method != "HEAD")
    #expect(answer.status == golden.observed.status)
    if golden.name == "html-chars" {
      // The recording says: compared as JSON, any escaping.
      #expect(try Self.json(answer.text) == Self.json(golden.observed.body))
    } else {
      #expect(answer.text == golden.observed.body)
    }
    for (name, value) in golden.observed.headers where name != "date" {
      #expect(answer[name] == value, "\(name)")
    }
  }

  private static func json(_ text: String) throws -> [[String: String]] {
    try JSONDecoder().decode([[String: String]].self, from: Data(text.utf8))
  }
}
