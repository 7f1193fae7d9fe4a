// BootServerTests: changes that wait for their turn.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import Boot
@testable import BootServer

/// Says when nothing holds it any more.
private final class Witness: Sendable {
  private let gone: Locked<Int>
  init(_ gone: Locked<Int>) { self.gone = gone }
  deinit { gone.withLock { $0 += 1 } }
}

@Suite("A queue of jobs")
struct JobQueueTests {
  /// A job that says which it is, and holds a witness as long as it is held.
  private static func job(
    _ number: Int, bytes: Int = 512, witness: Witness? = nil
  ) -> WaitingJob {
    let job = MachineJob(
      subject: .nobody, who: "\(number)", bytes: bytes,
      decide: { (_, _) throws(MachineError) in
        withExtendedLifetime(witness) { .nothing }
      })
    return WaitingJob(job: job) { _ in withExtendedLifetime(witness) {} }
  }

  private static func numbers(_ jobs: [WaitingJob]) -> [Int] { jobs.compactMap { Int($0.job.who) } }

  /// Offers so many jobs.
  ///
  /// - Returns: how many were taken.
  private static func fill(_ queue: inout JobQueue, _ count: Int, bytes: Int = 1) -> Int {
    (0..<count).count { queue.add(job($0, bytes: bytes)) }
  }

  @Test func `gives them in their order, a batch at a time`() {
    var queue = JobQueue()
    let count = JobQueue.batchJobs * 2 + 7
    #expect(Self.fill(&queue, count) == count)
    var taken: [[Int]] = []
    while queue.count > 0 { taken.append(Self.numbers(queue.dequeueBatch())) }
    #expect(taken.map(\.count) == [JobQueue.batchJobs, JobQueue.batchJobs, 7])
    #expect(taken.flatMap { $0 } == Array(0..<count))
    let none = queue.dequeueBatch()
    #expect(none.isEmpty)
  }

  @Test func `takes so many, and as many more as have gone`() {
    var queue = JobQueue()
    #expect(Self.fill(&queue, JobQueue.mostJobs + 5) == JobQueue.mostJobs)
    let batch = queue.dequeueBatch()
    #expect(batch.count == JobQueue.batchJobs)
    #expect(Self.fill(&queue, JobQueue.batchJobs + 5) == JobQueue.batchJobs)
    #expect(queue.count == JobQueue.mostJobs)
  }

  @Test func `takes so many bytes, and as many more as have gone`() {
    var queue = JobQueue()
    let (size, fitting, batch) = (1 << 20, JobQueue.mostBytes >> 20, JobQueue.batchBytes >> 20)
    #expect(Self.fill(&queue, fitting + 5, bytes: size) == fitting)
    #expect(Self.fill(&queue, 1) == 0)
    // A batch ends with the job that fills it.
    let first = queue.dequeueBatch()
    #expect(first.count == batch)
    #expect(Self.fill(&queue, batch + 5, bytes: size) == batch && queue.count == fitting)
    while queue.count > 0 { _ = queue.dequeueBatch() }
    #expect(Self.fill(&queue, 1, bytes: JobQueue.mostBytes + 1) == 0)
    #expect(Self.fill(&queue, 2, bytes: JobQueue.mostBytes) == 1)
  }

  @Test func `keeps nothing of those that it gave, also where it is never empty`() {
    let gone = Locked(0)
    var queue = JobQueue()
    for number in 0..<JobQueue.batchJobs * 2 {
      _ = queue.add(Self.job(number, witness: Witness(gone)))
    }
    for round in 1...20 {
      _ = queue.dequeueBatch()
      #expect(gone.withLock { $0 } == JobQueue.batchJobs * round)
      for number in 0..<JobQueue.batchJobs {
        _ = queue.add(Self.job(number, witness: Witness(gone)))
      }
    }
    #expect(queue.count == JobQueue.batchJobs * 2)
  }
}
