// BootServerTests: the data directory, by an event loop and by the disk.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import TestSupport
import Testing
import Text

@testable import BootServer

/// One suite for all who look at the data directory for whoever makes a script.
@Suite("Files of the data directory")
struct DataFilesTests {
  enum Kind: CaseIterable { case loop, disk }

  struct Lab {
    let directory: TemporaryDirectory
    let root: DataRoot

    init() throws {
      directory = try TemporaryDirectory([
        "profiles/p.json": "0123456789", "images/a/b": "", "images/a/c": "", "configs/empty": "",
      ])
      try directory.link("configs/out", to: "/etc/passwd")
      try directory.link("configs/in", to: "../profiles/p.json")
      root = DataRoot(path: directory.path)
    }

    func read(_ kind: Kind, _ path: String, limit: Int = 100) throws -> String {
      let path = try #require(RelativePath(path.utf8))
      switch kind {
      case .disk:
        return Self.text(
          DiskFiles(root: root).files.read(path, limit).map {
            "\($0.isTruncated) " + String(decoding: $0.bytes, as: UTF8.self)
          })
      case .loop:
        return try waiting { files throws(PendingFile) in
          Self.text(
            try files.read(path, limit).map {
              "\($0.isTruncated) " + String(decoding: $0.bytes, as: UTF8.self)
            })
        }
      }
    }

    func list(_ kind: Kind, _ path: String) throws -> String {
      let path = try #require(RelativePath(path.utf8))
      switch kind {
      case .disk:
        return Self.text(DiskFiles(root: root).files.list(path).map { $0.joined(separator: " ") })
      case .loop:
        return try waiting { files throws(PendingFile) in
          Self.text(try files.list(path).map { $0.joined(separator: " ") })
        }
      }
    }

    func problem(_ kind: Kind, _ path: String) throws -> DataProblem? {
      let path = try #require(RelativePath(path.utf8))
      switch kind {
      case .disk: return DiskFiles(root: root).files.problem(path)
      case .loop: return try waiting { files throws(PendingFile) in try files.problem(path) }
      }
    }

    private static func text(_ result: Result<String, DataProblem>) -> String {
      switch result {
      case .success(let text): text
      case .failure(let problem): "\(problem)"
      }
    }

    /// As a loop does it: what is not at hand is fetched by the pool, and asked for again.
    private func waiting<Value>(
      _ body: (DataFiles<PendingFile>) throws(PendingFile) -> Value
    ) throws -> Value {
      let reads = FileReads(pool: try WorkPool(capacity: 1), root: root)
      let store = FileStore(root: root, listings: reads.listings)
      var delivered: FileStore.Delivered = [:]
      while true {
        do throws(PendingFile) {
          return try body(LoopFiles(store, delivered).files)
        } catch {
          #expect(delivered[error] == nil)
          let done = Locked<Delivery?>(nil)
          let wake = Wake(try EventCounter(semaphore: true))
          reads.start(error) { delivery in
            done.withLock { $0 = delivery }
            wake.counter.add()
          }
          wake.counter.wait()
          delivered[error] = done.withLock { $0 }
        }
      }
    }

    private final class Wake: Sendable {
      let counter: EventCounter
      init(_ counter: consuming EventCounter) { self.counter = counter }
    }
  }

  @Test(arguments: Kind.allCases)
  func `are found, or there is a problem with a reason`(kind: Kind) throws {
    let lab = try Lab()
    #expect(try lab.read(kind, "profiles/p.json") == "false 0123456789")
    #expect(try lab.read(kind, "profiles/p.json", limit: 4) == "true 0123")
    #expect(try lab.read(kind, "configs/in") == "false 0123456789")
    #expect(try lab.read(kind, "configs/empty") == "false ")
    #expect(try lab.read(kind, "profiles/none") == "missing")
    #expect(try lab.read(kind, "images/a") == "special")
    #expect(try lab.read(kind, "configs/out").hasPrefix("leaves(link: \"out\""))
    #expect(try lab.list(kind, "images/a") == "b c")
    #expect(try lab.list(kind, "profiles/p.json") == "")
    #expect(try lab.list(kind, "images/none") == "missing")
    #expect(try lab.problem(kind, "images/a/b") == nil)
    #expect(try lab.problem(kind, "images/a") == nil)
    #expect(try lab.problem(kind, "images/x") == .missing)
    #expect(try lab.problem(kind, "configs/out") == .leaves(link: "out", target: "/etc/passwd"))
  }
}
