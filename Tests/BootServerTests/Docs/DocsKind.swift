// BootServerTests/Docs: what a block of the docs is.
// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// What stands behind the first backticks of a block, and so how it is checked.
enum DocsKind: Equatable {
  /// Commands; `run`: they need neither a network nor root, and are run in the order of the page.
  case commands(run: Bool)
  /// A whole file of the data directory.
  case file(String)
  /// Lines that begin with `profiles/NAME.json`, and a profile behind each.
  case files
  /// Profiles, one behind the other.
  case profiles
  /// Members of a profile.
  case members
  case json
  /// What a program of its own reads.
  case tool(String)
  /// What the commands before printed; `part`: some lines of that, or of files that they wrote.
  case output(part: Bool)
  /// A drawing, or what a machine or another program shows.
  case picture

  static let known = """
    sh, sh run, json, json profile (one or more), json part (members of a profile), \
    json profiles (lines of NAME and profile), LANGUAGE configs/NAME or profiles/NAME (a whole file), \
    dnsmasq, squid, xml, ipxe, cron, unit, log, text output (of the commands before), text part (of it), \
    text drawing, text shown (by a machine or another program)
    """

  init?(_ block: DocsBlock) {
    let words = (block.info ?? "").split(separator: " ").map(String.init)
    switch words {
    case ["sh"]: self = .commands(run: false)
    case ["sh", "run"]: self = .commands(run: true)
    case ["json"]: self = .json
    case ["json", "profile"]: self = .profiles
    case ["json", "profiles"]: self = .files
    case ["json", "part"]: self = .members
    case ["dnsmasq"], ["squid"], ["xml"], ["ipxe"], ["cron"], ["unit"], ["log"]:
      self = .tool(words[0])
    case ["text", "output"]: self = .output(part: false)
    case ["text", "part"]: self = .output(part: true)
    case ["text", "drawing"], ["text", "shown"]: self = .picture
    default:
      guard words.count == 2, words[1].contains(/^(configs|profiles)\/[^ ]+$/) else { return nil }
      self = .file(words[1])
    }
  }
}
