// BootServer/Observe: the log.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// logfmt lines on standard error, written by a thread of their own.
///
/// A reader that stops reading stops nobody: lines wait in a bounded queue, and what does not fit is
/// counted, and the count written once there is room.
package final class Log: Sendable {
  /// Writes some of the bytes from `start` on, and says how many; may wait.
  package typealias Sink = @Sendable (_ bytes: [UInt8], _ start: Int) throws(Errno) -> Int

  private struct Queue {
    var bytes: [UInt8] = []
    /// Lines that did not fit or that the sink refused; told once it takes lines again.
    var droppedLines = 0
    var isWriting = false
  }

  /// The least grave that is written.
  package let level: Event.Severity
  private let capacity: Int
  private let queue = Mutex(Queue())
  private let wake: EventCounter
  private let sink: Sink
  /// What happened lately, also where the log says less.
  let recent = RecentEvents()
  /// What the lines of requests have said already.
  let mistakes = MistakeLog()

  /// - Parameters:
  ///   - capacity: bytes that may wait.
  ///   - sink: writes some bytes from `start` on and may wait as long as it likes.
  package init(
    level: Event.Severity, capacity: Int = 2 << 20,
    sink: @escaping Sink = StandardStream.writeToError
  ) throws(Errno) {
    self.level = level
    self.capacity = capacity
    self.sink = sink
    wake = try EventCounter(semaphore: true)
    try Thread.spawn("log") { [self] in while true { writeNext() } }
  }

  /// Whether something of this severity is written.
  package func includes(_ level: Event.Severity) -> Bool { level <= self.level }

  /// Logs one event at once; values are quoted as they need it.
  package func tell(_ event: Event) {
    guard keeps(event.severity) else { return }
    let line = LogLine.of(event)
    recent.add(line, count: 1)
    if includes(event.severity) { append(line, lines: 1) }
  }

  /// The same; what is none of the log's is only remembered.
  func tell(_ event: Event, isLogged: Bool) {
    if isLogged { return tell(event) }
    recent.add(LogLine.of(event), count: 1)
  }

  /// Whether something of this severity is remembered for a while, written or not.
  func keeps(_ level: Event.Severity) -> Bool { level <= max(self.level, .info) }

  /// Queues whole lines.
  package func append(_ lines: [UInt8], lines count: Int) {
    let wasIdle = queue.withLock { queue -> Bool in
      guard queue.bytes.count + lines.count <= capacity else {
        queue.droppedLines += count
        return false
      }
      let wasIdle = queue.bytes.isEmpty && !queue.isWriting
      queue.bytes += lines
      return wasIdle
    }
    if wasIdle { wake.add() }
  }

  /// Waits until all is written, but no longer than this.
  package func flush(milliseconds: Int) {
    let end = Instant.now.advanced(milliseconds: milliseconds)
    while Instant.now < end {
      if queue.withLock({ $0.bytes.isEmpty && !$0.isWriting }) { return }
      Thread.sleep(milliseconds: 2)
    }
  }

  private func writeNext() {
    wake.wait()
    while true {
      let bytes = queue.withLock { queue -> [UInt8] in
        defer { queue.bytes = [] }
        queue.isWriting = !queue.bytes.isEmpty
        return queue.bytes
      }
      if bytes.isEmpty { return }
      let lost = write(bytes)
      queue.withLock { $0.droppedLines += lost }
      if lost == 0 { reportDropped() }
    }
  }

  /// Says how many lines are missing, now that the sink takes some.
  private func reportDropped() {
    let count = queue.withLock { queue -> Int in
      defer { queue.droppedLines = 0 }
      return queue.droppedLines
    }
    if count == 0 { return }
    let event = Event(.logDropped, .warning, ["lines": "\(count)"])
    if write(LogLine.of(event)) > 0 {
      queue.withLock { $0.droppedLines += count }
    }
  }

  /// A sink that is gone loses its lines and nothing else.
  ///
  /// - Returns: how many lines were lost.
  private func write(_ bytes: [UInt8]) -> Int {
    var start = 0
    do throws(Errno) {
      while start < bytes.count { start += try sink(bytes, start) }
      return 0
    } catch {
      return bytes[start...].count { $0 == 0x0a }
    }
  }
}
