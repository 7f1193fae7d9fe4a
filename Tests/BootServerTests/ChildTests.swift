// BootServerTests: other programs.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@Suite("Another program", .waits)
struct ChildTests {
  private static func shell(_ text: String, _ adjust: (inout Child) -> Void = { _ in }) throws
    -> Child.Ended
  {
    var child = Child("/bin/sh", seconds: 10)
    adjust(&child)
    return try child.run(["-c", text])
  }

  @Test func `gets its input in pieces, and gives its output in pieces`() throws {
    var count = 0
    var bytes = 0
    let ended = try Child("cat").run(
      [],
      taking: {
        bytes += $0.count
        return true
      },
      feeding: {
        count += 1
        return count <= 50 ? [UInt8](repeating: 0x61, count: 100_000) : nil
      })
    #expect(ended.status == 0 && bytes == 5_000_000 && ended.output.isEmpty)
  }

  @Test func `is not fed once it reads no more`() throws {
    var count = 0
    let ended = try Child("/bin/sh").run(["-c", "exec <&-; sleep 0.2; exit 3"], taking: nil) {
      count += 1
      return [UInt8](repeating: 0, count: 100_000)
    }
    #expect(ended.status == 3 && count < 5)
  }

  @Test func `is ended when it says too much`() throws {
    #expect(throws: Child.Failure.self) { try Self.shell("yes") { $0.outputLimit = 1 << 20 } }
    // Of its complaints the first 4 KB are kept.
    let ended = try Self.shell("head -c 3000000 /dev/zero >&2; echo x")
    #expect(ended.complaint.utf8.count == 4096 && ended.output == [0x78, 0x0a])
  }

  @Test func `is ended when it takes too long, also with its outputs closed`() throws {
    for text in ["sleep 20", "exec >&- 2>&-; sleep 20"] {
      let start = Date()
      #expect(throws: Child.Failure.self) { try Self.shell(text) { $0.seconds = 1 } }
      #expect(-start.timeIntervalSinceNow < 3)
    }
  }

  @Test func `is ended with what it has started, where it is asked to`() throws {
    let sleep = "sleep 986.\(getpid())"
    #expect(throws: Child.Failure.self) {
      try Self.shell("\(sleep) & \(sleep)") { ($0.seconds, $0.isGroup) = (1, true) }
    }
    // Ended is not yet gone.
    var isThere = true
    for _ in 0..<200 where isThere {
      isThere = try Program.run("/usr/bin/pgrep", ["-f", sleep]).status == 0
      usleep(10000)
    }
    #expect(!isThere)
  }

  @Test func `is ended when nobody wants it any more`() throws {
    let start = Date()
    let failure = #expect(throws: Child.Failure.self) {
      try Self.shell("sleep 20") { $0.isUnwanted = { -start.timeIntervalSinceNow > 0.3 } }
    }
    #expect(failure?.description == "/bin/sh was ended before it was done")
    #expect(-start.timeIntervalSinceNow < 3)
  }

  @Test func `steps back behind others`() throws {
    // Set once it runs.
    let ended = try Self.shell("sleep 0.2; nice") { $0.niceness = 7 }
    #expect(String(decoding: ended.output, as: UTF8.self) == "7\n")
  }
}
