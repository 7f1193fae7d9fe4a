// HTTPTests: threads that may wait.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTP
import TestSupport
import Testing
import Text

@Suite("The pool", .waits)
struct WorkPoolTests {
  /// Jobs that wait until they are let go.
  final class Gate: Sendable {
    private let isOpen = Locked(false)
    func open() { isOpen.withLock { $0 = true } }
    func wait() { while !isOpen.withLock({ $0 }) { usleep(2000) } }
  }

  static func done(_ pool: WorkPool, _ lane: Lane, within seconds: Double) -> Bool {
    let isDone = Locked(false)
    pool.submit(lane) { isDone.withLock { $0 = true } }
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if isDone.withLock({ $0 }) { return true }
      pool.relieve()
      usleep(5000)
    }
    return false
  }

  static func path(_ text: String) throws -> Lane { .path(try #require(RelativePath(text.utf8))) }

  @Test func `goes on at once for a healthy disk when one disk blocks every name`() throws {
    let (pool, gate) = (try WorkPool(), Gate())
    defer { gate.open() }
    for number in 0..<40 {
      pool.submit(try Self.path("images/dead/\(number)")) { gate.wait() }
      pool.submit(.file(device: 7, inode: UInt64(number))) { gate.wait() }
    }
    #expect(!Self.done(pool, try Self.path("images/dead/40"), within: 0.2))
    for number in 0..<20 {
      // Once both have their half, others get threads as soon as these count as stuck.
      #expect(Self.done(pool, .file(device: 8, inode: UInt64(number)), within: 3))
      #expect(Self.done(pool, try Self.path("images/live/\(number)"), within: 3))
    }
  }

  @Test func `makes up for threads that many dead disks hold`() throws {
    let (pool, gate) = (try WorkPool(capacity: 4), Gate())
    defer { gate.open() }
    for number in 0..<30 {
      pool.submit(.file(device: UInt64(number), inode: 1)) { gate.wait() }
    }
    #expect(Self.done(pool, .file(device: 99, inode: 1), within: 30))
    gate.open()
    #expect(Self.done(pool, .file(device: 29, inode: 1), within: 3))
  }

  @Test func `does the work of one lane in order, one piece at a time`() throws {
    let pool = try WorkPool()
    let seen = Locked<[Int]>([])
    let inside = Locked(0)
    for number in 0..<200 {
      pool.submit(.chore("a")) {
        #expect(
          inside.withLock { count in
            count += 1
            return count
          } == 1)
        seen.withLock { $0.append(number) }
        inside.withLock { $0 -= 1 }
      }
    }
    let end = Date().addingTimeInterval(10)
    while seen.withLock({ $0.count }) < 200, Date() < end { usleep(2000) }
    #expect(seen.withLock { $0 } == Array(0..<200))
  }

  @Test func `does a storm of lanes`() throws {
    let pool = try WorkPool(capacity: 4)
    let count = Locked(0)
    for number in 0..<5000 {
      pool.submit(.file(device: UInt64(number % 3), inode: UInt64(number % 97))) {
        count.withLock { $0 += 1 }
      }
    }
    let end = Date().addingTimeInterval(10)
    while count.withLock({ $0 }) < 5000, Date() < end { usleep(2000) }
    #expect(count.withLock { $0 } == 5000)
  }
}
