// BootServerTests: which bytes of a file have arrived.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import BootServer

@Suite("Bytes that have arrived")
struct CoverageTests {
  @Test func `are counted once, in whatever order and however they overlap`() {
    for seed in 0..<200 {
      var random = Chance(seed)
      var coverage = Coverage()
      var bytes = Set<Int64>()
      for _ in 0..<30 {
        let start = Int64.random(in: 0..<200, using: &random)
        let run = start..<start + Int64.random(in: 0..<40, using: &random)
        coverage.add(run)
        bytes.formUnion(run)
        #expect(coverage.count == Int64(bytes.count))
      }
      let runs = coverage.runs
      #expect(zip(runs, runs.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
    }
  }

  @Test func `are at most as many pieces as are kept, and never too many bytes`() {
    var coverage = Coverage()
    for start in stride(from: Int64(0), to: 10_000, by: 2) { coverage.add(start..<start + 1) }
    #expect(coverage.runs.count == 64 && coverage.count == 64)
    coverage.add(0..<10_000)
    #expect(coverage.count == 10_000)
  }

  @Test func `of an answer with several parts leave out what stands between them`() {
    let pieces: [Range<Int64>] = [-50..<0, 100..<200, -60..<0, 0..<10, -8..<0]
    #expect(BootRecorder.arrived(0, of: pieces).isEmpty)
    #expect(BootRecorder.arrived(60, of: pieces) == [100..<110])
    #expect(BootRecorder.arrived(215, of: pieces) == [100..<200, 0..<5])
    #expect(BootRecorder.arrived(1000, of: pieces) == [100..<200, 0..<10])
  }
}
