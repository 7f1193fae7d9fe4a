// BootServerTests: boots over a restart.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import System
import TestSupport
import Testing
import Text

@testable import BootServer

@Suite("The file of boots")
struct BootLogTests {
  private static func run(_ machine: UInt64, _ number: Int, _ state: BootRun.State) -> BootRun {
    var run = BootRun(
      number: number, who: .machine(ShelfLab.machine(machine)), profile: "core \"1\"\n",
      version: "1.2", address: "10.0.0.1", state: state, began: 1_795_833_482_123)
    run.stages = [
      BootStage(kind: .script, name: "core", start: 5, end: 5, bytes: 300, total: 300),
      BootStage(
        kind: .initrd, name: "images/a", start: 70, end: nil, bytes: 41, total: 65, rate: 9),
    ]
    if !state.isUnderWay {
      run.ended = 99
      run.stages[1].end = 99
    }
    return run
  }

  private static func text(_ runs: [BootRun]) -> [UInt8] {
    runs.flatMap { Array(JSONWriter.text($0.json).utf8) + [0x0a] }
  }

  @Test(arguments: BootRun.State.allCases)
  func `gives back what it was given; what was under way is cut`(state: BootRun.State) throws {
    let run = Self.run(1, 7, state)
    let back = try #require(BootLog.runs(Self.text([run])).first)
    guard state.isUnderWay else {
      #expect(back == run)
      return
    }
    #expect(back.state == .cut && back.ended == 70 && back.stages[1].end == 70)
    #expect(back.stages[1].bytes == 41)
  }

  @Test func `counts the last line of a machine, and passes over what is torn`() {
    var text = Self.text([Self.run(1, 1, .done), Self.run(2, 2, .done), Self.run(1, 3, .local)])
    text += #"{"gone":"\#(ShelfLab.machine(2))"}"#.utf8
    text += "\nnot json\n{}\n[]\n".utf8
    text += Self.text([Self.run(3, 4, .done)]).dropLast(20)
    #expect(BootLog.runs(text) == [Self.run(1, 3, .local)])
    for length in 0..<text.count { _ = BootLog.runs(Array(text.prefix(length))) }
  }

  @Test func `is written anew at first and when it has grown, else added to`() throws {
    let directory = try TemporaryDirectory([:])
    let folder = try StateFolder(path: directory.path)
    var log = BootLog(folder)
    #expect(try log.readOnce().isEmpty)
    let first = Self.run(1, 1, .done)
    try log.write([first], gone: []) { [first] }
    for number in 2..<3000 {
      let run = Self.run(1, number, .done)
      try log.write([run], gone: []) { [run] }
    }
    let text = try folder.read("boots", limit: 1 << 30).bytes
    #expect(text.count { $0 == 0x0a } < 1500)
    var again = BootLog(folder)
    #expect(try again.readOnce() == [Self.run(1, 2999, .done)])
    #expect(try again.readOnce().isEmpty)
    try again.write([], gone: [ShelfLab.machine(1)]) { [] }
    var empty = BootLog(folder)
    #expect(try empty.readOnce().isEmpty)
  }

  @Test func `that cannot be written is told once, with its path`() throws {
    let directory = try TemporaryDirectory([:])
    let folder = try StateFolder(path: directory.path)
    try FileManager.default.createDirectory(
      atPath: directory.path + "/boots/x", withIntermediateDirectories: true)
    var log = BootLog(folder)
    let run = Self.run(1, 1, .done)
    do throws(BootLog.Failure) {
      try log.write([run], gone: []) { [run] }
      Issue.record("it was written")
    } catch {
      #expect(error.description.hasPrefix("\(directory.path)/boots cannot be written"))
      let isNews = [log.isNews(error), log.isNews(error)]
      #expect(isNews == [true, false])
    }
  }
}
