// RealClientTests/Page: a server with machines, and a browser in front of it.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// A server with the API's token, machines made up, and a browser.
final class PageLab {
  static let token = "a-long-random-word"

  let directory: TemporaryDirectory
  let server: ServerProgram
  let browser: Browser

  var url: String { "http://127.0.0.1:\(server.port)/ui/" }

  /// - Parameter stubs: whether boots and events are made up, too.
  init(machines: Int, stubs: Bool = true, _ arguments: [String] = []) throws {
    directory = try TemporaryDirectory([
      "profiles/core.json": #"{"os":"flatcar","version":"1"}"#,
      "profiles/web.json": #"{"os":"flatcar","version":"1","cloud_config":"web"}"#,
      "configs/web.yml.tmpl": "hostname: {{machine.hostname}}\n",
      "profiles/lacks.json": #"{"os":"flatcar","version":"1","cloud_config":"lacks"}"#,
      "configs/lacks.yml.tmpl": "rack: {{machine.metadata.rack}}\n",
      "profiles/db.json": #"{"os":"flatcar","version":"1"}"#,
      "images/flatcar/amd64-usr/1/flatcar_production_pxe.vmlinuz": "1",
      "images/flatcar/amd64-usr/1/flatcar_production_pxe_image.cpio.gz": "1",
      "token": Self.token + "\n",
    ])
    for number in 1...max(1, machines) {
      try directory.write(
        "state/machines/\(Self.id(number)).json", Self.record(number))
    }
    server = try ServerProgram(
      directory.path, ["--api-token-file", directory.path + "/token"] + arguments)
    browser = try Browser()
    try browser.size(1280, 800)
    try browser.scheme("light")
    if stubs { try browser.prepare(PageAudit.stub) }
  }

  static func id(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "4c4c4544-0031-3010-8034-" + String(repeating: "0", count: 12 - digits.count) + digits
  }

  /// Every seventh waits for a profile.
  private static func record(_ number: Int) throws -> Data {
    let waits = number % 7 == 0
    var record: [String: Any] = [
      "id": id(number), "uuid": id(number),
      "macs": [
        String(format: "52:54:00:%02x:%02x:%02x", number >> 16, number >> 8 & 255, number & 255)
      ],
      "hostname": "node\(number).rack\(number / 40)", "serial": "CZC\(number)",
      "state": waits ? "unknown" : ["running", "running", "installed", "configured"][number % 4],
      "metadata": [String: String](), "firstSeen": "2026-11-21T12:00:00Z", "generation": 1,
    ]
    if !waits { record["profile"] = ["core", "web", "db"][number % 3] }
    return try JSONSerialization.data(withJSONObject: record)
  }

  /// A text as JavaScript has it.
  static func quoted(_ text: String) -> String {
    let bytes = (try? JSONEncoder().encode(text)) ?? Data()
    return String(decoding: bytes, as: UTF8.self)
  }

  func logIn() throws {
    try browser.go(url)
    try browser.click("#token")
    try browser.type(Self.token)
    try browser.press(.enter)
    try browser.wait("document.querySelector('.body .line a')")
  }

  /// The page complained of nothing, and asked nobody else.
  func expectQuiet(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let complaints = try browser.complaints()
    #expect(complaints.isEmpty, sourceLocation: sourceLocation)
    let others = try browser.text(
      "performance.getEntriesByType('resource').map((e) => e.name)"
        + ".filter((name) => !name.startsWith(location.origin) && !name.startsWith('data:')).join()"
    )
    #expect(others == "", sourceLocation: sourceLocation)
  }

  /// One request with the token.
  func machine(_ number: Int) throws -> (status: Int, record: [String: Any]) {
    let answer = try RawClient(port: server.port).get(
      "/machines/\(Self.id(number))", fields: ["Authorization: Bearer \(Self.token)"])
    let record = try? JSONSerialization.jsonObject(with: answer.body) as? [String: Any]
    return (answer.status, record ?? [:])
  }
}
