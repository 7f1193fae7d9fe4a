// BootServerTests/Rows: the register without threads, over a disk in memory.
// SPDX-License-Identifier: Apache-2.0

import System
import TestSupport

@testable import Boot
@testable import BootServer

/// The one who decides, and the store below it, on a disk that can fail.
final class KeeperLab {
  /// What the disk does to a step; changed in the middle of a test.
  typealias Fault = @Sendable (MemoryFileSystem.Step) -> Errno?

  private let fault: Locked<Fault>
  let files: MemoryFileSystem
  let store: StateDirectory
  private(set) var keeper: FleetKeeper

  init(
    _ disk: MemoryDisk = MemoryDisk(), profiles: [String: String] = KeeperLab.one,
    canWatch: Bool = true
  ) throws {
    let fault = Locked<Fault>({ _ in nil })
    let files = MemoryFileSystem(
      disk, canWatch: canWatch, fault: { step in fault.withLock { $0 }(step) })
    let index = ProfileIndex(
      profiles.sorted { $0.key < $1.key }.map {
        Candidate(name: $0.key, parsing: Array($0.value.utf8))
      })
    (self.fault, self.files) = (fault, files)
    store = StateDirectory.over(files)
    keeper = FleetKeeper(store: store, profiles: { _, _ in index })
    _ = try keeper.open()
  }

  /// One machine can be installed.
  static let one = ["core": #"{"quantity":1,"install":{}}"#]

  func breaks(_ fault: @escaping Fault) { self.fault.withLock { $0 = fault } }
  func mends() { breaks { _ in nil } }

  /// What is not known is tried to be decided.
  func recover() { keeper.recover() }

  @discardableResult
  func process(_ jobs: MachineJob...) -> [MachineJob.Outcome] {
    keeper.process(jobs, now: Timestamp(seconds: 1_764_000_000))
  }

  static func boot(_ number: Int) -> MachineJob {
    var boot = BootIdentity()
    boot.uuid = MachineUUID(MachineLab.uuid(number))
    boot.mac = MACAddress(MachineLab.mac(number))
    return .contact(boot, who: "test")
  }

  static func edit(_ number: Int, _ body: String, makes: Bool = false) throws -> MachineJob {
    .edit(
      name: MachineLab.uuid(number), try MachineEdit(parsing: Array(body.utf8), merges: !makes),
      makes: makes, why: "test", who: "test", sightings: { _ in Machine.Sightings() })
  }

  static func remove(_ number: Int) -> MachineJob {
    .remove(name: MachineLab.uuid(number), who: "test", isExpected: { _ in true })
  }

  /// A machine as it is known; `nil`: it is not.
  func machine(_ number: Int) -> Machine? {
    MachineID(MachineLab.uuid(number)).flatMap { keeper.roster[$0]?.machine }
  }

  var holders: Int { keeper.roster.count(profile: "core") }
  /// Nobody is held for what the disk did.
  var holdsNobody: Bool {
    keeper.roster.damaged.isEmpty && keeper.held.isEmpty && keeper.unsure.isEmpty
      && keeper.careful == nil
  }
}

extension MachineJob.Outcome {
  /// It could not be kept, and so did not happen, as far as is known.
  var isNotKept: Bool {
    switch self {
    case .failure(.notKept), .failure(.notKnown): true
    default: false
    }
  }
  var isDone: Bool {
    if case .success = self { true } else { false }
  }
}
