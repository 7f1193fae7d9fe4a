// BootServerTests: everything at once.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Run under the thread and address sanitizers too: the program is built as the tests are.
@Suite("A server under everything at once", .waits)
struct StressTests {
  @Test func `answers rightly, and ends when it is told to`() throws {
    let directory = try TemporaryDirectory([
      "profiles/p.json": #"{"version":"0","sshkey":"k"}"#, "sshkeys/k.pub": "ssh-rsa A\n",
      "configs/c.yml": "#cloud-config\n",
    ])
    let image = Data(repeating: Data((0..<1792).map { UInt8($0 / 7) }), bytes: 2 << 20)
    try directory.write("images/i", image)
    let server = try ServerProgram(directory.path, ["--threads", "2"])
    let failures = Locked<[String]>([])
    let deadline = Date().addingTimeInterval(testsAreStrict ? 3 : 1)
    let work: [@Sendable (RawClient) throws -> Void] = [
      { client in
        for _ in 0..<50 {
          try expect(client.get("/?profile=p").text.hasPrefix("#!ipxe\nset coreos-"))
        }
      },
      { client in try expect(client.get("/images/i").body == image) },
      { client in
        try expect(client.get("/configs/c.yml").text == "#cloud-config\n")
        try expect(client.get("/images/").text.contains("<a href=\"i\">i</a>"))
        try expect(client.get("/keys?name=k").status == 200)
        try expect(client.get("/?profile=none").status == 404)
      },
      { client in
        // A slow reader that leaves in the middle.
        try client.send("GET /images/i HTTP/1.1\r\nHost: h\r\n\r\n")
        for _ in 0..<5 {
          try client.receive(limit: 1000)
          usleep(10000)
        }
      },
      { client in
        try client.send(
          "POST /?profile=p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        try client.send("3\r\nabc\r\n0\r\n\r\nrubbish\n\n")
        try expect(client.answer().status == 200)
        try expect(client.answer().status == 400)
      },
    ]
    DispatchQueue.concurrentPerform(iterations: work.count + 1) { number in
      var round = 0
      while Date() < deadline {
        round += 1
        do {
          if number == work.count {
            try directory.write("profiles/p.json", #"{"version":"\#(round)","sshkey":"k"}"#)
            usleep(2000)
          } else {
            try work[number](try RawClient(port: server.port))
          }
        } catch {
          // The editor writes in place: a profile that is read in the middle is a 500, which is right.
          if number != 0 { failures.withLock { $0.append("worker \(number): \(error)") } }
        }
      }
    }
    #expect(failures.withLock { $0 } == [])
    server.program.kill(SIGTERM)
    #expect(server.program.exitStatus(within: 20) == 0)
    #expect(!server.program.printed.contains("Sanitizer"), "\(server.program.printed.suffix(5000))")
  }
}

private func expect(_ holds: Bool, line: Int = #line) throws {
  if !holds { throw ClientError(description: "line \(line) does not hold") }
}
