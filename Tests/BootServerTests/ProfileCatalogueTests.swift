// BootServerTests: profiles that cannot be had.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import Boot
@testable import BootServer

@Suite("A profile that cannot be looked at")
struct ProfileCatalogueTests {
  /// What can stand in a profile's place.
  enum Trouble: CaseIterable {
    case circle, nowhere, file, nonsense

    func make(_ name: String, in directory: TemporaryDirectory) throws {
      switch self {
      case .circle: try directory.link(name, to: (name as NSString).lastPathComponent)
      case .nowhere: try directory.link(name, to: "/no/such/disk/core.json")
      // A path through a file is none.
      case .file: try directory.link(name, to: "default.json/core.json")
      case .nonsense: try directory.write(name, "{")
      }
    }
  }

  private static let core = #"{"match":{"mac":"52:54:00:*"},"quantity":2,"install":{}}"#
  private static let rest = #"{"install":{}}"#

  private static func catalogue(_ directory: TemporaryDirectory) -> ProfileCatalogue {
    ProfileCatalogue(root: DataRoot(path: directory.path))
  }

  private static func machine() throws -> Machine {
    var machine = Machine(
      id: try #require(MachineID(MachineLab.uuid(1))), firstSeen: Timestamp(seconds: 1))
    machine.macs = [try #require(MACAddress(MachineLab.mac(1)))]
    return machine
  }

  @Test(arguments: Trouble.allCases)
  func `is broken, and keeps whom it is for`(trouble: Trouble) throws {
    let directory = try TemporaryDirectory([
      "profiles/core.json": Self.core, "profiles/default.json": Self.rest,
    ])
    var catalogue = Self.catalogue(directory)
    #expect(catalogue.walk().isEmpty)
    let match = catalogue.index["core"]?.match
    #expect(match != nil)
    try trouble.make("profiles/core.json", in: directory)
    // By the look at a machine's own, and by the walk for newcomers.
    for needs in [MachineJob.Profiles.own(also: nil), .all, .own(also: nil)] {
      _ = catalogue.update(needs, own: "core")
      let found = try #require(catalogue.index["core"])
      #expect(found.problem?.hasPrefix("profiles/core.json") == true && found.match == match)
      let choice = catalogue.index.choose(for: try Self.machine(), count: { _ in 0 })
      #expect(choice == .broken(try #require(found.problem)))
    }
    try FileManager.default.removeItem(atPath: directory.path + "/profiles/core.json")
    for needs in [MachineJob.Profiles.own(also: nil), .all] {
      _ = catalogue.update(needs, own: "core")
      #expect(catalogue.index["core"] == nil)
    }
  }

  @Test(arguments: Trouble.allCases)
  func `may be for anyone, where it never could`(trouble: Trouble) throws {
    let directory = try TemporaryDirectory(["profiles/default.json": Self.rest])
    try trouble.make("profiles/core.json", in: directory)
    var catalogue = Self.catalogue(directory)
    #expect(catalogue.walk().map(\.name) == ["core"])
    // Said once.
    #expect(catalogue.walk().isEmpty)
    #expect(catalogue.index["core"]?.problem != nil)
    if trouble != .nonsense { #expect(catalogue.index["core"]?.isForAnyone == true) }
  }

  @Test(arguments: [Trouble.circle, .nowhere])
  func `holds its machines and gives no newcomer to another`(trouble: Trouble) throws {
    let lab = try MachineLab([
      "profiles/default.json": #"{"os":"flatcar","version":"1","install":{"cloud_config":"inst"}}"#
    ])
    #expect(try lab.boot(MachineLab.query(1)).text.contains("Profile core"))
    let running = #"{"profile":"core","state":"running"}"#
    #expect(try lab.api("PUT", "/machines/\(MachineLab.uuid(2))", running).status == 201)
    let text = try lab.server.directory.read("profiles/core.json")
    try trouble.make("profiles/core.json", in: lab.server.directory)
    for number in [1, 3] {
      let answer = try lab.boot(MachineLab.query(number))
      #expect(answer.status == 503 && answer.text.contains("profiles/core.json"), "\(answer.text)")
    }
    #expect(try lab.boot(MachineLab.query(2)).text.contains("sanboot"))
    #expect(lab.server.logHolds("event=profile error=\"profiles/core.json: "))
    // Whom it never was for, goes on.
    let other = try lab.boot(MachineLab.query(4, vendor: "00-16-3e"))
    #expect(other.text.contains("Profile default"), "\(other.text)")
    try FileManager.default.removeItem(atPath: lab.server.directory.path + "/profiles/core.json")
    try lab.server.directory.write("profiles/core.json", text)
    for number in [1, 3] {
      #expect(try lab.boot(MachineLab.query(number)).text.contains("Profile core"))
    }
  }

  /// The names in a folder can be read, and nothing of what they name (mode 0444).
  @Test(.needs(.setpriv, root: true), arguments: ["profiles", "profiles/rack"])
  func `is broken where permission lacks`(folder: String) throws {
    let directory = try TemporaryDirectory(
      MachineLab.profiles.merging([
        "profiles/rack/one.json":
          #"{"os":"flatcar","version":"1","match":{"mac":"00:16:3e:*"},"install":{}}"#,
        "profiles/default.json": #"{"os":"flatcar","version":"1","install":{}}"#, "state/": "",
      ]) { $1 })
    for path in ["", "/state"] { #expect(chown(directory.path + path, 65534, 65534) == 0) }
    let (program, port) = try MachineNoWriteTests.serve(directory)
    func boot(_ number: Int, vendor: String = "00-16-3e") throws -> Answer {
      try RawClient(port: port).get("/boot.ipxe?" + MachineLab.query(number, vendor: vendor))
    }
    #expect(try boot(1).text.contains("Profile rack/one"))
    try #require(chmod(directory.path + "/" + folder, 0o444) == 0)
    for number in [1, 2] {
      let answer = try boot(number)
      #expect(answer.status == 503 && answer.text.contains("rack/one.json"), "\(answer.text)")
    }
    #expect(program.hasPrinted("profiles/rack/one.json: ", within: 5), "\(program.printed)")
    try #require(chmod(directory.path + "/" + folder, 0o755) == 0)
    for number in [1, 2] { #expect(try boot(number).text.contains("Profile rack/one")) }
  }
}
