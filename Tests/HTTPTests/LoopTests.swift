// HTTPTests: event loops with a service of the test's own.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import System
import TestSupport
import Testing
import Text

@testable import HTTP

/// A server whose answers the test decides.
final class LoopLab {
  let server: Server
  let directory: TemporaryDirectory
  let finished: Locked<[(path: String, status: Int, isComplete: Bool, bytes: Int64)]>
  private var isStopped = false

  init(
    _ files: [String: String] = [:], settings: LoopSettings = LoopSettings(),
    policy: BodyPolicy = .collect,
    respond: @escaping @Sendable (Request) -> Outcome
  ) throws {
    let directory = try TemporaryDirectory(files)
    self.directory = directory
    let finished = Locked<[(path: String, status: Int, isComplete: Bool, bytes: Int64)]>([])
    self.finished = finished
    server = try Server(
      listen: .address(.loopback(port: 0), bothFamilies: false),
      root: DataRoot(path: directory.path), loops: 1, settings: settings
    ) { _ in
      Service(
        bodyPolicy: { _ in policy }, respond: respond,
        finished: { record in
          let path = String(decoding: record.head?.path ?? [], as: UTF8.self)
          finished.withLock {
            $0.append((path, record.status.rawValue, record.isComplete, record.sentBytes))
          }
        }, turnBegan: {}, turnEnded: {})
    }
  }

  func client() throws -> RawClient { try RawClient(port: server.addresses[0].port) }

  func stop() {
    if isStopped { return }
    isStopped = true
    server.stop()
    server.wait()
  }

  deinit { stop() }
}

@Suite("An event loop", .waits, .timeLimit(.minutes(10)))
struct LoopTests {
  /// Answers with what was asked.
  static let echo: @Sendable (Request) -> Outcome = { request in
    let path = String(decoding: request.head.path, as: UTF8.self)
    return .respond(
      Response(.ok, text: path + " " + String(decoding: request.body, as: UTF8.self)))
  }

  @Test func `answers requests behind one another in their order, however they come`() throws {
    let lab = try LoopLab(respond: Self.echo)
    let client = try lab.client()
    let post = "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nxyz"
    let all = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n" + post + "HEAD /c HTTP/1.1\r\nHost: h\r\n\r\n"
    for byte in all { try client.send(String(byte)) }
    #expect(try client.answer().text == "/a ")
    #expect(try client.answer().text == "/b xyz")
    #expect(try client.answer(hasBody: false)["content-length"] == "3")
    try client.send(all + all)
    let texts = try (0..<2).map { _ in
      (try client.answer().text, try client.answer().text, try client.answer(hasBody: false).status)
    }
    #expect(texts.allSatisfy { $0 == ("/a ", "/b xyz", 200) })
    lab.stop()
    #expect(lab.finished.withLock { $0.count } == 9)
    #expect(lab.finished.withLock { $0.allSatisfy(\.isComplete) })
  }

  @Test func `goes on with others while a request waits for work`() throws {
    let done = Locked<[@Sendable (WorkResult) -> Void]>([])
    let lab = try LoopLab { request in
      if request.head.path.elementsEqual("/now".utf8) { return Self.echo(request) }
      return .work { finish in done.withLock { $0.append(finish) } }
    }
    let (slow, quick) = (try lab.client(), try lab.client())
    try slow.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\nGET /now HTTP/1.1\r\nHost: h\r\n\r\n")
    while done.withLock({ $0.isEmpty }) { usleep(1000) }
    #expect(try quick.get("/now").text == "/now ")
    done.withLock { $0[0](.respond(Response(.ok, text: "at last"))) }
    #expect(try slow.answer().text == "at last")
    #expect(try slow.answer().text == "/now ")
  }

  @Test func `hands over what was read, and asks again`() throws {
    let path = try #require(RelativePath("f".utf8))
    let lab = try LoopLab(["f": "from a disk"]) { request in
      let pending = PendingFile.contents(path, limit: 100)
      guard case .contents(.success(let contents))? = request.delivered[pending] else {
        return .wait(pending)
      }
      return .respond(Response(.ok, text: String(decoding: contents.bytes, as: UTF8.self)))
    }
    #expect(try lab.client().get("/").text == "from a disk")
  }

  @Test func `stops a handler that is never satisfied`() throws {
    let rounds = Locked(0)
    let lab = try LoopLab { _ in
      rounds.withLock { $0 += 1 }
      return .work { $0(.handleAgain) }
    }
    let answer = try lab.client().get("/")
    #expect(answer.status == 503 && answer["retry-after"] == "5")
    #expect(rounds.withLock { $0 } == 17)
  }

  @Test func `reads a body that is not wanted no further than it has to`() throws {
    let lab = try LoopLab(policy: .refuse) { _ in .respond(.line(.methodNotAllowed, "no")) }
    let client = try lab.client()
    try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\nabc")
    let answer = try client.answer()
    #expect(answer.status == 405 && answer["connection"] == "close")
    #expect(try client.rest().isEmpty)
  }

  @Test func `tells those for whom there is no room, and has room again`() throws {
    var settings = LoopSettings()
    settings.maxConnections = 2
    let lab = try LoopLab(settings: settings, respond: Self.echo)
    var first: RawClient? = try lab.client()
    let second = try lab.client()
    #expect(try first?.get("/1").status == 200)
    #expect(try second.get("/2").status == 200)
    let third = try lab.client()
    let answer = try third.answer()
    #expect(answer.status == 503 && answer["retry-after"] == "2" && answer["connection"] == "close")
    first = nil
    var status = 503
    for _ in 0..<100 where status != 200 {
      let next = try lab.client()
      try? next.send("GET /3 HTTP/1.1\r\nHost: h\r\n\r\n")
      status = (try? next.answer().status) ?? 503
      usleep(10_000)
    }
    #expect(status == 200)
    #expect(try second.get("/4").text == "/4 ")
  }

  @Test func `keeps to its deadlines`() throws {
    var settings = LoopSettings()
    settings.deadlines.headSeconds = 1
    settings.deadlines.idleSeconds = 1
    settings.deadlines.waitSeconds = 1
    let lab = try LoopLab(settings: settings) { request in
      request.head.path.count > 1 ? Self.echo(request) : .work { _ in }
    }
    let (silent, trickling, idle, stuck) = (
      try lab.client(), try lab.client(), try lab.client(), try lab.client()
    )
    try trickling.send("GET /a HT")
    #expect(try idle.get("/idle").status == 200)
    try stuck.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(try silent.rest().isEmpty)
    #expect(try trickling.answer().status == 408)
    #expect(try idle.rest().isEmpty)
    #expect(try stuck.answer().status == 503)
  }

  @Test func `finishes what is in flight when it stops, and says so`() throws {
    let done = Locked<[@Sendable (WorkResult) -> Void]>([])
    let lab = try LoopLab { request in
      request.head.path.elementsEqual("/quick".utf8)
        ? Self.echo(request) : .work { finish in done.withLock { $0.append(finish) } }
    }
    let (busy, idle) = (try lab.client(), try lab.client())
    #expect(try idle.get("/quick").status == 200)
    try busy.send("GET /busy HTTP/1.1\r\nHost: h\r\n\r\n")
    while done.withLock({ $0.isEmpty }) { usleep(1000) }
    lab.server.stop()
    #expect(try idle.rest().isEmpty)
    done.withLock { $0[0](.respond(Response(.ok, text: "finished"))) }
    let answer = try busy.answer()
    #expect(answer.text == "finished" && answer["connection"] == "close")
    lab.server.wait()
  }

  @Test func `breaks off an answer whose file has become shorter`() throws {
    let directory = try TemporaryDirectory(["f": String(repeating: "x", count: 3 << 20)])
    let root = DataRoot(path: directory.path)
    let path = try #require(RelativePath("f".utf8))
    let lab = try LoopLab { _ in
      guard
        case .file(let file)? = try? OpenedPath.opening(path, in: root, waiting: true, closer: nil)
      else { return .respond(Response(.notFound)) }
      #expect(truncate(directory.path + "/f", 100_000) == 0)
      var response = Response(.ok)
      response.body = [.file(file, ByteRange(first: 0, last: file.status.size - 1))]
      return .respond(response)
    }
    let client = try lab.client()
    try client.send("GET /f HTTP/1.1\r\nHost: h\r\n\r\n")
    let all = try client.rest()
    #expect(all.count < 200_000)
    lab.stop()
    let record = try #require(lab.finished.withLock { $0.first })
    #expect(!record.isComplete && record.bytes == 100_000)
  }
}

@Suite("What a loop keeps", .waits)
struct LoopPartsTests {
  @Test func `a connection is found by its own tag, and not by that of one before`() throws {
    let lab = try LoopLab(respond: LoopTests.echo)
    var table = ConnectionTable()
    func insert() throws -> Connection {
      let socket = try Socket.connect(to: lab.server.addresses[0])
      return table.insert { tag in
        Connection(
          socket: socket, peer: .loopback(port: 1), tag: tag,
          state: ConnectionState(deadlines: Deadlines(), now: .now),
          reader: RequestReader(limits: MessageLimits()))
      }
    }
    let (first, second) = (try insert(), try insert())
    #expect(table[first.tag] === first && table[second.tag] === second && table.count == 2)
    table.remove(first)
    table.remove(first)
    #expect(table[first.tag] == nil && table.count == 1)
    let third = try insert()
    // Its slot is used again, under another name.
    #expect(third.tag != first.tag && third.tag & 0xffff_ffff == first.tag & 0xffff_ffff)
    #expect(table[first.tag] == nil && table[third.tag] === third)
    table.remove(first)
    #expect(table[third.tag] === third && table.all.count == 2)
    #expect(table[UInt64(9)] == nil)
  }

  @Test func `a read is shared by who asks before it has begun, and by nobody later`() throws {
    let directory = try TemporaryDirectory(["f": "one"])
    let pool = try WorkPool(capacity: 2)
    defer { pool.stop() }
    let reads = FileReads(pool: pool, root: DataRoot(path: directory.path))
    let path = try #require(RelativePath("f".utf8))
    let gate = WorkPoolTests.Gate()
    pool.submit(.path(path)) { gate.wait() }
    let (seen, count) = (Locked<[String]>([]), 5)
    let note: FileReads.Completion = { delivery in
      guard case .contents(.success(let contents)) = delivery else { return }
      seen.withLock { $0.append(String(decoding: contents.bytes, as: UTF8.self)) }
    }
    for _ in 0..<count { reads.start(.contents(path, limit: 9), note) }
    try directory.write("f", "two")
    gate.open()
    while seen.withLock({ $0.count }) < count { usleep(1000) }
    try directory.write("f", "three")
    reads.start(.contents(path, limit: 9), note)
    while seen.withLock({ $0.count }) < count + 1 { usleep(1000) }
    #expect(
      seen.withLock { $0 } == Array(repeating: "two", count: count) + ["three"])
  }

  /// The file may have been edited since a read began.
  @Test func `a read is never older than who asks for it`() throws {
    let directory = try TemporaryDirectory(["f": "0"])
    let pool = try WorkPool(capacity: 2)
    defer { pool.stop() }
    let reads = FileReads(pool: pool, root: DataRoot(path: directory.path))
    let path = try #require(RelativePath("f".utf8))
    let (stale, done, rounds) = (Locked(0), Locked(0), 2000)
    for number in 1...rounds {
      try directory.write("new", "\(number)")
      #expect(rename(directory.path + "/new", directory.path + "/f") == 0)
      reads.start(.contents(path, limit: 9)) { delivery in
        if case .contents(.success(let contents)) = delivery,
          let seen = Int(String(decoding: contents.bytes, as: UTF8.self)), seen < number
        {
          stale.withLock { $0 += 1 }
        }
        done.withLock { $0 += 1 }
      }
    }
    while done.withLock({ $0 }) < rounds { usleep(1000) }
    #expect(stale.withLock { $0 } == 0)
  }

  @Test func `listings are kept while their directory is as it was, the last ones first`() throws {
    let directory = try TemporaryDirectory(["d/a": ""])
    let root = DataRoot(path: directory.path)
    let listings = Listings()
    let path = try #require(RelativePath("d".utf8))
    guard
      case .directory(let listed) = try OpenedPath.opening(
        path, in: root, waiting: true, closer: nil)
    else {
      Issue.record("no directory")
      return
    }
    // One that was changed a moment ago may change again within the clock's tick.
    listings.keep(path, listed, readAt: listed.status.changed)
    #expect(listings.current(path, in: root, waiting: true) == nil)
    let later = FileTime(seconds: listed.status.changed.seconds + 5, nanoseconds: 0)
    listings.keep(path, listed, readAt: later)
    #expect(listings.current(path, in: root, waiting: true)?.page == listed.page)
    // More bytes than are kept: what came first goes.
    let names = (0..<60_000).map {
      DirectoryEntry(name: Array("name-of-a-file-\($0)".utf8), isDirectory: false)
    }
    let large = ListedDirectory(status: listed.status, entries: names)
    for number in 0..<8 {
      listings.keep(try #require(RelativePath("big\(number)".utf8)), large, readAt: later)
    }
    #expect(listings.current(path, in: root, waiting: true) == nil)
    try directory.write("d/b", "")
    listings.keep(path, listed, readAt: later)
    #expect(listings.current(path, in: root, waiting: true) == nil)
  }

  @Test func `an answer's bytes are counted as they go`() throws {
    var outgoing = Outgoing(
      status: .ok, event: Event(.answer), began: .now, front: Array(repeating: 1, count: 150),
      headLength: 100, pieces: [.bytes([1, 2, 3]), .bytes([4])])
    outgoing.frontSent = 90
    #expect(outgoing.sentBytes == 0)
    outgoing.frontSent = 130
    #expect(outgoing.sentBytes == 30)
    outgoing.frontSent = 150
    outgoing.advancePiece(by: 2)
    #expect(outgoing.sentBytes == 52 && outgoing.pieceSent == 2 && outgoing.pieces.count == 2)
    outgoing.advancePiece(by: 1)
    #expect(outgoing.sentBytes == 53 && outgoing.pieceSent == 0 && outgoing.pieces.count == 1)
  }
}
