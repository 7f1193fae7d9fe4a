// BootServer/Fleet: one step from a boot to its answer.
// SPDX-License-Identifier: Apache-2.0

import Boot

/// The next thing to do about a boot.
enum BootStep<Script: Sendable>: Sendable {
  /// A job is to be decided and made durable, and the answer depends on what comes of it; without one
  /// the boot is looked at once more, with what is known by then.
  case work(MachineJob, answer: @Sendable (MachineJob.Outcome) -> BootAnswer<Script>?)
  case answer(BootAnswer<Script>)
}
