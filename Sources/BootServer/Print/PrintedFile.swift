// BootServer/Print: a file to paste.
// SPDX-License-Identifier: Apache-2.0

/// A whole file, with what a person has to know above it.
struct PrintedFile {
  /// How its format begins a comment.
  enum Comment {
    case hash, xml, roff
    /// `#` again, below a first line that must stay the first: `#!/bin/sh`.
    case hashBelowFirst
    /// Kea's JSON.
    case slashes
    /// A format without comments.
    case none
  }

  /// Where it goes, absolute, or below the data directory.
  let path: String
  let comment: Comment
  /// Three lines: what it does, where it goes, how to see that it works.
  let about: [String]
  /// Ends in a line feed.
  let body: String
  /// Whether it is a program to run.
  var isProgram = false
  /// What is said on standard error beside it.
  var warning: String?

  /// As it is printed and written.
  var text: String {
    guard comment == .hashBelowFirst else { return head + body }
    let first = body.prefix { $0 != "\n" }
    return first + "\n" + head + body.dropFirst(first.count + 1)
  }

  /// No line of a comment ends early: what follows would be a line of the file.
  private var head: String {
    let about = about.map(Terminal.harmless)
    return switch comment {
    case .hash, .hashBelowFirst: about.map { "# \($0)\n" }.joined()
    case .slashes: about.map { "// \($0)\n" }.joined()
    case .roff: about.map { ".\\\" \($0)\n" }.joined()
    case .xml: "<!--\n" + about.map { "  \($0)\n" }.joined() + "-->\n"
    case .none: ""
    }
  }
}
