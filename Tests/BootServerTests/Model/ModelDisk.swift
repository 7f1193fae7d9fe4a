// BootServerTests/Model: the disk under a server, and what goes wrong with it.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System
import TestSupport

@testable import BootServer

/// What is to happen at the disk's next steps; the file systems of one world share it.
final class ModelHooks: Sendable {
  private struct State {
    var faults: [(fault: ModelFault, left: Int)] = []
    /// Steps until the power goes, and the disk at that time.
    var cut: (left: Int, disk: MemoryDisk?)?
    var intrusion: (left: Int, body: @Sendable () -> Void)?
  }

  private let state = Locked(State())

  func set(_ fault: ModelFault, times: Int) {
    state.withLock { $0.faults.append((fault, times)) }
  }

  var isHealthy: Bool { state.withLock { $0.faults.isEmpty } }
  func heal() { state.withLock { $0.faults = [] } }

  /// The disk as it will be at a step from now, by ``takeCut()``.
  func cut(at step: Int) { state.withLock { $0.cut = (step, nil) } }

  func takeCut() -> MemoryDisk? {
    state.withLock { state in
      defer { state.cut = nil }
      return state.cut?.disk
    }
  }

  /// Calls `body` in the middle of what is done until ``endIntrusion()``.
  func intrude(at step: Int, _ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.intrusion = (step, body) }
  }

  /// - Returns: whether it came to that.
  func endIntrusion() -> Bool {
    state.withLock { state in
      defer { state.intrusion = nil }
      return state.intrusion == nil
    }
  }

  func before(_ step: MemoryFileSystem.Step, _ disk: MemoryDisk) {
    guard step.changes else { return }
    let body = state.withLock { state -> (@Sendable () -> Void)? in
      if let cut = state.cut, cut.disk == nil {
        state.cut = cut.left == 0 ? (0, disk) : (cut.left - 1, nil)
      }
      // The marker is written under a lock that the other thread wants.
      guard let intrusion = state.intrusion, !step.name.hasPrefix(MemoryDisk.outside) else {
        return nil
      }
      state.intrusion = intrusion.left == 0 ? nil : (intrusion.left - 1, intrusion.body)
      return intrusion.left == 0 ? intrusion.body : nil
    }
    body?()
  }

  func error(_ step: MemoryFileSystem.Step) -> Errno? {
    state.withLock { state in
      guard let index = state.faults.firstIndex(where: { $0.fault.hits(step) }) else { return nil }
      let fault = state.faults[index].fault
      state.faults[index].left -= 1
      if state.faults[index].left <= 0 { state.faults.remove(at: index) }
      return fault.error
    }
  }
}

extension ModelFault {
  func hits(_ step: MemoryFileSystem.Step) -> Bool {
    let isJournal = step.name.hasPrefix("journal-")
    let isRecord = step.name.hasPrefix("machines") || step.name.hasPrefix("tmp/")
    return switch self {
    case .journalWrite: isJournal && (step.kind == .write || step.kind == .make)
    case .journalFlush: isJournal && step.kind == .flush
    case .journalCut: isJournal && [.flush, .cut].contains(step.kind)
    case .recordWrite: isRecord && [.make, .write, .rename].contains(step.kind)
    case .recordFlush: isRecord && step.kind == .flush
    case .folderFlush: step.name == "." && step.kind == .flush
    case .marker: step.name.hasPrefix(MemoryDisk.outside) && step.changes
    case .fullDisk: [.make, .write].contains(step.kind) && !step.name.hasPrefix("@")
    case .readOnly: step.changes && !step.name.hasPrefix("@")
    case .reading: step.kind == .read || step.kind == .names
    case .known: step.name.hasSuffix("known") && step.changes
    }
  }

  var error: Errno {
    switch self {
    case .readOnly: .readOnlyFileSystem
    case .reading: .tooManyOpen
    case .journalWrite, .fullDisk: Errno(28)
    case .journalFlush, .journalCut, .recordWrite, .recordFlush, .folderFlush, .marker, .known:
      Errno(5)
    }
  }
}

extension ModelPower {
  /// What is left of a disk.
  func after(_ disk: MemoryDisk) -> MemoryDisk {
    var chance = Chance(seed)
    var left = chance.below(40)
    return disk.afterPowerLoss {
      left -= 1
      return switch loss {
      case .all: false
      case .none: true
      case .some: chance.flip()
      case .prefix: left >= 0
      }
    }
  }
}
