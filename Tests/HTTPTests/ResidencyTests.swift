// HTTPTests: what of a file is in memory.
// SPDX-License-Identifier: Apache-2.0

import System
import Testing

@testable import HTTP

@Suite("What is in memory of a file")
struct ResidencyTests {
  private static let megabyte: Int64 = 1 << 20

  /// Looks, and says at which windows.
  private static func look(
    _ residency: inout Residency, _ count: Int64, at offset: Int64, second: UInt64 = 7,
    isThere: Bool = true
  ) -> (holds: Bool, probes: [Range<Int64>]) {
    var probes: [Range<Int64>] = []
    let now = Instant(nanoseconds: second * 1_000_000_000 + 999)
    let holds = residency.holds(count, at: offset, now: now) { count, start in
      probes.append(start..<start + count)
      return isThere
    }
    return (holds, probes)
  }

  @Test func `is looked at once a second, whoever reads`() {
    var residency = Residency(size: 5 * Self.megabyte / 2)
    let (first, second) = (0..<Self.megabyte, Self.megabyte..<2 * Self.megabyte)
    #expect(Self.look(&residency, Self.megabyte, at: 0).probes == [first])
    #expect(Self.look(&residency, Self.megabyte, at: 0) == (true, []))
    // Across two windows, of which one is known.
    #expect(Self.look(&residency, Self.megabyte, at: 700_000).probes == [second])
    #expect(Self.look(&residency, 1, at: 2 * Self.megabyte - 1) == (true, []))
    #expect(Self.look(&residency, 10, at: 5, second: 8).probes == [first])
  }

  @Test func `ends where the file ends`() {
    var residency = Residency(size: 5 * Self.megabyte / 2)
    let last = 2 * Self.megabyte..<5 * Self.megabyte / 2
    #expect(
      Self.look(&residency, 3 * Self.megabyte, at: 2 * Self.megabyte) == (true, [last]))
    var empty = Residency(size: 0)
    #expect(Self.look(&empty, 1, at: 0) == (true, []))
  }

  @Test func `is looked at again while it is not there`() {
    var residency = Residency(size: 100)
    #expect(Self.look(&residency, 100, at: 0, isThere: false) == (false, [0..<100]))
    #expect(Self.look(&residency, 100, at: 0) == (true, [0..<100]))
    #expect(Self.look(&residency, 100, at: 50) == (true, []))
  }
}
