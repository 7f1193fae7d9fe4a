// BootServer/CommandLine: sentences about the server's state.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What is wrong with a state, and what to do about it.
enum StateText {
  /// A line each: careful, problem, behind.
  ///
  /// - Parameter state: what `GET /state` answers.
  static func warnings(_ state: JSON) -> [String] {
    var lines: [String] = []
    if let reason = state["careful"].said {
      lines.append(
        "careful: \(reason); new machines get no installer. If this list is the right one:"
          + " coreos-ipxe-server machines trust-state")
    }
    if let problem = state["problem"].said {
      lines.append("the state has a problem: \(problem); see the server's log")
    }
    if let behind = state["behind"].said {
      lines.append(
        "records not yet in their files: \(behind); they are safe in the journal, and follow within"
          + " seconds. Where this stays the disk may be full: coreos-ipxe-server machines state")
    }
    return lines
  }
}

extension JSON {
  /// Text for people; `nil` for what says that there is nothing.
  fileprivate var said: String? {
    switch self {
    case .null, .bool(false), .number("0"), .string(""): nil
    case .bool(true): "yes"
    case .array, .object, .number, .string: shown
    }
  }
}
