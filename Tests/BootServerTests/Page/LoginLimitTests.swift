// BootServerTests: wrong tokens slow down who sends them.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import TestSupport
import Testing

@testable import BootServer

@Suite("The login limit")
struct LoginLimitTests {
  private static func at(_ seconds: Int) -> Instant {
    Instant(nanoseconds: 1_000_000_000_000).advanced(seconds: seconds)
  }

  private static func limit(wrong times: [Int], from source: LoginLimit.Source = .v4(1))
    -> LoginLimit
  {
    var limit = LoginLimit()
    for time in times { limit.addWrong(source, now: at(time)) }
    return limit
  }

  @Test(
    arguments: [
      (wrong: [0, 1, 2, 3], now: 3, wait: nil),
      ([0, 1, 2, 3, 4], 4, 30),
      ([0, 1, 2, 3, 4], 33, 1),
      ([0, 1, 2, 3, 4], 34, nil),
      // The minute is over sooner.
      ([0, 50, 51, 52, 53], 54, 6),
      ([0, 50, 51, 52, 53], 60, nil),
      // One more wrong one after the wait, and it waits again.
      ([0, 1, 2, 3, 4, 34], 34, 27),
      // Five in more than a minute are none too many.
      ([0, 20, 40, 60, 80], 80, nil),
    ] as [(wrong: [Int], now: Int, wait: Int?)])
  func `lets one address wait after five in a minute`(wrong: [Int], now: Int, wait: Int?) {
    var limit = Self.limit(wrong: wrong)
    #expect(limit.secondsToWait(.v4(1), now: Self.at(now)) == wait)
    #expect(limit.secondsToWait(.v4(2), now: Self.at(now)) == nil)
  }

  @Test func `lets everyone wait after fifty in a minute`() {
    var limit = LoginLimit()
    for number in 0..<49 { limit.addWrong(.v6(UInt64(number)), now: Self.at(0)) }
    #expect(limit.secondsToWait(.v4(1), now: Self.at(1)) == nil)
    limit.addWrong(.v6(49), now: Self.at(1))
    #expect(limit.secondsToWait(.v4(1), now: Self.at(1)) == 30)
    #expect(limit.secondsToWait(.v4(1), now: Self.at(31)) == nil)
  }

  @Test func `takes all of a 64 bit network for one`() {
    func source(_ host: String) -> LoginLimit.Source {
      LoginLimit.Source(SocketAddress.resolve(host: host, service: "1")[0])
    }
    #expect(source("2001:db8::1") == source("2001:db8::ffff:1"))
    #expect(source("2001:db8::1") != source("2001:db8:0:1::1"))
    #expect(source("192.0.2.1") != source("192.0.2.2"))
  }
}
