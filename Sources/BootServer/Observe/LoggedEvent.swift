// BootServer/Observe: a line of the log, read back.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What a line of the log says: what ``LogLine`` and ``RequestLog`` write, this reads.
struct LoggedEvent: Equatable {
  /// `2026-11-21T12:00:00.123Z`.
  let time: String
  let severity: Event.Severity
  /// `script`, `held`.
  let name: String
  /// All that it says besides, in the order of the line.
  let fields: [LogText.Pair]

  /// Fields that the writer writes as numbers.
  private static let numbers: Set<String> = [
    "status", "bytes", "ms", "boot", "total", "took", "seconds",
  ]

  /// - Parameter line: without its line break; what a journal or a container puts in front of `time=` is
  ///   passed over.
  /// - Returns: `nil` where it is no line of ours.
  init?(_ line: some Collection<UInt8>) {
    guard let start = line.firstRange(of: Array("time=".utf8))?.lowerBound,
      let pairs = LogText.pairs(line[start...]), pairs.count >= 3,
      pairs[0].key == "time", pairs[1].key == "level", pairs[2].key == "event",
      let severity = Event.Severity(name: pairs[1].text)
    else { return nil }
    time = pairs[0].text
    self.severity = severity
    name = pairs[2].text
    fields = Array(pairs[3...])
  }

  /// - Parameter json: as ``json(id:)`` writes it.
  init?(_ json: JSON) {
    guard case .object(let members) = json, case .string(let time) = json["time"],
      case .string(let level) = json["level"], let severity = Event.Severity(name: level),
      case .string(let name) = json["event"]
    else { return nil }
    self.time = time
    self.severity = severity
    self.name = name
    fields = members.compactMap { member in
      if ["id", "time", "level", "event"].contains(member.name) { return nil }
      let text =
        if case .string(let text) = member.value { text } else { JSONWriter.text(member.value) }
      return LogText.Pair(key: member.name, value: Array(text.utf8))
    }
  }

  /// - Parameter lines: JSON objects, each on its line, as `GET /events/recent` has them; others are passed over.
  static func list(_ lines: [UInt8]) -> [LoggedEvent] {
    lines.split(separator: 0x0a).compactMap { line in
      (try? JSONReader.read(Array(line))).flatMap { LoggedEvent($0) }
    }
  }

  /// The first field of that name, for people.
  subscript(_ key: String) -> String? { fields.first { $0.key == key }?.text }

  /// Of a request's line.
  var status: Int? { self["status"].flatMap { Int($0) } }

  /// Who asked, without the port.
  var host: String? {
    guard let client = self["client"] else { return nil }
    guard let colon = client.lastIndex(of: ":"),
      client.hasPrefix("[") || !client[..<colon].contains(":")
    else { return client }
    return client[..<colon].trimming { $0 == "[" || $0 == "]" }
  }

  /// `{"id": 17, "time": ..., "level": ..., "event": ...}` and its fields.
  func json(id: Int) -> JSON {
    var members = [
      JSON.Member("id", .number("\(id)")), JSON.Member("time", .string(time)),
      JSON.Member("level", .string(severity.name)), JSON.Member("event", .string(name)),
    ]
    for field in fields where !members.contains(where: { $0.name == field.key }) {
      let text = field.text
      let isNumber = Self.numbers.contains(field.key) && Double(text) != nil
      members.append(
        JSON.Member(
          field.key,
          isNumber ? .number(text) : field.key == "incomplete" ? .bool(true) : .string(text)))
    }
    return .object(members)
  }
}

extension Substring {
  fileprivate func trimming(_ isEdge: (Character) -> Bool) -> String {
    String(drop(while: isEdge).reversed().drop(while: isEdge).reversed())
  }
}
