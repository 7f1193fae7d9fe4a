// BootServer/Fleet: a job that somebody waits for.
// SPDX-License-Identifier: Apache-2.0

/// A job, and who waits for what comes of it.
struct WaitingJob: Sendable {
  let job: MachineJob
  let done: @Sendable (MachineJob.Outcome) -> Void
}
