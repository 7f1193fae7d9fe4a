// BootServerTests: a server that answers what a test says.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// Listens on `state/api.sock` of a directory of its own, and notes what it is asked.
final class FakeServer: Sendable {
  let directory: TemporaryDirectory
  private let listener: Int32
  private let noted = Locked<[String]>([])
  private let answers: [String: String]

  /// What came: `PATCH /machines/a {"profile":"p"}`.
  var requests: [String] { noted.withLock { $0 } }

  /// - Parameter answers: by `GET /machines`; a whole answer, or a body that goes with 200.
  init(_ answers: [String: String]) throws {
    directory = try TemporaryDirectory(["state/": ""])
    self.answers = answers
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = directory.path + "/state/api.sock"
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let number = listener
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0, listen(listener, 10) == 0 else {
      throw ClientError(description: "listen on \(path): errno \(errno)")
    }
    Foundation.Thread.detachNewThread { [weak self] in
      while true {
        let client = accept(number, nil, nil)
        guard client >= 0 else { return }
        if self?.serve(client) != true { close(client) }
      }
    }
  }

  deinit {
    // Wakes the thread, which then ends.
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  /// - Returns: whether the connection stays open, which `slow:` in front of an answer asks for.
  private func serve(_ client: Int32) -> Bool {
    var bytes = Data()
    while true {
      if let end = bytes.range(of: Data("\r\n\r\n".utf8)) {
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let length = head.firstMatch(of: #/Content-Length: (\d+)/#).flatMap { Int($0.1) } ?? 0
        if bytes.count >= end.upperBound + length {
          let words = head.prefix { $0 != "\r\n" }.split(separator: " ").prefix(2)
          let body = String(decoding: bytes[end.upperBound...], as: UTF8.self)
          let name = words.joined(separator: " ")
          noted.withLock { $0.append(body.isEmpty ? name : name + " " + body) }
          let answer = answers[name] ?? Self.answer("404 Not Found", "nothing is here\n")
          send(Self.whole(answer), client)
          return answer.hasPrefix("slow:")
        }
      }
      var piece = [UInt8](repeating: 0, count: 65536)
      let count = read(client, &piece, piece.count)
      guard count > 0 else { return false }
      bytes.append(contentsOf: piece[..<count])
    }
  }

  static func answer(_ status: String, _ body: String) -> String {
    "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private static func whole(_ text: String) -> String {
    for mark in ["raw:", "slow:"] where text.hasPrefix(mark) {
      return String(text.dropFirst(mark.count))
    }
    return text.hasPrefix("HTTP/") ? text : answer("200 OK", text)
  }

  private func send(_ text: String, _ client: Int32) {
    let data = Data(text.utf8)
    var done = 0
    while done < data.count {
      let count = data.withUnsafeBytes {
        Glibc.send(client, $0.baseAddress! + done, data.count - done, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      done += count
    }
  }

  /// Runs the program against it.
  func run(_ arguments: [String], directory place: String? = nil) throws -> (
    status: Int32, output: String, error: String
  ) {
    let errors = directory.path + "/stderr"
    let result = try Program.run(
      "/bin/sh",
      [
        "-c", "errors=$1; shift; exec \"$0\" \"$@\" 2>\"$errors\"",
        Program.built("coreos-ipxe-server"), errors,
      ]
        + arguments + ["--data-dir", directory.path], directory: place)
    return (
      result.status, result.output, String(decoding: try directory.read("stderr"), as: UTF8.self)
    )
  }
}
