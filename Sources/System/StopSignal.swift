// System: signals that ask a process to end.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A signal that a process waits for in place of dying of it.
package enum StopSignal: CInt, CaseIterable, Sendable {
  case interrupt = 2
  case hangUp = 1
  case terminate = 15

  /// As kill(1) names it: `SIGTERM`.
  package var name: String {
    switch self {
    case .interrupt: "SIGINT"
    case .hangUp: "SIGHUP"
    case .terminate: "SIGTERM"
    }
  }

  /// From now on these signals wait for ``wait(for:)``; a broken pipe is an error, not a death.
  ///
  /// Call it before any thread starts: threads inherit it.
  package static func hold(_ signals: [StopSignal]) {
    _ = signal(SIGPIPE, SIG_IGN)
    var set = set(of: signals)
    _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Waits for one of the signals.
  package static func wait(for signals: [StopSignal]) -> StopSignal {
    var set = set(of: signals)
    var number: CInt = 0
    while unsafe sigwait(&set, &number) != 0 {}
    return StopSignal(rawValue: number) ?? .terminate
  }

  private static func set(of signals: [StopSignal]) -> sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal.rawValue) }
    return set
  }
}
