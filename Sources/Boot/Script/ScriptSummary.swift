// Boot/Script: what a script has fetched and booted.
// SPDX-License-Identifier: Apache-2.0

/// What one of our scripts has a machine fetch, and the command line that its kernel gets.
///
/// It reads the lines that ``NewScript`` and ``OriginalScript`` write, and no others.
package struct ScriptSummary: Equatable, Sendable {
  /// URLs of the kernel, initrds, or whatever is chained, in order.
  package private(set) var urls: [String] = []
  /// As iPXE hands it over; `nil`: no kernel is booted.
  package private(set) var commandLine: String?

  /// - Parameter platform: `efi` or `pcbios`, where a script differs by it.
  package init(_ script: String, platform: String?) {
    var variables: [String: String] = [:]
    for line in Self.lines(script, isEFI: platform == "efi") {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      switch words.first {
      case "set" where words.count >= 3:
        let value = words[2...].joined(separator: " ")
        variables[String(words[1])] = Self.expanded(value, variables)
      case "kernel", "initrd", "chain", "sanboot":
        read(words.dropFirst().prefix { $0 != "||" }.map(String.init), words[0], variables)
      default: continue
      }
    }
  }

  private mutating func read(
    _ words: [String], _ command: Substring, _ variables: [String: String]
  ) {
    var words = words[...]
    while let word = words.first, word.hasPrefix("--") {
      words = words.dropFirst(word == "--name" ? 2 : 1)
    }
    guard let url = words.popFirst() else { return }
    urls.append(Self.expanded(url, variables))
    if command == "kernel" {
      commandLine = words.map { Self.expanded($0, variables) }.joined(separator: " ")
    }
  }

  /// The lines that run on one platform.
  private static func lines(_ script: String, isEFI: Bool) -> [Substring] {
    let lines = script.split(separator: "\n")
    guard let efi = lines.firstIndex(of: ":efi") else { return lines }
    return Array(isEFI ? lines[efi...] : lines[..<efi])
  }

  private static func expanded(_ text: String, _ variables: [String: String]) -> String {
    guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
    var result = ""
    var rest = Substring(text)
    while let open = rest.firstRange(of: "${"),
      let close = rest[open.upperBound...].firstIndex(of: "}")
    {
      result += rest[..<open.lowerBound]
      let name = String(rest[open.upperBound..<close])
      result += variables[name] ?? String(rest[open.lowerBound...close])
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }
}
