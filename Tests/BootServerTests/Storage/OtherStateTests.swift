// BootServerTests/Storage: a state directory that leaves machines behind in another one.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

/// A server that was started by hand keeps its records in the data directory, a unit in `/var/lib`.
@Suite("A server whose machines are written down elsewhere", .timeLimit(.minutes(2)))
struct OtherStateTests {
  private static let used = MachineLab.uuid(1)

  /// A data directory in whose own `state` a machine is installed, and a place for a unit's state.
  private static func directory() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory(MachineLab.profiles)
    try Provided.files(of: directory)
    do {
      let lab = MachineLab(server: try TestServer(directory: directory))
      _ = try lab.boot(MachineLab.query(1))
      #expect(try lab.api("PATCH", "/machines/\(used)", #"{"state":"installed"}"#).status == 200)
    }
    return directory
  }

  private static func start(
    _ directory: TemporaryDirectory, _ adjust: @escaping (inout Configuration) -> Void = { _ in }
  ) throws -> MachineLab {
    let lab = MachineLab(
      server: try TestServer(directory: directory) { configuration in
        configuration.stateDirectoryOption = directory.path + "/unit"
        adjust(&configuration)
      })
    #expect(lab.server.logHolds("event=machines"))
    return lab
  }

  @Test func `installs nothing over them, and says where they are`() throws {
    let directory = try Self.directory()
    let lab = try Self.start(directory)
    #expect(lab.server.logHolds("event=state-careful"))
    let path = RealPath.of(directory.path)
    #expect(lab.server.log.contains("\(path)/state has machines of this data directory;"))
    let answer = try lab.boot(MachineLab.query(1))
    #expect(!answer.text.contains("vmlinuz") && lab.server.logHolds("by=careful"))
  }

  @Test func `is a new one where a person says so`() throws {
    let lab = try Self.start(try Self.directory()) { $0.freshState = true }
    #expect(!lab.server.log.contains("state-careful"))
    #expect(try lab.boot(MachineLab.query(1)).text.contains("vmlinuz"))
  }

  @Test func `knows a unit's by the data directory that is noted in it`() throws {
    let directory = try Self.directory()
    let data = RealPath.of(directory.path)
    let unit = data + "/state"
    let noted = try FileDescriptor.contents(of: unit + "/data", limit: 4096)
    #expect(String(decoding: noted, as: UTF8.self).hasPrefix(data + "\n"))
    func other(_ data: String, own: String) -> String? {
      OtherState(data: data, state: own, places: [unit]).find()
    }
    let says = "\(unit) has machines of this data directory"
    // The data directory's own counts anyway.
    #expect(other(data, own: data + "/unit") == says)
    #expect(other(data, own: unit) == nil)
    let another = try TemporaryDirectory(["x": ""])
    let elsewhere = RealPath.of(another.path)
    #expect(other(elsewhere, own: elsewhere + "/state") == nil)
    try directory.write("state/data", elsewhere + "\n")
    #expect(other(elsewhere, own: elsewhere + "/state") == says)
    #expect(other(data, own: data + "/unit") == says)
    // A link that leads to another release meanwhile is the same data directory.
    let link = elsewhere + "/current"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: data)
    try directory.write("state/data", "/releases/1\n\(link)\n")
    #expect(other(link, own: elsewhere + "/s") == says)
  }

  /// As a unit's user finds what root has made: mode 0700.
  @Test func `may have them where it cannot be looked into, once a machine was known`() throws {
    let directory = try Self.directory()
    let data = RealPath.of(directory.path)
    var other = OtherState(data: data, state: data + "/unit", places: [])
    other.names = { (_) throws(Errno) in throw .accessDenied }
    let says = "\(data)/state may have machines of this data directory, and cannot be looked into"
    #expect(other.find() == says)
    try FileManager.default.removeItem(atPath: data + "/" + StateMarker.fileName)
    #expect(other.find() == nil)
  }
}
