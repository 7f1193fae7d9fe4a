// BootServer/Observe: one line of the log.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import Text

/// Builds lines.
package enum LogLine {
  /// `time=2026-11-21T12:00:00.123Z level=info`.
  package static func start(_ level: Log.Level, at time: FileTime) -> [UInt8] {
    var line = Array("time=".utf8) + second(time.seconds)
    append(time, level, to: &line)
    return line
  }

  fileprivate static func append(_ time: FileTime, _ level: Log.Level, to line: inout [UInt8]) {
    let milliseconds = time.nanoseconds / 1_000_000
    line.append(UInt8(ascii: "."))
    for divisor in [100, 10, 1] { line.append(0x30 + UInt8(milliseconds / divisor % 10)) }
    line += "Z level=".utf8
    line += level.name.utf8
  }

  /// `2026-11-21T12:00:00`.
  fileprivate static func second(_ seconds: Int) -> [UInt8] {
    Array(CivilTime(seconds).text.utf8)
  }
}

/// The request lines of one event loop, gathered and handed over once a turn.
final class RequestLog {
  private let log: Log
  private var lines: [UInt8] = []
  private var count = 0
  private var second: (number: Int, text: [UInt8]) = (-1, [])

  init(_ log: Log) { self.log = log }

  /// One exchange: who asked for what, what was sent, and the handler's note.
  ///
  /// Of the query nothing is logged but what the handler noted; it may hold tokens.
  func add(_ record: ExchangeRecord) {
    let level = Self.level(of: record)
    guard log.includes(level) else { return }
    let now = WallClock.now
    if now.seconds != second.number { second = (now.seconds, LogLine.second(now.seconds)) }
    lines += "time=".utf8
    lines += second.text
    LogLine.append(now, level, to: &lines)
    lines += record.note
    lines += " client=".utf8
    lines += record.peer.description.utf8
    if let head = record.head {
      lines += LogText.pair("method", head.methodToken.prefix(32))
      lines += LogText.pair("path", head.path.prefix(512))
    }
    lines += " status=\(record.status.rawValue) bytes=\(record.sentBytes) ms=".utf8
    lines += "\(record.microseconds / 1000).\(record.microseconds / 100 % 10)".utf8
    if !record.isComplete { lines += " incomplete=true".utf8 }
    lines.append(0x0a)
    count += 1
  }

  func handOver() {
    if count == 0 { return }
    log.append(lines, lines: count)
    lines.removeAll(keepingCapacity: lines.capacity < 256 << 10)
    count = 0
  }

  private static func level(of record: ExchangeRecord) -> Log.Level {
    if record.status == .serviceUnavailable { return .warning }
    if record.status.rawValue >= 500 { return .error }
    return record.isWarning ? .warning : .info
  }
}
