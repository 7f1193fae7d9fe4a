// System: what goes to another program and what comes from it.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Feeds a child and takes what it says, whichever is ready.
struct ChildTransfer {
  enum Outcome {
    case done, stopped, tooSlow, tooMuch, unwanted
  }

  private let feed: () -> [UInt8]?
  private let take: ((ArraySlice<UInt8>) -> Bool)?
  private var input: ArraySlice<UInt8> = []
  private let ends: (input: PipeEnd, output: PipeEnd, errors: PipeEnd)
  private(set) var output: [UInt8] = []
  /// The first 4 KB.
  private(set) var errors: [UInt8] = []

  init(
    _ feed: @escaping () -> [UInt8]?, _ take: ((ArraySlice<UInt8>) -> Bool)?,
    ends: (PipeEnd, PipeEnd, PipeEnd)
  ) {
    self.feed = feed
    self.take = take
    self.ends = ends
    for end in [ends.0, ends.1, ends.2] {
      _ = fcntl(end.number, F_SETFL, fcntl(end.number, F_GETFL) | O_NONBLOCK)
    }
  }

  /// Until the child has closed both its outputs.
  mutating func run(until end: Instant, _ limit: Int, _ isUnwanted: () -> Bool) -> Outcome {
    var asksAt = Instant.now.advanced(milliseconds: 250)
    while ends.output.isOpen || ends.errors.isOpen {
      while input.isEmpty, ends.input.isOpen {
        if let more = feed() { input = more[...] } else { ends.input.close() }
      }
      // A closed end's number is negative, which poll(2) passes over.
      var polled = [
        pollfd(fd: ends.input.number, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: ends.output.number, events: Int16(POLLIN), revents: 0),
        pollfd(fd: ends.errors.number, events: Int16(POLLIN), revents: 0),
      ]
      if unsafe poll(&polled, 3, 250) > 0 {
        if polled[0].revents != 0 { write() }
        if polled[1].revents != 0, let piece = Self.piece(from: ends.output) {
          if let take {
            if !take(piece) { return .stopped }
          } else {
            output += piece
          }
        }
        if polled[2].revents != 0, let piece = Self.piece(from: ends.errors) {
          errors += piece.prefix(4096 - errors.count)
        }
      }
      let now = Instant.now
      if end < now { return .tooSlow }
      if output.count > limit { return .tooMuch }
      if asksAt < now {
        if isUnwanted() { return .unwanted }
        asksAt = now.advanced(milliseconds: 250)
      }
    }
    return .done
  }

  private mutating func write() {
    let count = unsafe input.withUnsafeBytes {
      unsafe Glibc.write(ends.input.number, $0.baseAddress, $0.count)
    }
    // A child that has stopped reading says why by its status.
    if count < 0, errno != EAGAIN, errno != EINTR {
      input = []
      ends.input.close()
    }
    if count > 0 { input = input.dropFirst(count) }
  }

  private static func piece(from end: PipeEnd) -> ArraySlice<UInt8>? {
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    let count = unsafe Glibc.read(end.number, &piece, piece.count)
    if count > 0 { return piece[..<count] }
    if count == 0 || (errno != EAGAIN && errno != EINTR) { end.close() }
    return nil
  }
}
