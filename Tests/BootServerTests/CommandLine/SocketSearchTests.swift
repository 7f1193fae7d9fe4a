// BootServerTests: which socket a verb speaks to.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("The search for the server's socket")
struct SocketSearchTests {
  static let standard = "/opt/coreos-ipxe-server/state/api.sock"
  static let runtime = "/run/coreos-ipxe-server/api.sock"
  static let unit = "/var/lib/coreos-ipxe-server/api.sock"

  /// - Parameters:
  ///   - files: owners by path; -1 may not be looked at, -2 is no socket.
  ///   - dead: sockets whose server has ended.
  static func find(
    _ files: [String: Int], user: UInt32 = 1000, arguments: [String] = [], sockets: String = "",
    dead: Set<String> = []
  ) throws -> String {
    guard
      case .run(let it) = try Invocation(
        arguments: ["machines", "list"] + arguments, environment: { _ in nil })
    else { return "help" }
    var search = SocketSearch(it)
    search.look = { (path) throws(Errno) in
      guard let owner = files[path] else { throw .noEntry }
      if owner == -1 { throw .accessDenied }
      return SocketFile(isSocket: owner != -2, owner: UInt32(max(owner, 0)))
    }
    search.isDead = { dead.contains($0) }
    search.user = user
    search.sockets = { Array(sockets.utf8) }
    search.users = { Array("root:x:0:0\nboot:x:998:1:::\n".utf8) }
    do throws(CommandError) {
      return try search.find()
    } catch {
      return error.description
    }
  }

  @Test func `takes that of both documented set-ups, and of the directory one stands in`() throws {
    #expect(try Self.find([Self.standard: 1000]) == Self.standard)
    #expect(try Self.find([Self.unit: 61234], user: 0) == Self.unit)
    #expect(try Self.find(["state/api.sock": 1000]) == "state/api.sock")
    #expect(try Self.find([Self.standard: 998, Self.unit: 1000]) == Self.unit)
  }

  @Test func `takes only the one that it is told`() throws {
    let told = try Self.find([Self.standard: 1000], arguments: ["--state-dir", "/s"])
    #expect(
      told == "cannot reach the server: there is no socket /s/api.sock; is it running, and is that"
        + " its directory? Name it with --data-dir or --state-dir")
    #expect(
      try Self.find(["/d/state/api.sock": 1000], arguments: ["--data-dir", "/d"])
        == "/d/state/api.sock")
  }

  @Test func `does not trust a socket that another put into the directory one stands in`() throws {
    for user: UInt32 in [0, 1000] {
      let line = try Self.find(["state/api.sock": 998], user: user)
      #expect(
        line.hasPrefix(
          "cannot reach the server: state/api.sock is of user boot, and not trusted,"
            + " there is no socket \(Self.runtime), \(Self.standard)"), "\(line)")
    }
  }

  @Test func `says whose it is`() throws {
    let (other, tail) = (
      ", there is no socket \(Self.runtime), ",
      "; run this as that user or as root: put sudo in front"
    )
    #expect(
      try Self.find([Self.standard: 998])
        == "cannot reach the server: \(Self.standard) is for user boot alone\(other)\(Self.unit)"
        + " or state/api.sock" + tail)
    #expect(try Self.find([Self.standard: 61234]).contains("is for user 61234 alone"))
    #expect(try Self.find([Self.standard: 0]).contains("is for root alone"))
    #expect(
      try Self.find([Self.unit: -1])
        == "cannot reach the server: you may not look for \(Self.unit) (Permission denied)\(other)"
        + "\(Self.standard) or state/api.sock" + tail)
    #expect(
      try Self.find([Self.unit: -1, "/var/lib/coreos-ipxe-server": 998])
        == "cannot reach the server: /var/lib/coreos-ipxe-server is for user boot alone"
        + " (Permission denied)\(other)\(Self.standard) or state/api.sock" + tail)
  }

  @Test func `passes over one that nobody listens on, where it was told no place`() throws {
    let both = [Self.runtime: 1000, "state/api.sock": 1000]
    #expect(try Self.find(both, dead: [Self.runtime]) == "state/api.sock")
    let all = try Self.find(both, dead: Set(both.keys))
    #expect(
      all == "cannot reach the server: nobody listens on \(Self.runtime), whose server has ended,"
        + " nobody listens on state/api.sock, whose server has ended, there is no socket"
        + " \(Self.standard) or \(Self.unit); is it running, and is that its directory?"
        + " Name it with --data-dir or --state-dir")
    // The caller says that its server has ended.
    let told = ["--state-dir", "/s"]
    #expect(
      try Self.find(
        ["/s/api.sock": 1000, "state/api.sock": 1000], arguments: told, dead: ["/s/api.sock"])
        == "/s/api.sock")
    let path = "/srv/boot/state/api.sock"
    #expect(
      try Self.find(
        [Self.runtime: 1000, path: 1000], sockets: "ffff: 2 0 00010000 0001 01 8 \(path)\n",
        dead: [Self.runtime]) == path)
  }

  @Test(.needs(.curl)) func `tells a socket that was left from one that is served`() throws {
    let place = try TemporaryDirectory(["profiles/": "", "left/": ""])
    let path = place.path + "/left/api.sock"
    do {
      let left = try Listener.local(path)
      #expect(!SocketFile.isDead(path))
      withExtendedLifetime(left) {}
    }
    #expect(SocketFile.isDead(path) && !SocketFile.isDead(path + "x"))
    // Such a one in the first place that is looked at, from where the server's is the last.
    let server = try ServerProgram(place.path)
    guard
      case .run(let line) = try Invocation(
        arguments: ["machines", "list"], environment: { _ in nil })
    else { return }
    var search = SocketSearch(line)
    search.look = { (asked) throws(Errno) in
      try SocketFile.at(asked == Self.runtime ? path : place.path + "/state/api.sock")
    }
    search.isDead = {
      SocketFile.isDead($0 == Self.runtime ? path : place.path + "/state/api.sock")
    }
    #expect(try search.find() == Self.standard)
    withExtendedLifetime(server) {}
  }

  @Test func `finds nothing left of a server that was stopped, and never takes another's away`()
    throws
  {
    let place = try TemporaryDirectory(["profiles/": "", "run/": ""])
    let (own, runtime) = (place.path + "/state/api.sock", place.path + "/run/api.sock")
    let server = try ServerProgram(
      place.path, environment: ["RUNTIME_DIRECTORY": place.path + "/run"])
    for _ in 0..<400 where (try? SocketFile.at(runtime)) == nil { usleep(5000) }
    let other = place.path + "/other.sock"
    let listener = try Listener.local(other)
    #expect(rename(other, runtime) == 0)
    _ = try SocketFile.at(own)
    server.program.kill(SIGTERM)
    #expect(server.program.exitStatus(within: 30) == 0)
    #expect(throws: Errno.noEntry) { try SocketFile.at(own) }
    _ = try SocketFile.at(runtime)
    #expect(!SocketFile.isDead(runtime))
    withExtendedLifetime(listener) {}
  }

  @Test func `takes that of the runtime directory first`() throws {
    #expect(try Self.find([Self.runtime: 0, Self.standard: 0], user: 0) == Self.runtime)
    #expect(try Self.find([Self.runtime: 1000, "state/api.sock": 1000]) == Self.runtime)
    #expect(
      try Self.find([Self.runtime: 1000], arguments: ["--data-dir", "/d"]).contains(
        "there is no socket /d/state/api.sock;"))
  }

  @Test func `takes the only one of ours that listens elsewhere`() throws {
    let path = "/srv/boot/state/api.sock"
    func line(_ path: String) -> String { "ffff: 2 0 00010000 0001 01 8 \(path)\n" }
    #expect(try Self.find([path: 1000], sockets: line(path)) == path)
    #expect(
      try Self.find([path: 998], sockets: line(path)).hasSuffix("--state-dir /srv/boot/state"))
    let two = line(path) + line("/b/api.sock")
    #expect(try Self.find([path: 1000, "/b/api.sock": 1000], sockets: two).contains("Others"))
    let told = try Self.find([path: 1000], arguments: ["--state-dir", "/s"], sockets: line(path))
    #expect(told.contains("there is no socket /s/api.sock"))
  }

  @Test func `names one that listens elsewhere`() throws {
    let head = "Num       RefCount Protocol Flags    Type St Inode Path\n"
    let other = "ffff: 00000003 00000000 00000000 0001 03 7 /x/api.sock\n"
    let ours = "ffff: 00000002 00000000 00010000 0001 01 8 /srv/boot/state/api.sock\n"
    #expect(
      try Self.find([:], sockets: head + other + ours).hasSuffix(
        "its directory? Others listen: --state-dir /srv/boot/state"))
    #expect(try Self.find([:], sockets: head + other).hasSuffix("--data-dir or --state-dir"))
    #expect(try Self.find([Self.standard: -2]).contains("\(Self.runtime), \(Self.standard), "))
  }

  @Test(.needs(.curl)) func `is for one that the server makes in RUNTIME_DIRECTORY, too`() throws {
    let place = try TemporaryDirectory(["profiles/": "", "run/": "", "state/": ""])
    let run = place.path + "/run"
    let server = try ServerProgram(place.path, environment: ["RUNTIME_DIRECTORY": run + ":/none"])
    for folder in [run, place.path + "/state"] {
      var list: (status: Int32, output: String) = (1, "")
      for _ in 0..<50 where list.status != 0 {
        list = try Program.run(
          Program.built("coreos-ipxe-server"),
          ["machines", "list", "--json", "--state-dir", folder])
      }
      #expect(list.output == "[]\n")
    }
    withExtendedLifetime(server) {}
  }
}
