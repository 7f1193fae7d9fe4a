// BootServer/Observe: the request lines of one event loop.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import Text

/// The request lines of one event loop, gathered and handed over once a turn.
final class RequestLog {
  private let log: Log
  private var lines: [UInt8] = []
  private var count = 0
  /// Lines that are remembered and not written.
  private var unwritten: [UInt8] = []
  private var unwrittenCount = 0
  private var remembered = (second: 0, count: 0)
  private static let mostRemembered = 500
  private var second: (number: Int, text: [UInt8]) = (-1, [])

  init(_ log: Log) { self.log = log }

  /// One exchange: who asked for what, what was sent, and what the answer means.
  ///
  /// Of the query nothing is logged but what the handler says; it may hold tokens.
  func add(_ record: ExchangeRecord) {
    let level = level(of: record)
    guard log.keeps(level) else { return }
    guard log.includes(level) else { return remember(record, level) }
    append(record, level, to: &lines)
    count += 1
  }

  /// Keeps a line that the log does not have, as long as there are few: of many ten thousand a second
  /// the last ones tell no more, and each costs as much as the script itself.
  private func remember(_ record: ExchangeRecord, _ level: Event.Severity) {
    let now = WallClock.now.seconds
    if now != remembered.second { remembered = (now, 0) }
    guard remembered.count < Self.mostRemembered else { return }
    remembered.count += 1
    append(record, level, to: &unwritten)
    unwrittenCount += 1
  }

  private func append(
    _ record: ExchangeRecord, _ level: Event.Severity, to lines: inout [UInt8]
  ) {
    let now = WallClock.now
    if now.seconds != second.number { second = (now.seconds, LogLine.second(now.seconds)) }
    lines += "time=".utf8
    lines += second.text
    LogLine.append(now, level, to: &lines)
    LogText.append(record.event, to: &lines)
    lines += " client=".utf8
    // Of whom a proxy asks for nobody knows the port.
    lines += (record.peer.port == 0 ? record.peer.hostText : record.peer.description).utf8
    if let head = record.head {
      LogText.append("method", head.methodToken.prefix(32), to: &lines)
      LogText.append("path", LoggedPath.of(head.path), to: &lines)
      // What asks for a script is iPXE built for one platform or another, a browser or a loader.
      if Self.isOfScript(record.event.name), let agent = head.first(.userAgent) {
        LogText.append("agent", agent.prefix(100), to: &lines)
      }
    }
    lines += " status=\(record.status.rawValue) bytes=\(record.sentBytes) ms=".utf8
    lines += "\(record.microseconds / 1000).\(record.microseconds / 100 % 10)".utf8
    if !record.isComplete { lines += " incomplete=true".utf8 }
    lines.append(0x0a)
  }

  private static func isOfScript(_ name: Event.Name) -> Bool {
    switch name {
    case .script, .identify, .held, .localBoot, .noIdentity: true
    default: false
    }
  }

  func handOver() {
    if unwrittenCount > 0 {
      log.recent.add(unwritten, count: unwrittenCount)
      (unwritten, unwrittenCount) = ([], 0)
    }
    if count == 0 { return }
    log.recent.add(lines, count: count)
    log.append(lines, lines: count)
    (lines, count) = ([], 0)
  }

  private func level(of record: ExchangeRecord) -> Event.Severity {
    switch record.status {
    case .serviceUnavailable:
      record.event.name == .held ? log.mistakes.severityOfHold(record) : .warning
    case .notFound, .forbidden: log.mistakes.severityOfMistake(record)
    // Whoever makes a method up is no fault of ours.
    case .notImplemented: .warning
    default: record.status.rawValue >= 500 ? .error : record.event.severity
    }
  }
}
