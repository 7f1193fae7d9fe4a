// BootServerTests/Trail: a trail on a directory of its own, without a server.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Foundation
import System
import TestSupport
import Text

@testable import BootServer

/// Records as values, and a trail of them.
final class TrailLab: Sendable {
  struct Records {
    var batch = 0
    var machines: [MachineID: Machine] = [:]
    var revisions: [MachineID: Int] = [:]
    var damaged: Set<MachineID> = []
    var clusters: [UInt8]?
  }

  let directory: TemporaryDirectory
  let records = Locked(Records())
  let log: Log
  private let lines = Locked<[UInt8]>([])
  private let running = Locked<Trail?>(nil)

  /// What was logged.
  var text: String { lines.withLock { String(decoding: $0, as: UTF8.self) } }
  var path: String { directory.path }

  init(_ directory: TemporaryDirectory? = nil) throws {
    self.directory = try directory ?? TemporaryDirectory()
    let lines = lines
    log = try Log(level: .debug) { (bytes, start) throws(Errno) in
      lines.withLock { $0 += bytes[start...] }
      return bytes.count - start
    }
  }

  deinit {
    end()
    try? FileManager.default.removeItem(atPath: "\(path)-git")
  }

  /// Quick, for tests.
  static var limits: TrailLimits {
    var limits = TrailLimits()
    (limits.startMilliseconds, limits.paceMilliseconds, limits.pauseMilliseconds) = (0, 0, 20)
    limits.seconds = 60
    return limits
  }

  /// Opens a trail, as a start of the server does; the one before ends, as by a crash.
  @discardableResult
  func start(
    _ adjust: (inout TrailLimits) -> Void = { _ in }, replayed: [TrailNote] = []
  ) throws -> Trail {
    end()
    var limits = Self.limits
    adjust(&limits)
    let trail = try Trail(log: log, limits: limits)
    running.withLock { $0 = trail }
    open(trail, replayed: replayed)
    return trail
  }

  func open(_ trail: Trail, replayed: [TrailNote] = []) {
    guard let folder = try? StateFolder(path: path) else { return }
    trail.open(folder, current, replayed: replayed) { [records] in Self.values(records) }
  }

  func end() { running.withLock { $0 }?.stop() }

  var current: TrailRecords { Self.values(records) }

  private static func values(_ records: Locked<Records>) -> TrailRecords {
    records.withLock { all in
      TrailRecords(
        batch: all.batch,
        all.machines.map { id, machine in
          TrailRecord(
            id, revision: all.revisions[id] ?? 0, isStranger: machine.profile == nil,
            content: Array(machine.fileText.utf8))
        }, damaged: all.damaged, clusters: all.clusters)
    }
  }

  /// Changes a machine in a batch of its own.
  ///
  /// - Returns: the note of it, which is given to nobody yet.
  @discardableResult
  func change(
    _ number: Int, who: String = "127.0.0.1", why: String = "it says so",
    _ body: (inout Machine) -> Void = { _ in }
  ) -> TrailNote {
    records.withLock { records in
      let id = Self.id(number)
      let old = records.machines[id]
      var machine = old ?? Self.machine(number)
      body(&machine)
      records.batch += 1
      records.machines[id] = machine
      records.revisions[id] = records.batch
      return TrailNote(from: old, to: machine, who: who, why: why, batch: records.batch)
        ?? TrailNote(
          of: .record(id), .elsewhere, subject: "nothing", who: who, why: why,
          batch: records.batch)
    }
  }

  @discardableResult
  func remove(_ number: Int, who: String = "127.0.0.1") -> TrailNote? {
    records.withLock { records in
      records.batch += 1
      let old = records.machines.removeValue(forKey: Self.id(number))
      return TrailNote(from: old, to: nil, who: who, why: "it says so", batch: records.batch)
    }
  }

  static func id(_ number: Int) -> MachineID { machine(number).id }

  static func machine(_ number: Int) -> Machine {
    let digits = String(number, radix: 16)
    let text =
      "4c4c4544-0031-3010-8034-" + String(repeating: "0", count: 12 - digits.count) + digits
    let uuid = MachineUUID(text)
    var machine = Machine(
      id: uuid.map { MachineID($0) } ?? MachineID(MACAddress("52:54:00:00:00:01")!),
      firstSeen: Timestamp(seconds: 1_795_263_600))
    machine.uuid = uuid
    machine.serial = "S\(number)"
    machine.profile = "core"
    return machine
  }

  // MARK: What is in git

  @discardableResult
  func git(_ arguments: [String]) throws -> String {
    let ended = try Program.run(
      Tool.git.path,
      ["-C", path, "-c", "user.name=coreos-ipxe-server", "-c", "user.email=o"] + arguments,
      environment: ["LC_ALL": "C"], within: 60)
    guard ended.status == 0 else {
      throw ClientError(description: "git \(arguments): \(ended.output)")
    }
    return ended.output
  }

  /// The subjects of all commits, the latest first.
  var subjects: [String] {
    ((try? git(["log", "--format=%s", "main"])) ?? "").split(separator: "\n").map(String.init)
  }

  /// The names of all files in the last commit.
  var files: [String] {
    ((try? git(["ls-tree", "-r", "--name-only", "main"])) ?? "").split(separator: "\n")
      .map(String.init)
  }

  func content(_ number: Int) -> String? {
    try? git(["show", "main:\(TrailPath.record(Self.id(number)))"])
  }

  /// Whether git has just the records that there are, but for strangers.
  var isComplete: Bool {
    let records = current.records.filter { !$0.isStranger }
    guard Set(files) == Set(records.map { TrailPath.record($0.id) }) else { return false }
    if records.isEmpty { return true }
    let shown = try? git(["show"] + records.map { "main:\(TrailPath.record($0.id))" })
    return shown == String(decoding: records.flatMap { $0.content() }, as: UTF8.self)
  }

  /// Waits until something is so.
  func holds(within seconds: Double = 15, _ condition: () -> Bool) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if condition() { return true }
      usleep(10000)
    }
    return condition()
  }

  /// Waits until the last commit has this subject.
  func isLast(_ subject: String) -> Bool { holds { subjects.first == subject } }

  /// Waits until the trail has nothing to do.
  func isQuiet(_ trail: Trail) -> Bool {
    holds { trail.isIdle && trail.condition.waiting == 0 && !trail.condition.isBehind }
  }

  /// A program that stands in for git.
  ///
  /// Another process writes it: one that we start at that moment would inherit a descriptor of ours,
  /// and a file that is open for writing cannot be run.
  func script(_ text: String) throws -> String {
    let name = "\(path)-git"
    let write =
      "printf '%s\\n' '#!/bin/sh' \"$1\" > \"$0.new\"; chmod 755 \"$0.new\"; mv \"$0.new\" \"$0\""
    let ended = try Program.run("/bin/sh", ["-ec", write, name, text])
    guard ended.status == 0 else { throw ClientError(description: ended.output) }
    return name
  }

  func count(inLog text: String) -> Int { self.text.ranges(of: text).count }
}

extension Trail {
  /// What the directory held when it was opened is in the trail.
  var isIdle: Bool { state.withLock { $0.place?.start == nil && $0.git != nil } }
}
