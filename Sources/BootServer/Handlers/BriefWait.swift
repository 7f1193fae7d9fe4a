// BootServer/Handlers: waiting for a record that lies on another host.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Waits for a job, and not for long.
enum BriefWait {
  /// What a machine that boots can spare: one in use then boots its disk, others ask again.
  private static let milliseconds = 200

  private final class Reply: Sendable {
    let outcome = Mutex<MachineJob.Outcome?>(nil)
    let counter: EventCounter
    init() throws(Errno) { counter = try EventCounter(semaphore: true) }
  }

  static func outcome(of job: MachineJob, _ register: MachineRegister) -> MachineJob.Outcome {
    let late = MachineError.notKept(
      file: "this boot", reason: "the state directory's host does not answer")
    guard let reply = try? Reply() else { return .failure(late) }
    register.submit(job) { outcome in
      reply.outcome.withLock { $0 = outcome }
      reply.counter.add()
    }
    _ = reply.counter.wait(milliseconds: milliseconds)
    return reply.outcome.withLock { $0 } ?? .failure(late)
  }
}
