// Boot/Images: one word for a processor, whoever names it.
// SPDX-License-Identifier: Apache-2.0

/// The usual words for processors, as Debian and as the kernel have them.
package enum ImageArch {
  private static let words: [[String]] = [
    ["amd64", "x86_64", "x64", "x86-64"], ["arm64", "aarch64"], ["i386", "i686", "x86"],
    ["riscv64"], ["ppc64le", "ppc64el"], ["s390x"],
  ]

  /// Debian's word: `amd64` for `x86_64`; a word that nobody knows stays.
  package static func usual(_ word: String) -> String {
    words.first { $0.contains(word) }?[0] ?? word
  }

  /// The kernel's word: `x86_64` for `amd64`, as presets and profiles have it.
  package static func kernel(_ word: String) -> String {
    guard let row = words.first(where: { $0.contains(word) }) else { return word }
    return row.count > 1 ? row[1] : row[0]
  }

  /// Whether two words are of one processor: `amd64` and `x86_64`.
  package static func isSame(_ one: String, _ other: String) -> Bool {
    usual(one) == usual(other)
  }
}
