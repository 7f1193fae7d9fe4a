// BootServerTests: the output of other programs, as it comes.
// SPDX-License-Identifier: Apache-2.0

import System
import Testing

@Suite("A program's output")
struct ChildOutputTests {
  @Test func `is handed on in pieces, and what it complains of is kept in part`() throws {
    var output: [UInt8] = []
    let ended = try Child("sh").run(
      ["-c", "cat; head -c 100000 /dev/zero >&2; exit 3"], input: Array("hello".utf8)
    ) {
      output += $0
      return true
    }
    #expect(ended.status == 3 && ended.output.isEmpty)
    #expect(String(decoding: output, as: UTF8.self) == "hello")
    #expect(ended.complaint.utf8.count == 4096)
    #expect(try Child("sh").run(["-c", "echo x"]).output == Array("x\n".utf8))
  }

  @Test func `ends where nobody wants more`() throws {
    var count = 0
    let ended = try Child("sh", seconds: 20).run(["-c", "exec cat /dev/zero"]) {
      count += $0.count
      return count < 200_000
    }
    #expect(ended.status == 128 + 9 && (200_000..<400_000).contains(count))
  }
}
