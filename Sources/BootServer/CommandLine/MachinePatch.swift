// BootServer/CommandLine: the changes of `machines set`.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// `KEY=VALUE` words as a merge patch; an empty value takes the key away.
struct MachinePatch {
  private static let keys = [
    "state", "profile", "hostname", "serial", "asset", "uuid", "macs", "etcdToken", "metadata.KEY",
  ]

  let body: JSON

  init(_ words: some Sequence<String>) throws(UsageError) {
    var members: [JSON.Member] = []
    var metadata: [JSON.Member] = []
    for word in words {
      // By scalars: a value may begin with an accent that would join the sign.
      guard let sign = word.unicodeScalars.firstIndex(of: "=") else {
        throw UsageError("'\(word)' is not KEY=VALUE")
      }
      let key = String(word.unicodeScalars[..<sign])
      let text = String(word.unicodeScalars[sign...].dropFirst())
      let value: JSON = key == "macs" ? Self.list(text) : text.isEmpty ? .null : .string(text)
      if key.hasPrefix("metadata."), Metadata.isKey(String(key.dropFirst(9))) {
        metadata.append(JSON.Member(String(key.dropFirst(9)), Self.metadata(text)))
      } else if Self.keys.contains(key), key != "metadata.KEY" {
        members.append(JSON.Member(key, value))
      } else {
        let near = Nearest.name(to: key, in: Self.keys)
        throw UsageError(
          "unknown key '\(key)'; "
            + (near.map { "did you mean '\($0)'?" }
              ?? "there are \(Self.keys.joined(separator: ", "))"))
      }
    }
    if !metadata.isEmpty { members.append(JSON.Member("metadata", .object(metadata))) }
    body = .object(members)
  }

  /// What JSON takes for a number is one, with its digits as they are; a JSON string is its text.
  private static func metadata(_ text: String) -> JSON {
    if text.isEmpty { return .null }
    switch try? JSONReader.read(Array(text.utf8)) {
    case .number? where !text.contains { $0.isWhitespace }: return .number(text)
    case .string(let inner)? where text.first == "\"": return .string(inner)
    default: return .string(text)
    }
  }

  /// Several stand with commas between them.
  private static func list(_ text: String) -> JSON {
    .array(text.split(separator: ",").map { .string($0.filter { $0 != " " }) })
  }
}
