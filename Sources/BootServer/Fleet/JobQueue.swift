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
  /// Jobs before this one have been taken.
  private var first = 0
  private var bytes = 0

  var count: Int { jobs.count - first }

  /// - Returns: `false` where there is no room.
  mutating func add(_ waiting: WaitingJob) -> Bool {
    guard count < Self.mostJobs, bytes + waiting.job.bytes <= Self.mostBytes else { return false }
    jobs.append(waiting)
    bytes += waiting.job.bytes
    return true
  }

  /// The jobs of the next batch.
  mutating func takeBatch() -> [WaitingJob] {
    var size = 0
    var end = first
    while end < jobs.count, end - first < Self.batchJobs, size < Self.batchBytes {
      size += jobs[end].job.bytes
      end += 1
    }
    let taken = Array(jobs[first..<end])
    bytes -= size
    first = end
    if first == jobs.count {
      jobs.removeAll(keepingCapacity: jobs.capacity <= Self.batchJobs)
      first = 0
    }
    return taken
  }
}
