// BootServerTests: another program, read from while it runs.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@Suite("Another program that runs")
struct RunningChildTests {
  private static func shell(_ text: String, input: [UInt8] = []) throws -> RunningChild {
    try Child("/bin/sh").start(["-c", text], input: input, pipeSize: 1 << 20)
  }

  @Test func `is read from at our pace, its complaints first`() throws {
    let child = try Self.shell("echo head >&2; cat; exit 3", input: Array("input".utf8))
    var buffer = [UInt8](repeating: 0, count: 100)
    #expect(try child.read(into: &buffer, limit: 2, milliseconds: 5000) == .bytes(2))
    #expect(String(decoding: child.complaint, as: UTF8.self) == "head\n")
    #expect(try child.read(into: &buffer, milliseconds: 5000) == .bytes(3))
    #expect(Array("put".utf8) == Array(buffer[..<3]))
    #expect(try child.read(into: &buffer, milliseconds: 5000) == .end)
    #expect(child.wait() == 3 && child.wait() == 3)
  }

  @Test func `is not waited for longer than asked`() throws {
    let child = try Self.shell("exec sleep 20")
    var buffer = [UInt8](repeating: 0, count: 100)
    let start = Date()
    #expect(try child.read(into: &buffer, milliseconds: 20) == .nothing)
    child.stop()
    #expect(child.wait() == 128 + SIGKILL && -start.timeIntervalSinceNow < 5)
  }

  /// What ends it where this process is killed: nobody reads its output any more.
  @Test func `ends at its next word once nobody listens`() throws {
    let child = try Self.shell("while :; do echo word; done")
    var buffer = [UInt8](repeating: 0, count: 10)
    #expect(try child.read(into: &buffer, limit: 5, milliseconds: 5000) == .bytes(5))
    #expect(child.wait() == 128 + SIGPIPE)
  }

  @Test func `may say more than we keep of its complaints`() throws {
    let child = try Self.shell("head -c 3000000 /dev/zero >&2; echo x")
    var buffer = [UInt8](repeating: 0, count: 10)
    #expect(try child.read(into: &buffer, milliseconds: 5000) == .bytes(2))
    #expect(child.complaint.count == 256 << 10 && child.wait() == 0)
  }

  @Test func `is missing where it is not installed`() {
    let failure = #expect(throws: Child.Failure.self) {
      _ = try Child("no-such-program").start([])
    }
    #expect(failure?.description == "no-such-program is not installed")
  }
}
