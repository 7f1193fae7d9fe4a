// BootServerTests: a state directory whose lock cannot be had.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("A state directory whose lock cannot be opened, or is no file", .waits)
struct LockTests {
  /// What can stand in the lock's place.
  enum Trouble: CaseIterable {
    case folder, circle, nowhere

    var reason: String {
      switch self {
      case .folder: "Is a directory"
      case .circle: "Too many levels of symbolic links"
      case .nowhere: "No such file or directory"
      }
    }

    func make(in directory: TemporaryDirectory) throws {
      switch self {
      case .folder: try directory.write("state/lock/", "")
      case .circle: try directory.link("state/lock", to: "lock")
      case .nowhere: try directory.link("state/lock", to: "/no/such/disk/lock")
      }
    }
  }

  private func lock(_ directory: TemporaryDirectory) -> String { directory.path + "/state/lock" }

  @Test(arguments: Trouble.allCases)
  func `is not ours`(trouble: Trouble) throws {
    let place = try TemporaryDirectory(["state/machines/": ""])
    try trouble.make(in: place)
    let store = StateDirectory(path: place.path + "/state", data: place.path)
    let error = #expect(throws: StoreError.self) { try store.open() }
    #expect(error?.description.contains("\(lock(place)): \(trouble.reason)") == true, "\(error)")
    #expect(throws: CommitError.self) { try store.commit(Batch(changes: [.put(.test(1))])) }
    // Nothing is written there, and the error leaves no lock behind.
    let names = try FileManager.default.contentsOfDirectory(atPath: place.path + "/state")
    #expect(names.sorted() == ["lock", "machines"])
    try FileManager.default.removeItem(atPath: lock(place))
    _ = try store.open()
    _ = try store.commit(Batch(changes: [.put(.test(1))]))
  }

  /// Nobody is at its other end, and nobody waits for one; it locks like any file.
  @Test(.timeLimit(.minutes(10)))
  func `may be a FIFO`() throws {
    let place = try TemporaryDirectory(["state/machines/": ""])
    #expect(mkfifo(lock(place), 0o600) == 0)
    let store = StateDirectory(path: place.path + "/state", data: place.path)
    _ = try store.open()
    let other = StateDirectory(path: place.path + "/state", data: place.path)
    #expect(throws: StoreError.self) { try other.open() }
    store.close()
    _ = try other.open()
  }

  @Test(arguments: dear(Trouble.allCases, each: 3))
  func `is said to be so, while ?profile= is served and machines are held`(
    trouble: Trouble
  ) throws {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    // One that is known, and waits for its installer.
    let first = try ServerProgram(directory.path)
    let known = "/boot.ipxe?" + MachineLab.query(1)
    let script = try RawClient(port: first.port).get(known).text
    #expect(script.contains("token="))
    first.program.kill(SIGTERM)
    #expect(first.program.exitStatus(within: 10) == 0)
    try FileManager.default.removeItem(atPath: lock(directory))
    try trouble.make(in: directory)
    let record = "state/machines/\(MachineLab.uuid(1)).json"
    let before = try directory.read(record)
    let server = try ServerProgram(directory.path)
    #expect(
      server.program.hasPrinted(
        "event=no-machines error=\"\(lock(directory)): \(trouble.reason)",
        within: 5), "\(server.program.printed)")
    let client = try RawClient(port: server.port)
    for number in [1, 2, 1] {
      let answer = try client.get("/boot.ipxe?" + MachineLab.query(number))
      #expect(answer.status == 503 && answer["retry-after"] == "5")
      #expect(answer.text.hasPrefix("this machine is held: the server cannot use its state"))
      #expect(!answer.text.contains(directory.path))
    }
    #expect(try client.get("/?profile=core").status == 200)
    #expect(try directory.read(record) == before)
    // It is said once, however often it is tried.
    usleep(2_500_000)
    #expect(server.program.printed.components(separatedBy: "event=no-machines").count == 2)
    // It finds out by itself when the lock can be had.
    try FileManager.default.removeItem(atPath: lock(directory))
    #expect(server.program.hasPrinted("event=machines state=", within: 10))
    #expect(try client.get(known).text == script)
    #expect(try client.get("/boot.ipxe?" + MachineLab.query(2)).status == 200)
  }
}
