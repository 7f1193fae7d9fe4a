// boot-bench: one request, outside of any load.
// SPDX-License-Identifier: Apache-2.0

import System

/// Fetches one file, for checks before a measurement.
enum Fetch {
  /// - Parameters:
  ///   - source: the address to ask from.
  ///   - isHeadEnough: stop behind the head; the length is what it promises.
  ///   - take: gets the body piece by piece, each with its offset; throws what is wrong with it.
  /// - Returns: the body's length.
  static func fetch(
    _ address: Address, host: String, path: String, from source: Address? = nil,
    isHeadEnough: Bool = false,
    take: (ArraySlice<UInt8>, Int) throws -> Void = { _, _ in }
  ) throws -> Int {
    let socket = try Socket.beginConnecting(
      to: address.socketAddress, from: source?.socketAddress)
    let request = Step.request(path: path, host: host, isKeptAlive: false)
    guard socket.wait(for: .write, milliseconds: 5000),
      try socket.send(request, 0..<request.count) == request.count
    else { throw Failure("\(address): no connection") }
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    var filled = 0
    var head: AnswerHead?
    while head == nil {
      filled += try receive(socket, into: &buffer, at: filled, path)
      head = AnswerHead(buffer, count: filled)
    }
    guard let head, head.status == 200, head.contentLength >= 0 else {
      throw Failure("\(address)\(path): \(head?.status ?? 0) where 200 and a length are expected")
    }
    if isHeadEnough { return head.contentLength }
    try take(buffer[head.length..<filled], 0)
    var done = filled - head.length
    while done < head.contentLength {
      let count = try receive(socket, into: &buffer, at: 0, path)
      try take(buffer[..<count], done)
      done += count
    }
    guard done == head.contentLength else { throw Failure("\(address)\(path): too many bytes") }
    return done
  }

  private static func receive(
    _ socket: Socket, into buffer: inout [UInt8], at start: Int, _ path: String
  ) throws -> Int {
    guard start < buffer.count, socket.wait(for: .read, milliseconds: 30_000) else {
      throw Failure("\(path): the answer does not end")
    }
    let count = try socket.receive(into: &buffer, at: start)
    guard count > 0 else { throw Failure("\(path): the answer is cut off") }
    return count
  }
}
