// HTTPTests: how far an answer has come.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing
import Text

@testable import HTTP

@Suite("An answer that is followed", .waits, .timeLimit(.minutes(2)))
struct ProgressTests {
  private final class Book: Sendable {
    let steps = Locked<[DeliveryProgress]>([])
    var last: DeliveryProgress? { steps.withLock { $0.last } }

    /// Waits until one of them is like that.
    func sees(_ isWanted: (DeliveryProgress) -> Bool) -> Bool {
      for _ in 0..<1000 {
        if steps.withLock({ $0.contains(where: isWanted) }) { return true }
        usleep(5000)
      }
      return false
    }
  }

  private static func lab(_ book: Book, bytes count: Int) throws -> LoopLab {
    let body = [UInt8](repeating: 0x61, count: count)
    return try LoopLab { _ in
      var response = Response(.ok)
      response.body = [.bytes(body)]
      response.follower = { progress in book.steps.withLock { $0.append(progress) } }
      return .respond(response)
    }
  }

  private static let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

  @Test(arguments: [0, 10, 100_000, 5_000_000])
  func `is told once that all of it has arrived`(count: Int) throws {
    let book = Book()
    let lab = try Self.lab(book, bytes: count)
    let client = try lab.client()
    try client.send(Self.request)
    #expect(try client.answer().body.count == count)
    #expect(book.sees { $0 == DeliveryProgress(acknowledged: Int64(count), isOver: true) })
    try client.send(Self.request)
    #expect(try client.answer().body.count == count)
    lab.stop()
    #expect(book.steps.withLock { $0.count { $0.isOver } } == 2)
    let counts = book.steps.withLock { $0.map(\.acknowledged) }
    #expect(counts.allSatisfy { (0...Int64(count)).contains($0) })
  }

  @Test func `counts what the peer has taken, not what waits in the kernel`() throws {
    let book = Book()
    let lab = try Self.lab(book, bytes: 8_000_000)
    let client = try RawClient(port: lab.server.addresses[0].port, receiveBuffer: 4096)
    try client.send(Self.request)
    // Nothing is read: what the peer's own buffer takes is all that can have arrived.
    #expect(book.sees { $0.acknowledged > 0 || !$0.isOver })
    usleep(600_000)
    let early = try #require(book.last)
    #expect(!early.isOver && early.acknowledged < 1_000_000)
    #expect(early.onWire >= early.acknowledged && early.onWire < 1_000_000)
    #expect(try client.answer().body.count == 8_000_000)
    #expect(book.sees { $0 == DeliveryProgress(acknowledged: 8_000_000, isOver: true) })
  }

  @Test func `is over when the peer goes, with what it had`() throws {
    let book = Book()
    let lab = try Self.lab(book, bytes: 8_000_000)
    var client: RawClient? = try RawClient(
      port: lab.server.addresses[0].port, receiveBuffer: 4096)
    try client?.send(Self.request)
    #expect(book.sees { !$0.isOver })
    client = nil
    #expect(book.sees(\.isOver))
    #expect(try #require(book.last).acknowledged < 8_000_000)
    #expect(book.steps.withLock { $0.count { $0.isOver } } == 1)
  }

  @Test func `has arrived where the connection ends with it`() throws {
    let book = Book()
    let lab = try Self.lab(book, bytes: 1000)
    let client = try lab.client()
    try client.send("GET / HTTP/1.0\r\n\r\n")
    #expect(try client.answer().body.count == 1000)
    #expect(book.sees { $0 == DeliveryProgress(acknowledged: 1000, isOver: true) })
  }
}
