// HTTP/Server: an answer that goes on.
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import System

/// The content of an answer whose end is not known when it begins; any thread adds to it.
///
/// What is added waits here, as the arrays that were given, until the peer takes it: whoever adds looks at
/// ``unsentBytes`` and ends a stream that is too far behind.
package final class ResponseStream: Sendable {
  /// What the loop is to send next.
  enum Next {
    case bytes([[UInt8]])
    /// Nothing is there now.
    case nothing
    /// Nothing comes any more.
    case end
  }

  private struct State {
    var waiting: [[UInt8]] = []
    /// Arrays in front of this one are taken.
    var first = 0
    var isEnded = false
    var isAborted = false
    /// The connection is gone.
    var isGone = false
    /// The loop has been told, and has not looked yet.
    var isPosted = false
    var place: (mailbox: Mailbox, tag: UInt64)?
  }

  private let state = Mutex(State())
  private let unsent = Atomic<Int>(0)

  /// Nothing in it.
  package init() {}

  /// Bytes that were added and that nobody has begun to send.
  package var unsentBytes: Int { unsent.load(ordering: .relaxed) }

  /// Whether there is a peer, or will be one.
  package var isOpen: Bool { state.withLock { !$0.isGone } }

  /// Adds to the content.
  ///
  /// - Returns: whether anybody may still get it.
  @discardableResult
  package func send(_ bytes: [UInt8]) -> Bool {
    if bytes.isEmpty { return isOpen }
    return tell { state in
      if state.isEnded { return }
      state.waiting.append(bytes)
      unsent.add(bytes.count, ordering: .relaxed)
    }
  }

  /// Ends the content behind what was added.
  package func end() { tell { $0.isEnded = true } }

  /// Ends the connection, wherever it stands.
  package func abort() { tell { $0.isAborted = true } }

  /// - Returns: whether there is a peer.
  @discardableResult
  private func tell(_ change: (inout State) -> Void) -> Bool {
    let (isOpen, place) = state.withLock { state -> (Bool, (Mailbox, UInt64)?) in
      if state.isGone { return (false, nil) }
      change(&state)
      defer { state.isPosted = true }
      return (true, state.isPosted ? nil : state.place)
    }
    if let (mailbox, tag) = place { mailbox.post(.streamed(tag: tag)) }
    return isOpen
  }
}

extension ResponseStream {
  /// The head goes out now, on this connection.
  func attach(_ mailbox: Mailbox, _ tag: UInt64) {
    // What was added before is looked at without a message.
    state.withLock { ($0.place, $0.isPosted) = ((mailbox, tag), false) }
  }

  var isAborted: Bool { state.withLock { $0.isAborted } }
  var hasNext: Bool { state.withLock { $0.first < $0.waiting.count || $0.isEnded } }

  /// The loop has been woken, and looks.
  func wasHeard() { state.withLock { $0.isPosted = false } }

  /// Takes some of what waits.
  ///
  /// - Parameter limit: bytes; passed by one array at most.
  func next(limit: Int) -> Next {
    state.withLock { state in
      var taken: [[UInt8]] = []
      var count = 0
      while state.first < state.waiting.count, count < limit {
        taken.append(state.waiting[state.first])
        count += state.waiting[state.first].count
        state.waiting[state.first] = []
        state.first += 1
      }
      if state.first == state.waiting.count {
        (state.waiting, state.first) = ([], 0)
      } else if state.first > 1024 {
        state.waiting.removeFirst(state.first)
        state.first = 0
      }
      unsent.subtract(count, ordering: .relaxed)
      return taken.isEmpty ? state.isEnded ? .end : .nothing : .bytes(taken)
    }
  }

  /// Nothing more is sent, and what waits is dropped.
  func close() {
    state.withLock { state in
      (state.waiting, state.first) = ([], 0)
      (state.isEnded, state.isGone, state.place) = (true, true, nil)
    }
    unsent.store(0, ordering: .relaxed)
  }

  /// Ends the content in front of what waits.
  func cut() {
    state.withLock { state in
      (state.waiting, state.first) = ([], 0)
      state.isEnded = true
    }
    unsent.store(0, ordering: .relaxed)
  }
}
