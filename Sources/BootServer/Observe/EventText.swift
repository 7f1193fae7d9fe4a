// BootServer/Observe: an event as a JSON object.
// SPDX-License-Identifier: Apache-2.0

import HTTP
import System
import Text

/// An event as it is kept: its name, and its JSON but for the number.
struct KeptEvent: Sendable {
  /// `script`, `held`.
  let name: String
  /// `"time":"2026-11-21T12:00:00.123Z","level":"info","event":"script",...`, without braces.
  let members: [UInt8]
  /// Whether somebody only looked at something: nothing happened by that.
  var isLook = false
}

/// Writes events as the members of a JSON object; the names are those of the log's fields.
struct EventText {
  private var bytes: [UInt8] = []
  private var keys: [String] = []

  /// - Parameter time: when it happened.
  static func of(_ event: Event, at time: FileTime = WallClock.now) -> KeptEvent {
    let text = EventText(event, event.severity, time, LogLine.second(time.seconds))
    return KeptEvent(name: event.name.text, members: text.bytes)
  }

  /// What an exchange meant, and what the server knows of it besides: as ``RequestLog`` writes it.
  ///
  /// - Parameter second: of `time`: `2026-11-21T12:00:00`.
  static func of(
    _ record: ExchangeRecord, _ severity: Event.Severity, at time: FileTime, second: [UInt8]
  ) -> KeptEvent {
    var text = EventText(record.event, severity, time, second)
    text.add("client", RequestLog.client(of: record).utf8)
    if let head = record.head {
      text.add("method", head.methodToken.prefix(32))
      text.add("path", LoggedPath.of(head.path))
      if let agent = RequestLog.agent(of: record) { text.add("agent", agent) }
    }
    text.add(number: "status", "\(record.status.rawValue)")
    text.add(number: "bytes", "\(record.sentBytes)")
    text.add(number: "ms", RequestLog.milliseconds(of: record))
    if !record.isComplete { text.add(number: "incomplete", "true") }
    let isReading = record.head.map { $0.method == .get || $0.method == .head } ?? false
    return KeptEvent(
      name: record.event.name.text, members: text.bytes,
      isLook: isReading && record.status.rawValue < 400
        && Event.Name.looks.contains(record.event.name))
  }

  private init(_ event: Event, _ severity: Event.Severity, _ time: FileTime, _ second: [UInt8]) {
    bytes.reserveCapacity(320)
    keys.reserveCapacity(16)
    keys.append("id")
    append("time")
    bytes.append(UInt8(ascii: "\""))
    bytes += second
    LogLine.appendMilliseconds(time, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    add("level", severity.name.utf8)
    add("event", event.name.text.utf8)
    if let (key, value) = event.subject?.pair { add(key, value) }
    for field in event.fields { add(field.key, field.value) }
  }

  private mutating func add(_ key: String, _ value: Event.Value) {
    switch value {
    case .text(let text): add(key, text.utf8)
    case .bytes(let bytes): add(key, bytes)
    }
  }

  private mutating func add(_ key: String, _ value: some Collection<UInt8>) {
    switch key {
    case "status", "bytes", "ms", "boot", "total", "took", "seconds":
      if Self.isNumber(value) { return add(number: key, String(decoding: value, as: UTF8.self)) }
    case "incomplete": return add(number: key, "true")
    default: break
    }
    if append(key) { appendQuoted(value) }
  }

  private mutating func add(number key: String, _ value: String) {
    if append(key) { bytes += value.utf8 }
  }

  /// - Returns: `false` where the key was there before: what was said first stands.
  @discardableResult
  private mutating func append(_ key: String) -> Bool {
    if keys.contains(key) { return false }
    if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
    keys.append(key)
    bytes.append(UInt8(ascii: "\""))
    bytes += key.utf8
    bytes += "\":".utf8
    return true
  }

  private mutating func appendQuoted(_ value: some Collection<UInt8>) {
    let isPlain = value.allSatisfy {
      $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    guard isPlain else {
      bytes += JSONWriter.quoted(value).utf8
      return
    }
    bytes.append(UInt8(ascii: "\""))
    bytes += value
    bytes.append(UInt8(ascii: "\""))
  }

  /// `412`, `0.8`.
  private static func isNumber(_ value: some Collection<UInt8>) -> Bool {
    let parts = value.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return (1...2).contains(parts.count)
      && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(ASCII.isDigit) }
      && (parts[0].first != UInt8(ascii: "0") || parts[0].count == 1)
  }
}
