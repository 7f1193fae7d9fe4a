// BootServerTests: machines watch.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing
import Text

@testable import BootServer

@Suite("machines watch", .waits, .timeLimit(.minutes(5)))
struct WatchTests {
  private static func boot(_ server: ServerProgram, _ number: Int) throws {
    let query = MachineLab.query(number, vendor: "00-16-3e")
    _ = try RawClient(port: server.port).get("/boot.ipxe?" + query)
  }

  @Test(.needs(.curl), arguments: [SIGTERM, SIGKILL])
  func `goes on when the server is started again, and says so`(signal: Int32) throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    let first = try ServerProgram(directory.path)
    let watch = try Program(
      Program.built("coreos-ipxe-server"), ["machines", "watch", "--data-dir", directory.path])
    defer { watch.kill(SIGKILL) }
    #expect(watch.hasPrinted("NAME  MAC", within: 10))
    try Self.boot(first, 1)
    #expect(watch.hasPrinted("\(MachineLab.uuid(1)): new; ", within: 10))
    first.program.kill(signal)
    #expect(first.program.exitStatus(within: 30) != nil)
    #expect(watch.hasPrinted("; waiting for the server", within: 10))
    let second = try ServerProgram(directory.path)
    try Self.boot(second, 2)
    #expect(watch.hasPrinted("the server is there again", within: 10))
    #expect(watch.hasPrinted("\(MachineLab.uuid(2)): new; ", within: 10))
    #expect(watch.printed.components(separatedBy: "waiting for the server").count == 2)
  }

  /// Each within a moment of its event, and nothing is asked for between them.
  @Test(.needs(.curl)) func `of boots tells each as it begins and ends`() throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    let server = try ServerProgram(directory.path)
    let watch = try Program(
      Program.built("coreos-ipxe-server"), ["boots", "--watch", "--data-dir", directory.path])
    defer { watch.kill(SIGKILL) }
    func asked() -> Int { server.program.printed.components(separatedBy: "event=boots").count }
    // At the start, and once more when it hears.
    for _ in 0..<1000 where asked() < 5 { usleep(10_000) }
    usleep(300_000)
    let before = asked()
    usleep(1_500_000)
    #expect(asked() == before)
    _ = try RawClient(port: server.port).get("/boot.ipxe?" + MachineLab.query(1))
    #expect(watch.hasPrinted("\(MachineLab.uuid(1)) (", within: 5), "\(watch.printed)")
    _ = try RawClient(port: server.port).get("/boot.ipxe?" + MachineLab.query(2))
    #expect(watch.hasPrinted("\(MachineLab.uuid(2)) (", within: 5), "\(watch.printed)")
  }

  /// Its own question raises an event, too: were that a change, it would ask again, without end.
  @Test(.needs(.curl)) func `asks nothing while nothing happens, whoever looks`() throws {
    let server = try TestServer(MachineLab.profiles)
    let directory = server.directory.path
    let watch = try Program(
      Program.built("coreos-ipxe-server"), ["machines", "watch", "--data-dir", directory])
    defer { watch.kill(SIGKILL) }
    #expect(watch.hasPrinted("NAME  MAC", within: 10))
    func asked() -> Int { server.log.components(separatedBy: "event=machines ").count }
    #expect(server.logHolds("path=/machines "))
    // It asks for all once more when it hears the stream begin.
    usleep(1_000_000)
    for verb in [["machines", "list"], ["machines", "doubts"], ["machines", "state"]] {
      let ended = try Program.run(
        Program.built("coreos-ipxe-server"), verb + ["--data-dir", directory])
      #expect(ended.status == 0, "\(ended.output)")
    }
    usleep(500_000)
    let before = asked()
    usleep(2_000_000)
    #expect(asked() == before, "\(server.log)")
    #expect(before < 8, "the start of the register, two questions of ours, one of list: \(before)")
    // And a machine that boots is seen all the same.
    _ = try RawClient(port: server.port).get(
      "/boot.ipxe?" + MachineLab.query(1, vendor: "00-16-3e"))
    #expect(watch.hasPrinted("\(MachineLab.uuid(1)): new; ", within: 10))
  }

  @Test(arguments: [
    (#"{"event":"machines","method":"GET"}"#, true),
    (#"{"event":"machines","method":"HEAD"}"#, true),
    (#"{"event":"boots","method":"GET"}"#, true),
    (#"{"event":"preview","method":"GET","machine":"a"}"#, true),
    (#"{"event":"what-comes-later","method":"GET"}"#, true),
    (#"{"event":"machine-api","method":"PATCH","machine":"a"}"#, false),
    (#"{"event":"doubts","method":"POST"}"#, false),
    (#"{"event":"script","method":"GET","machine":"a"}"#, false),
    (#"{"event":"stacki","method":"GET"}"#, false),
    (#"{"event":"machine-state","machine":"a"}"#, false),
    (#"{"event":"machines","count":"2"}"#, false),
  ])
  func `takes no reader's question for a change`(event: String, isQuestion: Bool) throws {
    #expect(WatchedEvent.isQuestion(try JSONReader.read(Array(event.utf8))) == isQuestion)
  }

  @Test func `reads events in pieces of any size`() throws {
    let text = """
      retry: 2000
      id: 41

      : still here

      id: 42
      event: script
      data: {"id":42,"machine":"a"}

      id: 50
      event: gap
      data: {"id":50,"event":"gap","from":43,"to":50}

      id: 51
      event: half
      data: {"id"
      """
    for size in [1, 7, 10_000] {
      var reader = EventFollower.Reader()
      var events: [JSON] = []
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        events += reader.append(rest.prefix(size))
        rest = rest.dropFirst(size)
      }
      #expect(events.map { $0["id"].shown } == ["42", "50"])
      #expect(events.first?["machine"].plain == "a" && reader.id == 50)
    }
  }
}
