// BootServerTests: the program that gets each event.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing
import Text

@testable import BootServer

@Suite("The program of --on-event", .waits, .timeLimit(.minutes(5)))
struct EventProgramTests {
  /// A script in a directory of its own; `DIR` stands for that.
  private static func script(_ text: String, _ directory: TemporaryDirectory) throws -> String {
    let path = directory.path + "/program"
    try directory.write("program", text.replacing("DIR", with: directory.path))
    chmod(path, 0o755)
    return path
  }

  private static func awaitText(_ path: String, _ isIt: (String) -> Bool) -> String {
    var text = ""
    for _ in 0..<1000 {
      text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      if isIt(text) { break }
      usleep(5000)
    }
    return text
  }

  private static func lines(_ text: String) throws -> [JSON] {
    try text.split(separator: "\n").map { try JSONReader.read(Array($0.utf8)) }
  }

  @Test func `reads each event as a line of JSON, with nothing secret around it`() throws {
    let place = try TemporaryDirectory()
    let path = try Self.script(
      "#!/bin/sh\necho \"$# $(env | cut -d= -f1 | grep -vE '^(PWD|_|SHLVL|OLDPWD)$' | sort | tr '\\n' ' ')\" >DIR/env\nexec cat >DIR/out\n",
      place)
    setenv("COREOS_IPXE_SERVER_SECRET", "x", 1)
    do {
      let lab = try MachineLab(adjust: { $0.onEvent = path })
      _ = try lab.server.get("/?profile=a")
      let text = Self.awaitText(place.path + "/out") { $0.contains(#""event":"script""#) }
      let events = try Self.lines(text)
      let ids = events.compactMap { Int($0["id"].shown) }
      #expect(ids == Array(1...events.count))
      #expect(events.contains { $0["event"].plain == "machines" })
    }
    #expect(Self.awaitText(place.path + "/env") { $0.hasSuffix("\n") } == "0 HOME PATH \n")
  }

  @Test func `gets its last events, and ends with the server`() throws {
    let place = try TemporaryDirectory()
    let path = try Self.script(
      "#!/bin/sh\ntrap 'echo asked >DIR/end; exit' TERM\necho $$ >DIR/pid\nwhile :; do sleep 0.05; done\n",
      place)
    do {
      let lab = try MachineLab(adjust: { $0.onEvent = path })
      _ = Self.awaitText(place.path + "/pid") { $0.hasSuffix("\n") }
      _ = lab
    }
    #expect(Self.awaitText(place.path + "/end") { $0.hasSuffix("\n") } == "asked\n")
    let pid = Self.awaitText(place.path + "/pid") { _ in true }.split(separator: "\n").first
    #expect(kill(try #require(pid.flatMap { Int32($0) }), 0) != 0)
  }

  @Test func `is started again when it dies, and goes on with the next line`() throws {
    let place = try TemporaryDirectory()
    let path = try Self.script(
      "#!/bin/sh\nread -r line; printf '%s\\n' \"$line\" >>DIR/out; exit 3\n", place)
    let lab = try MachineLab(adjust: { $0.onEvent = path })
    #expect(
      lab.server.logHolds(
        "event=on-event program=\(path) error=\"it ended with status 3; it is started again in 1 s\""
      ))
    let text = Self.awaitText(place.path + "/out") { $0.split(separator: "\n").count > 1 }
    let ids = try Self.lines(text).compactMap { Int($0["id"].shown) }
    #expect(ids.count > 1 && ids == Array(Set(ids)).sorted())
  }

  /// Nobody waits for it, and what it did not get is said.
  @Test func `that reads nothing stops nobody`() throws {
    let place = try TemporaryDirectory()
    let path = try Self.script(
      "#!/bin/sh\nwhile [ ! -e DIR/go ]; do sleep 0.05; done\nexec cat >DIR/out\n", place)
    let lab = try MachineLab(adjust: { $0.onEvent = path })
    #expect(lab.server.logHolds("event=machines"))
    usleep(300_000)
    let log = lab.server.running.log
    log.feed.add((0..<30_000).map { EventText.of(Event(.key, ["n": .text("\($0)")])) })
    #expect(try lab.server.get("/healthz").status == 200)
    #expect(lab.server.logHolds("event=on-event program=\(path) dropped="))
    try place.write("go", "")
    let text = Self.awaitText(place.path + "/out") { $0.contains(#""n":"29999""#) }
    let events = try Self.lines(text)
    let gap = try #require(events.firstIndex { $0["event"].plain == "gap" })
    #expect(Int(events[gap]["from"].shown) == Int(events[gap - 1]["id"].shown).map { $0 + 1 })
    #expect(Int(events[gap]["to"].shown) == Int(events[gap + 1]["id"].shown).map { $0 - 1 })
  }

  @Test func `must be there, and be a program`() throws {
    let place = try TemporaryDirectory(["text": "x"])
    for (path, why) in [
      ("/nonexistent/x", "cannot run /nonexistent/x: No such file or directory; name a program"),
      (place.path, "cannot run \(place.path): it is no file"),
      ("\(place.path)/text", "cannot run \(place.path)/text: it is not executable; chmod +x"),
    ] {
      let result = try ProgramTests.run(["--data-dir", place.path, "--on-event", path])
      #expect(result.0 == 1 && result.1.contains(why), "\(result.1)")
    }
    let relative = try ProgramTests.run(["--on-event", "x"])
    #expect(relative.0 == 2 && relative.1.contains("'x' is no absolute path"))
  }
}
