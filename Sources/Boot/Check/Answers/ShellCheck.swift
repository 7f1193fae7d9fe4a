// Boot/Check/Answers: scripts.
// SPDX-License-Identifier: Apache-2.0

/// What keeps a script from being started at all.
package enum ShellCheck {
  /// Finds a CR in the `#!` line, which becomes part of the interpreter's name or its argument.
  ///
  /// - Parameter file: as below the data directory.
  package static func findings(_ bytes: [UInt8], file: String) -> [Finding] {
    guard bytes.starts(with: "#!".utf8) else { return [] }
    let end = bytes.firstIndex(of: 0x0a) ?? bytes.count
    guard end > 2, bytes[end - 1] == 0x0d else { return [] }
    var text = AnswerText(bytes, file: file)
    let word = text.words(of: 2..<end - 1).last ?? end - 1..<end - 1
    text.report(
      .error, "shell-line-end", at: end - 1,
      "the first line ends with CR and LF, so the kernel will look for"
        + " \(text.quoted(word.lowerBound..<end)); save the file with LF alone")
    return text.findings
  }
}
