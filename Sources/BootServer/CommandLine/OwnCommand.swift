// BootServer/CommandLine: commands that people are told to type.
// SPDX-License-Identifier: Apache-2.0

import System
import Text

/// What a command needs so that it finds this very server.
///
/// Sentences say `coreos-ipxe-server machines VERB`, which is right where the command line finds the server
/// by itself. Elsewhere it is told where: `coreos-ipxe-server --state-dir DIR machines VERB`.
struct OwnCommand: Sendable {
  /// The option with a space behind it; empty where none is needed.
  private let option: String

  /// - Parameter runtime: `$RUNTIME_DIRECTORY`, where the server makes a socket that is looked for.
  init(_ configuration: Configuration, runtime: String? = Process.environment("RUNTIME_DIRECTORY"))
  {
    let directory = RealPath.of(configuration.stateDirectory)
    let folders = runtime?.split(separator: ":").map(String.init) ?? []
    let isFound =
      StatePlaces.documented.contains { $0 == directory || RealPath.of($0) == directory }
      || folders.first == SocketSearch.runtime
    option = isFound ? "" : "--state-dir \(ShellWord.quoted(directory)) "
  }

  /// A sentence whose commands work on the server, pasted as they are.
  func completed(_ text: String) -> String {
    let (program, verb) = ("coreos-ipxe-server ", "machines ")
    return option.isEmpty ? text : text.replacing(program + verb, with: program + option + verb)
  }

  /// The same for a script of iPXE, which would take some letters for its own: the option is left out then.
  func completed(script: [UInt8]) -> [UInt8] {
    let isPlain = option.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "/._- ".utf8.contains($0) }
    return isPlain && !option.isEmpty
      ? Array(completed(String(decoding: script, as: UTF8.self)).utf8) : script
  }
}
