// BootServerTests: a server on a port of its own.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTP
import System
import TestSupport
import Testing

@testable import BootServer

/// The server as the program runs it, in this process, on loopback and a free port.
final class TestServer: Sendable {
  let directory: TemporaryDirectory
  let running: RunningServer
  private let lines: LogLines

  var port: UInt16 { running.server.addresses[0].port }
  var log: String { lines.text }
  var register: MachineRegister { running.register }

  init(
    _ files: [String: String] = [:], base: String? = nil, listen: String = "127.0.0.1:0",
    threads: Int = 2, directory: TemporaryDirectory? = nil,
    adjust: (inout Configuration) -> Void = { _ in },
    prepare: (TemporaryDirectory) throws -> Void = { _ in }
  ) throws {
    self.directory = try directory ?? TemporaryDirectory(files)
    try prepare(self.directory)
    var configuration = Configuration()
    configuration.dataDirectory = self.directory.path
    configuration.listen = try ListenAddress(listen)
    configuration.base = try base.map { try BaseURL.parse($0) }
    configuration.threads = threads
    adjust(&configuration)
    let lines = LogLines()
    self.lines = lines
    running = try RunningServer(configuration) { (bytes, start) throws(Errno) in
      lines.append(bytes[start...])
      return bytes.count - start
    }
  }

  deinit { running.end() }

  func client() throws -> RawClient { try RawClient(port: port) }

  /// One request on a connection of its own.
  func get(
    _ target: String, method: String = "GET", host: String = "test", fields: [String] = []
  ) throws -> Answer {
    try client().get(target, method: method, host: host, fields: fields)
  }

  /// Has the files say now what has happened; by themselves they do so a little later.
  func settle() {
    let (store, sightings) = (running.register.store, running.register.sightings)
    store.keep(sightings.drainChanged())
    while store.writeFiles() > 0 { usleep(1000) }
    store.checkpoint()
  }

  /// Waits until the log holds a text.
  func logHolds(_ text: String) -> Bool {
    for _ in 0..<400 {
      if log.contains(text) { return true }
      usleep(5000)
    }
    return false
  }
}

private final class LogLines: Sendable {
  private let bytes = Locked<[UInt8]>([])
  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
  func append(_ more: ArraySlice<UInt8>) { bytes.withLock { $0 += more } }
}
