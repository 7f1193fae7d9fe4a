// HTTPTests: answers that go on.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing
import Text

@testable import HTTP

@Suite("An answer that goes on", .waits, .timeLimit(.minutes(5)))
struct StreamTests {
  /// `/stream` goes on; anything else is what was asked.
  private final class Lab {
    let streams = Locked<[ResponseStream]>([])
    let loop: LoopLab

    init(settings: LoopSettings = LoopSettings()) throws {
      let streams = streams
      loop = try LoopLab(settings: settings) { request in
        guard request.head.path.elementsEqual("/stream".utf8) else {
          return LoopTests.echo(request)
        }
        let stream = ResponseStream()
        if request.head.query != nil { stream.send(Array("early".utf8)) }
        var response = Response(.ok)
        response.add("Content-Type", "text/event-stream")
        response.stream = stream
        if request.head.method != .head { streams.withLock { $0.append(stream) } }
        return .respond(response)
      }
    }

    func stream(_ number: Int = 0) -> ResponseStream {
      while streams.withLock({ $0.count }) <= number { usleep(500) }
      return streams.withLock { $0[number] }
    }

    func awaitClosed(_ stream: ResponseStream) -> Bool {
      for _ in 0..<2000 {
        if !stream.isOpen { return true }
        usleep(5000)
      }
      return false
    }
  }

  private static let get = "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"

  @Test func `comes in chunks as it is made, and ends when it is ended`() throws {
    let lab = try Lab()
    let client = try lab.loop.client()
    try client.send(Self.get)
    let head = try client.answer(hasBody: false)
    #expect(head.status == 200 && head["transfer-encoding"] == "chunked")
    #expect(head["content-length"] == nil && head["connection"] == "close")
    let stream = lab.stream()
    #expect(stream.send(Array("one".utf8)))
    #expect(try client.text(to: "one\r\n") == "3\r\none\r\n")
    stream.send(Array("and more".utf8))
    #expect(try client.text(to: "more\r\n") == "8\r\nand more\r\n")
    stream.end()
    #expect(try client.rest() == Data("0\r\n\r\n".utf8))
    #expect(lab.awaitClosed(stream) && !stream.send([1]))
    lab.loop.stop()
    let record = try #require(lab.loop.finished.withLock { $0.first })
    #expect(record.isComplete && record.bytes > 11)
  }

  @Test func `is plain for HTTP 1.0, and a bare head for HEAD`() throws {
    let lab = try Lab()
    let old = try lab.loop.client()
    try old.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    let head = try old.answer(hasBody: false)
    #expect(head["transfer-encoding"] == nil && head["connection"] == "close")
    lab.stream().send(Array("plain".utf8))
    lab.stream().end()
    #expect(try old.rest() == Data("plain".utf8))
    let bare = try lab.loop.client()
    #expect(try bare.get("/stream", method: "HEAD")["transfer-encoding"] == "chunked")
    #expect(try bare.get("/after").text == "/after ")
  }

  @Test func `has what was added before its head went out, and what comes then`() throws {
    let lab = try Lab()
    let client = try lab.loop.client()
    try client.send("GET /stream?early HTTP/1.1\r\nHost: h\r\n\r\n")
    _ = try client.answer(hasBody: false)
    #expect(try client.text(to: "early\r\n") == "5\r\nearly\r\n")
    lab.stream().send(Array("then".utf8))
    #expect(try client.text(to: "then\r\n") == "4\r\nthen\r\n")
  }

  @Test func `has all of a lot`() throws {
    let lab = try Lab()
    let client = try lab.loop.client()
    try client.send("GET /stream HTTP/1.0\r\n\r\n")
    let stream = lab.stream()
    let piece = [UInt8](repeating: 0x61, count: 50_000)
    for _ in 0..<100 { stream.send(piece) }
    stream.end()
    _ = try client.answer(hasBody: false)
    #expect(try client.rest().count == 5_000_000)
    #expect(stream.unsentBytes == 0)
  }

  @Test func `ignores what is asked behind it`() throws {
    let lab = try Lab()
    let client = try lab.loop.client()
    let more = String(repeating: "GET /next HTTP/1.1\r\nHost: h\r\n\r\n", count: 50)
    try client.send(Self.get + more)
    _ = try client.answer(hasBody: false)
    try client.send(more)
    lab.stream().send(Array("x".utf8))
    #expect(try client.text(to: "x\r\n") == "1\r\nx\r\n")
    #expect(lab.loop.finished.withLock { $0.isEmpty })
  }

  /// No deadline ends it while there is nothing to say.
  @Test func `waits for as long as there is nothing to send`() throws {
    var settings = LoopSettings()
    (settings.deadlines.headSeconds, settings.deadlines.answerSeconds) = (1, 1)
    (settings.deadlines.idleSeconds, settings.deadlines.waitSeconds) = (1, 1)
    let lab = try Lab(settings: settings)
    let client = try lab.loop.client()
    try client.send(Self.get)
    _ = try client.answer(hasBody: false)
    usleep(2_600_000)
    #expect(lab.stream().send(Array("still".utf8)))
    #expect(try client.text(to: "still\r\n") == "5\r\nstill\r\n")
  }

  @Test func `tells who makes it that the peer has left`() throws {
    let lab = try Lab()
    do {
      let client = try lab.loop.client()
      try client.send(Self.get)
      _ = try client.answer(hasBody: false)
      #expect(lab.stream().isOpen)
    }
    #expect(lab.awaitClosed(lab.stream()))
    #expect(!lab.stream().send([1]) && lab.stream().unsentBytes == 0)
  }

  @Test func `counts what a peer does not read, which who makes it may end`() throws {
    let lab = try Lab()
    let client = try RawClient(port: lab.loop.server.addresses[0].port, receiveBuffer: 4096)
    try client.send(Self.get)
    _ = try client.answer(hasBody: false)
    let stream = lab.stream()
    let piece = [UInt8](repeating: 0x61, count: 100_000)
    for _ in 0..<100_000 where stream.unsentBytes < 1 << 20 {
      stream.send(piece)
      usleep(200)
    }
    #expect(stream.unsentBytes >= 1 << 20)
    // Nobody else notices.
    #expect(try lab.loop.client().get("/now").text == "/now ")
    stream.abort()
    #expect(lab.awaitClosed(stream) && stream.unsentBytes == 0)
  }

  @Test func `does not starve others, however much it has to say`() throws {
    let lab = try Lab()
    let client = try lab.loop.client()
    try client.send(Self.get)
    _ = try client.answer(hasBody: false)
    let stream = lab.stream()
    let isDone = Locked(false)
    try Thread.spawn("maker") {
      let piece = [UInt8](repeating: 0x61, count: 60_000)
      while !isDone.withLock({ $0 }) {
        if stream.unsentBytes < 8 << 20 { stream.send(piece) } else { usleep(100) }
      }
    }
    let drain = Locked(0)
    let reader = Unchecked(client)
    try Thread.spawn("reader") {
      while (try? reader.value.receive()) ?? false, !isDone.withLock({ $0 }) {}
      drain.withLock { $0 = -1 }
    }
    for _ in 0..<200 { #expect(try lab.loop.client().get("/now").text == "/now ") }
    isDone.withLock { $0 = true }
    stream.end()
    while drain.withLock({ $0 }) >= 0 { usleep(1000) }
  }

  @Test func `comes and goes a thousand times, and nothing is left`() throws {
    let lab = try Lab()
    for number in 0..<1000 {
      let client = try lab.loop.client()
      try client.send(Self.get)
      if number % 3 == 0 { _ = try client.answer(hasBody: false) }
      if number % 5 == 0 { lab.stream(number).send(Array("x".utf8)) }
    }
    for number in 0..<1000 { #expect(lab.awaitClosed(lab.stream(number))) }
    for _ in 0..<2000 where lab.loop.server.openConnections.current > 0 { usleep(5000) }
    #expect(lab.loop.server.openConnections.current == 0)
  }

  @Test(arguments: [false, true])
  func `ends at once when the server stops`(isStuck: Bool) throws {
    let lab = try Lab()
    let client = try RawClient(
      port: lab.loop.server.addresses[0].port, receiveBuffer: isStuck ? 4096 : nil)
    try client.send(Self.get)
    _ = try client.answer(hasBody: false)
    let stream = lab.stream()
    if isStuck {
      while stream.unsentBytes < 1 << 20 { stream.send([UInt8](repeating: 0x61, count: 500_000)) }
    }
    let began = Date()
    lab.loop.stop()
    #expect(Date().timeIntervalSince(began) < 1)
    #expect(!stream.isOpen)
    if !isStuck { #expect(try client.rest() == Data("0\r\n\r\n".utf8)) }
  }
}

/// A client that one other thread uses.
private struct Unchecked: @unchecked Sendable {
  let value: RawClient
  init(_ value: RawClient) { self.value = value }
}
