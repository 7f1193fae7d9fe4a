// BootServer/CommandLine: where a command was told to look.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Where a command was told to look: the commands that it prints look there, too.
struct ToldPlace: Sendable {
  private let local: String
  private let data: String
  private let client: String

  init(_ arguments: Arguments) {
    func words(_ options: [Option]) -> String {
      options.compactMap { option in
        arguments[option].map { "\(option.flag) \(ShellWord.quoted($0)) " }
      }.joined()
    }
    local = words([.dataDirectory, .stateDirectory])
    data = words([.dataDirectory])
    client = words([.serverURL, .tokenFile, .dataDirectory, .stateDirectory])
  }

  /// A sentence whose commands can be pasted as they are.
  func completed(_ text: String) -> String {
    var text = text
    for (verbs, options) in [
      (["check", "explain", "render"], local), (["images"], data),
      (["machines", "boots"], client),
    ] where !options.isEmpty {
      for verb in verbs {
        text.replace(
          "coreos-ipxe-server \(verb)", with: "coreos-ipxe-server \(options)\(verb)")
      }
    }
    return text
  }
}
