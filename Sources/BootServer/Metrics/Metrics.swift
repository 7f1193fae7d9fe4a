// BootServer/Metrics: everything that is counted.
// SPDX-License-Identifier: Apache-2.0

import Boot
import HTTP
import System
import Text

/// What `GET /metrics` says, as it is gathered; each loop counts for itself.
final class Metrics: Sendable {
  /// Counted by one loop, and read by whoever scrapes.
  final class Loop: Sendable {
    fileprivate let shared = Mutex(RequestCounts())

    func withCounts(_ body: (inout RequestCounts) -> Void) { shared.withLock(body) }
  }

  let boots: BootMetrics
  let startedAt = WallClock.now
  private let loops = Mutex<[Loop]>([])

  init(boots: BootMetrics) { self.boots = boots }

  /// For one more loop.
  func makeLoop() -> Loop {
    let loop = Loop()
    loops.withLock { $0.append(loop) }
    return loop
  }

  var requests: RequestCounts {
    loops.withLock { $0 }.reduce(into: RequestCounts()) { sum, loop in
      loop.withCounts { sum.add($0) }
    }
  }
}
