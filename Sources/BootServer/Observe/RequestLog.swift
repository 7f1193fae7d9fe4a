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
  /// What is remembered of this turn.
  private var events: [KeptEvent] = []
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
    let now = WallClock.now
    if isRemembered(level, now) {
      events.append(EventText.of(record, level, at: now, second: text(of: now)))
    }
    guard log.includes(level) else { return }
    append(record, level, now)
    count += 1
  }

  /// What went well is remembered as long as there is little of it: of many ten thousand a second the last ones
  /// tell no more, and each costs as much as the script itself.
  private func isRemembered(_ level: Event.Severity, _ now: FileTime) -> Bool {
    if level <= .warning { return true }
    if now.seconds != remembered.second { remembered = (now.seconds, 0) }
    guard remembered.count < Self.mostRemembered else { return false }
    remembered.count += 1
    return true
  }

  private func text(of time: FileTime) -> [UInt8] {
    if time.seconds != second.number { second = (time.seconds, LogLine.second(time.seconds)) }
    return second.text
  }

  private func append(_ record: ExchangeRecord, _ level: Event.Severity, _ now: FileTime) {
    lines += "time=".utf8
    lines += text(of: now)
    LogLine.append(now, level, to: &lines)
    LogText.append(record.event, to: &lines)
    lines += " client=".utf8
    lines += Self.client(of: record).utf8
    if let head = record.head {
      LogText.append("method", head.methodToken.prefix(32), to: &lines)
      LogText.append("path", LoggedPath.of(head.path), to: &lines)
      if let agent = Self.agent(of: record) { LogText.append("agent", agent, to: &lines) }
    }
    lines += " status=\(record.status.rawValue) bytes=\(record.sentBytes) ms=".utf8
    lines += Self.milliseconds(of: record).utf8
    if !record.isComplete { lines += " incomplete=true".utf8 }
    lines.append(0x0a)
  }

  /// Of whom a proxy asks for nobody knows the port.
  static func client(of record: ExchangeRecord) -> String {
    record.peer.port == 0 ? record.peer.hostText : record.peer.description
  }

  /// What asks for a script is iPXE built for one platform or another, a browser or a loader.
  static func agent(of record: ExchangeRecord) -> ArraySlice<UInt8>? {
    guard isOfScript(record.event.name) else { return nil }
    return record.head?.first(.userAgent)?.prefix(100)
  }

  /// `0.8`.
  static func milliseconds(of record: ExchangeRecord) -> String {
    "\(record.microseconds / 1000).\(record.microseconds / 100 % 10)"
  }

  private static func isOfScript(_ name: Event.Name) -> Bool {
    switch name {
    case .script, .identify, .held, .localBoot, .noIdentity: true
    default: false
    }
  }

  func handOver() {
    if !events.isEmpty {
      log.feed.add(events)
      events.removeAll(keepingCapacity: true)
    }
    if count == 0 { return }
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
