// Text: words of a POSIX shell.
// SPDX-License-Identifier: Apache-2.0

/// A word as a shell reads it (POSIX.1-2017, Shell Command Language, 2.2).
package enum ShellWord {
  /// The word itself where the shell takes it for one word; else it in single quotes.
  package static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      ASCII.isAlphanumeric(byte) || "-._/:=,@%+".utf8.contains(byte)
    }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }
}
