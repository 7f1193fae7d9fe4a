// Boot/Machines/Record: values of a record.
// SPDX-License-Identifier: Apache-2.0

import Text

/// One value of a record, with its key for messages.
struct RecordValue {
  let key: String
  let value: JSON

  func wrong(_ reason: String) -> MachineError { .badValue(key: key, reason: reason) }

  /// `nil` for null and for an empty string.
  func text() throws(MachineError) -> String? {
    switch value {
    case .null: return nil
    case .string(let text): return text.isEmpty ? nil : text
    case .bool, .number, .array, .object: throw wrong("must be a string, but is \(value.kind)")
    }
  }

  func time() throws(MachineError) -> Timestamp? {
    guard let text = try text() else { return nil }
    guard let time = Timestamp(text) else {
      throw wrong("must be a time such as 2026-11-21T12:00:00Z, but is \"\(text)\"")
    }
    return time
  }

  func count() throws(MachineError) -> Int {
    guard case .number(let text) = value, let count = Int(text), (0...(1 << 53)).contains(count)
    else {
      throw wrong("must be a whole number from 0 on, and no larger than others can read")
    }
    return count
  }

  func members() throws(MachineError) -> [JSON.Member] {
    switch value {
    case .null: return []
    case .object(let members): return members
    case .bool, .number, .string, .array: throw wrong("must be an object, but is \(value.kind)")
    }
  }

  func texts() throws(MachineError) -> [String] {
    guard case .array(let elements) = value else {
      throw wrong("must be a list of strings, but is \(value.kind)")
    }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element else {
        throw wrong("must be a list of strings, but holds \(element.kind)")
      }
      texts.append(text)
    }
    return texts
  }
}
