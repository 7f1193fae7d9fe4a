// boot-bench: a thread whose result is waited for.
// SPDX-License-Identifier: Apache-2.0

import System

/// Work on a thread of its own, for a client that one thread would slow down.
final class Worker<Output: Sendable>: Sendable {
  private let result = Mutex<Result<Output, any Error>?>(nil)
  private let isDone: EventCounter

  init(_ body: @escaping @Sendable () throws -> Output) throws {
    isDone = try EventCounter(semaphore: true)
    try Thread.spawn("bench") { [self] in
      let output = Result { try body() }
      result.withLock { $0 = output }
      isDone.add()
    }
  }

  /// Waits for the end of the work; once.
  func join() throws -> Output {
    isDone.wait()
    guard let output = result.withLock({ $0 }) else { throw Failure("a thread left no result") }
    return try output.get()
  }
}
