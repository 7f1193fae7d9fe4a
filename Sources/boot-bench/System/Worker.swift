// boot-bench: a thread whose result is waited for.
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// Work on a thread of its own, for a client that one thread would slow down.
final class Worker<Output: Sendable>: Sendable {
  private let body: @Sendable () throws -> Output
  private let result = Mutex<Result<Output, any Error>?>(nil)
  private let thread = Mutex<pthread_t?>(nil)

  init(_ body: @escaping @Sendable () throws -> Output) throws(Failure) {
    self.body = body
    let run: @Sendable () -> Void = { [self] in
      let output = Result { try self.body() }
      result.withLock { $0 = output }
    }
    let started = try startThread(run)
    thread.withLock { $0 = started }
  }

  /// Waits for the end of the work.
  func join() throws -> Output {
    if let thread = thread.withLock({ $0.take() }) { _ = pthread_join(thread, nil) }
    guard let output = result.withLock({ $0 }) else { throw Failure("a thread left no result") }
    return try output.get()
  }
}

private final class ThreadBody {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

func startThread(_ run: @escaping @Sendable () -> Void) throws(Failure) -> pthread_t {
  let box = unsafe Unmanaged.passRetained(ThreadBody(run))
  var thread = pthread_t()
  let code = unsafe pthread_create(
    &thread, nil,
    { argument in
      guard let argument = unsafe argument else { return nil }
      unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
      return nil
    }, box.toOpaque())
  guard code == 0 else {
    unsafe box.release()
    throw .system("pthread_create", code)
  }
  return thread
}
