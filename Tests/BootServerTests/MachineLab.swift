// BootServerTests: a server with machines.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import TestSupport
import Testing

@testable import BootServer

/// A server with machines, and the words they speak to it.
struct MachineLab {
  static let profiles = [
    "profiles/core.json":
      #"{"os":"flatcar","version":"1","match":{"mac":"52:54:00:*"},"install":{"cloud_config":"inst"}}"#,
    "profiles/ram.json": #"{"os":"flatcar","version":"1","cloud_config":"ram"}"#,
    "configs/inst.yml.tmpl":
      "#cloud-config\ninstalled: \"{{machine.installed_url}}\"\nrunning: \"{{machine.running_url}}\"\n",
    "configs/ram.yml.tmpl": "#cloud-config\nrunning: \"{{machine.running_url}}\"\n",
  ].merging(images) { $1 }

  /// What profiles of Flatcar's version 1 name.
  static let images = [
    "images/flatcar/amd64-usr/1/flatcar_production_pxe.vmlinuz": "1",
    "images/flatcar/amd64-usr/1/flatcar_production_pxe_image.cpio.gz": "1",
  ]

  let server: TestServer

  /// - Parameter provides: whether what the profiles name is there.
  init(
    _ files: [String: String] = [:], profiles: Bool = true, provides: Bool = true,
    adjust: (inout Configuration) -> Void = { _ in },
    prepare: (TemporaryDirectory) throws -> Void = { _ in }
  ) throws {
    server = try TestServer(
      (profiles ? Self.profiles : [:]).merging(files) { $1 }, adjust: adjust
    ) { directory in
      try prepare(directory)
      if provides { try Provided.files(of: directory) }
    }
  }

  init(server: TestServer) { self.server = server }

  static func uuid(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "4c4c4544-0031-3010-8034-" + String(repeating: "0", count: 12 - digits.count) + digits
  }

  static func mac(_ number: Int, vendor: String = "52-54-00") -> String {
    let bytes = [number >> 16, number >> 8, number].map { byte in
      String(byte & 255 | 256, radix: 16).dropFirst()
    }
    return vendor + "-" + bytes.joined(separator: "-")
  }

  static func query(_ number: Int, vendor: String = "52-54-00", platform: String = "pcbios")
    -> String
  {
    "uuid=\(uuid(number))&mac=\(mac(number, vendor: vendor))&buildarch=i386&platform=\(platform)"
  }

  func boot(_ query: String, method: String = "GET") throws -> Answer {
    try server.get("/boot.ipxe?" + query, method: method)
  }

  /// One request by the socket in the state directory.
  func api(_ method: String, _ path: String, _ body: String? = nil, fields: [String] = []) throws
    -> Answer
  {
    let client = try RawClient(socket: server.directory.path + "/state/api.sock")
    let length = body.map { ["Content-Length: \($0.utf8.count)"] } ?? []
    let head = (["\(method) \(path) HTTP/1.1", "Host: h"] + length + fields).joined(
      separator: "\r\n")
    try client.send(head + "\r\n\r\n" + (body ?? ""))
    return try client.answer(hasBody: method != "HEAD")
  }

  func record(_ name: String) throws -> [String: Any] {
    let answer = try api("GET", "/machines/\(name)")
    return try JSONSerialization.jsonObject(with: answer.body) as? [String: Any] ?? [:]
  }

  func records() throws -> [[String: Any]] {
    let answer = try api("GET", "/machines")
    return try JSONSerialization.jsonObject(with: answer.body) as? [[String: Any]] ?? []
  }

  func state(_ name: String) throws -> String { try record(name)["state"] as? String ?? "none" }

  /// The URL of the config that a script names, as below the server.
  static func config(_ script: Answer) -> String? {
    try? #/http://test(\S*\?machine=\S*)/#.firstMatch(in: script.text).map { String($0.1) }
  }

  /// The URL of a report that a config names.
  func reportURL(_ word: String, in config: String) throws -> String {
    let text = try server.get(config).text
    let match = try Regex("http://test(/machines/[^\"]*/\(word)\\?token=[0-9a-f]{32})").firstMatch(
      in: text)
    return try #require(match?.output[1].substring.map(String.init))
  }
}
