// BootServerTests: events of what no single request tells of.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Text

@testable import BootServer

@Suite("Whoever listens to events hears", .timeLimit(.minutes(2)))
struct LookoutTests {
  @Test func `of a channel that another process has moved`() throws {
    let folder = "images/flatcar/amd64-usr"
    let channels =
      #"{"format":1,"channels":{"stable":{"history":["1"]},"beta":{"history":["1"]}}}"#
    let lab = try MachineLab([
      "\(folder)/.channels.json": channels, "\(folder)/2/a": "", "\(folder)/1/a": "",
    ])
    func move(_ channel: String, to version: String) throws {
      let path = lab.server.directory.path + "/\(folder)/\(channel)"
      try? FileManager.default.removeItem(atPath: path)
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: version)
    }
    try move("stable", to: "1")
    let client = try EventClient(lab)
    // What was there when the first one came is no news.
    usleep(300_000)
    try move("stable", to: "2")
    let event = try client.next(named: "image-promoted")
    #expect(event.data["channel"].plain == "flatcar/amd64-usr/stable")
    #expect(event.data["version"].plain == "2" && event.data["before"].plain == "1")
    try move("beta", to: "1")
    let first = try client.next(named: "image-promoted")
    #expect(first.data["channel"].plain == "flatcar/amd64-usr/beta")
    #expect(first.data["before"] == .null)
    #expect(!lab.server.log.contains("image-promoted"))
  }

  @Test func `of a fault that several requests tell together, once`() throws {
    let lab = try MachineLab()
    for _ in 0..<3 { _ = try lab.server.get("/boot/images/flatcar/x") }
    let client = try EventClient(lab)
    let event = try client.next(named: "fault")
    #expect(event.data["kind"].plain == "base-url" && event.data["level"].plain == "warning")
    #expect(event.data["error"].plain.contains("everything below /boot"))
    #expect(event.data["seen"].plain.contains("3 times"))
    #expect(event.data["hint"].plain.hasPrefix("have the proxy take /boot away"))
    let lines = lab.server.running.log.feed.recentLines
    let faults = EventDoctor(events: LoggedEvent.list(lines)).findings.map(\.kind)
    #expect(faults.contains("base-url") && !faults.contains("fault"))
  }
}
