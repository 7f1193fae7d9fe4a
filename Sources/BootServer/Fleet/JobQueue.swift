// BootServer/Fleet: changes that wait for their turn.
// SPDX-License-Identifier: Apache-2.0

/// Jobs in the order in which they came, bounded in number and bytes.
struct JobQueue {
  static let mostJobs = 10_000
  static let mostBytes = 32 << 20
  /// What one batch takes.
  static let batchJobs = 1024
  static let batchBytes = 4 << 20

  private var jobs: [WaitingJob] = []
  private var bytes = 0

  var count: Int { jobs.count }

  /// - Returns: `false` where there is no room.
  mutating func add(_ waiting: WaitingJob) -> Bool {
    guard count < Self.mostJobs, bytes + waiting.job.bytes <= Self.mostBytes else { return false }
    jobs.append(waiting)
    bytes += waiting.job.bytes
    return true
  }

  /// The jobs of the next batch.
  ///
  /// Nothing of them stays, also where more come without pause.
  mutating func dequeueBatch() -> [WaitingJob] {
    var size = 0
    var end = 0
    while end < jobs.count, end < Self.batchJobs, size < Self.batchBytes {
      size += jobs[end].job.bytes
      end += 1
    }
    let taken = Array(jobs[..<end])
    bytes -= size
    if end < jobs.count {
      jobs.removeFirst(end)
    } else {
      jobs.removeAll(keepingCapacity: jobs.capacity <= Self.batchJobs)
    }
    return taken
  }
}
