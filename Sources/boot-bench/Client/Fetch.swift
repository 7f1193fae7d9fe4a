// boot-bench: one request, outside of any load.
// SPDX-License-Identifier: Apache-2.0

import Glibc

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
    let number = try Sockets.connect(to: address, from: source)
    defer { Sockets.close(number) }
    let request = Step.request(path: path, host: host, isKeptAlive: false)
    guard Sockets.wait(number, for: POLLOUT, seconds: 5),
      case .bytes(request.count) = Sockets.send(
        number, request)
    else { throw Failure("\(address): no connection") }
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    var filled = 0
    var head: AnswerHead?
    while head == nil {
      filled += try receive(number, into: &buffer, at: filled, path)
      head = AnswerHead(buffer, count: filled)
    }
    guard let head, head.status == 200, head.contentLength >= 0 else {
      throw Failure("\(address)\(path): \(head?.status ?? 0) where 200 and a length are expected")
    }
    if isHeadEnough { return head.contentLength }
    try take(buffer[head.length..<filled], 0)
    var done = filled - head.length
    while done < head.contentLength {
      let count = try receive(number, into: &buffer, at: 0, path)
      try take(buffer[..<count], done)
      done += count
    }
    guard done == head.contentLength else { throw Failure("\(address)\(path): too many bytes") }
    return done
  }

  private static func receive(
    _ number: CInt, into buffer: inout [UInt8], at start: Int, _ path: String
  ) throws -> Int {
    guard start < buffer.count, Sockets.wait(number, for: POLLIN, seconds: 30),
      case .bytes(let count) = Sockets.receive(
        number, into: &buffer, at: start, limit: buffer.count)
    else { throw Failure("\(path): the answer is cut off or does not end") }
    return count
  }
}
