// TestSupport: tests that wait for programs and timers.
// SPDX-License-Identifier: Apache-2.0

// A build without tests has no such module, and no use for this.
#if canImport(Testing)
  import Foundation
  import Testing

  /// Runs a suite's tests on threads for those that wait.
  ///
  /// Swift's own pool has a thread for each processor. A test that waits for a program or a timer holds
  /// one of them, and the processor has nothing to do meanwhile.
  package struct WaitsTrait: SuiteTrait, TestScoping {
    package func provideScope(
      for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
    ) async throws {
      try await withTaskExecutorPreference(WaitingThreads.shared) { try await body() }
    }
  }

  extension Trait where Self == WaitsTrait {
    /// For suites whose tests wait more than they compute.
    package static var waits: Self { WaitsTrait() }
  }

  /// Threads beside those of Swift's pool.
  ///
  /// What came last is done first: so the next test of a suite that is serialized need not wait for all
  /// others.
  private final class WaitingThreads: TaskExecutor, Sendable {
    static let shared = WaitingThreads(count: 2 * ProcessInfo.processInfo.activeProcessorCount)

    private let jobs = Locked<[UnownedJob]>([])
    private let isThere = DispatchSemaphore(value: 0)

    private init(count: Int) {
      for _ in 0..<count { Thread.detachNewThread { self.work() } }
    }

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      jobs.withLock { $0.append(job) }
      isThere.signal()
    }

    private func work() {
      while true {
        isThere.wait()
        jobs.withLock { $0.removeLast() }.runSynchronously(on: asUnownedTaskExecutor())
      }
    }
  }
#endif
