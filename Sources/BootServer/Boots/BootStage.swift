// BootServer/Boots: one step of a boot.
// SPDX-License-Identifier: Apache-2.0

/// One step of a boot: a question, a script, a file on its way, a report.
///
/// Times are milliseconds since the boot began, by the monotonic clock: about 49 days fit.
struct BootStage: Equatable, Sendable {
  /// In the order in which they come.
  enum Kind: String, CaseIterable, Sendable {
    /// A machine is asked who it is.
    case identity
    case script
    case kernel
    case initrd
    /// What the booted system fetches later: a root file system, an ISO, a disk image.
    case image
    /// A config, answers, a seed.
    case config
    case report
  }

  let kind: Kind
  /// A file below the data directory, a profile, what was reported.
  let name: String
  let start: UInt32
  /// `nil` while it goes on.
  var end: UInt32?
  /// Distinct bytes that the client has acknowledged.
  var bytes: Int64 = 0
  /// Of the whole; `nil` where that is not known.
  var total: Int64?
  /// Bytes a second: lately while it goes on, else from start to end.
  var rate: Int64?

  /// Whether all of it has arrived.
  var isWhole: Bool { end != nil && (total.map { bytes >= $0 } ?? true) }

  /// As it is at its end.
  func finished(at time: UInt32) -> BootStage {
    var stage = self
    stage.finish(at: time)
    return stage
  }

  /// Ends it, unless that has been done.
  mutating func finish(at time: UInt32) {
    guard end == nil else { return }
    end = time
    rate = bytes > 0 ? bytes * 1000 / max(1, Int64(time) - Int64(start)) : nil
  }
}
