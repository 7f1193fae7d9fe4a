// BootServerTests/Model: what must be true whatever happens, in which order ever.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Histories by chance: boards boot, install, report and lose power, while people claim, edit by hand,
/// copy, delete and restore, and the server is killed.
///
/// `COREOS_IPXE_SERVER_TEST_STEPS` is how many steps in all, `COREOS_IPXE_SERVER_TEST_SEED` the first
/// history's seed.
@Suite("A model of boards, people, a disk and a server")
struct ModelTests {
  private static func number(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment["COREOS_IPXE_SERVER_TEST_\(name)"].flatMap { Int($0) }
  }

  private static let stepsEach = 400

  @Test func `has no disk in use installed over, gives no slot twice, and loses nothing`() {
    let steps = Self.number("STEPS") ?? rounds(10_000).count
    let first = Self.number("SEED") ?? 1
    var done = 0
    var seed = first
    while done < steps {
      let result = ModelRun.history(seed: seed, steps: Self.stepsEach)
      done += result.counters.steps
      if let violation = result.violation {
        let short = ModelRun.shortened(result.actions, kind: violation.kind)
        Issue.record("seed \(seed): \(violation)\n\(ModelRun.story(short))")
        break
      }
      seed += 1
    }
    print("model: \(done) steps, seeds \(first) to \(seed - 1)")
  }
}
