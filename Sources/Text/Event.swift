// Text: what happened, as a value.
// SPDX-License-Identifier: Apache-2.0

/// What happened: the log writes it as a line, and whoever else wants to know reads the value.
///
/// Nobody reads it back from the line.
package struct Event: Equatable, Sendable {
  /// What kind of thing happened.
  package var name: Name
  /// Of the event alone; a status of 500 or 503 makes the line of a request graver.
  package var severity: Severity
  /// Whom or what it is about.
  package var subject: Subject?
  /// What else is to be said, in the order of the line.
  package private(set) var fields: [Field]

  /// - Parameter fields: in the order of the line.
  package init(
    _ name: Name, _ severity: Severity, subject: Subject? = nil,
    _ fields: KeyValuePairs<String, Value> = [:]
  ) {
    self.name = name
    self.severity = severity
    self.subject = subject
    self.fields = fields.map { Field(key: $0.key, value: $0.value) }
  }

  /// What need not worry anybody by itself.
  package init(
    _ name: Name, subject: Subject? = nil, _ fields: KeyValuePairs<String, Value> = [:]
  ) {
    self.init(name, .info, subject: subject, fields)
  }

  /// Says one thing more.
  package mutating func add(_ key: String, _ value: Value) {
    fields.append(Field(key: key, value: value))
  }

  /// Says one thing more.
  package mutating func add(_ key: String, _ text: String) { add(key, .text(text)) }

  /// Somebody should look at it.
  package mutating func warn(_ sentence: String) {
    add("warning", sentence)
    severity = min(severity, .warning)
  }

  /// What failed, and somebody should look at it.
  package mutating func fail(_ sentence: String) {
    add("error", sentence)
    severity = min(severity, .warning)
  }
}

extension Event {
  /// `event=NAME`; each module names its own.
  package struct Name: Hashable, Sendable {
    /// The word in the log.
    package let text: String

    /// - Parameter text: one word of letters and hyphens.
    package init(_ text: String) { self.text = text }
  }

  /// What an event is about: `machine=ID` in the line.
  package enum Subject: Hashable, Sendable {
    case machine(String)
    case profile([UInt8])
    case key([UInt8])
    case host(String)

    /// The key and the value in the line.
    package var pair: (key: String, value: Value) {
      switch self {
      case .machine(let id): ("machine", .text(id))
      case .profile(let name): ("profile", .bytes(name))
      case .key(let name): ("key", .bytes(name))
      case .host(let serial): ("host", .text(serial))
      }
    }
  }

  /// One thing that is said of an event: `key=value` in the line.
  package struct Field: Hashable, Sendable {
    /// A word; the same key always means the same.
    package let key: String
    /// Quoted in the line where it needs that.
    package let value: Value
  }

  /// What a field says.
  package enum Value: Hashable, Sendable, ExpressibleByStringInterpolation {
    case text(String)
    /// What a client said need not be UTF-8.
    case bytes([UInt8])

    /// For text that is in the source.
    package init(stringLiteral text: String) { self = .text(text) }
  }

  /// Graver ones first.
  package enum Severity: Int, Comparable, Sendable, CaseIterable {
    case error, warning, info, debug

    /// - Parameter name: `error`, `warning`, `info`, `debug`; `nil` for any other.
    package init?(name: String) {
      guard let severity = Self.allCases.first(where: { $0.name == name }) else { return nil }
      self = severity
    }

    /// `level=NAME`.
    package var name: String {
      switch self {
      case .error: "error"
      case .warning: "warning"
      case .info: "info"
      case .debug: "debug"
      }
    }

    /// Whether the left one is graver.
    package static func < (left: Severity, right: Severity) -> Bool {
      left.rawValue < right.rawValue
    }
  }
}
