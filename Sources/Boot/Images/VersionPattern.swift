// Boot/Images: versions that a regular expression finds.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A row's `match`, ready for one listing.
struct VersionPattern {
  /// Longer lines are passed over: no listing has them, and an expression takes its time on them.
  private static let maxLine = 32_768

  private let regex: Regex<AnyRegexOutput>

  /// - Parameter values: what the row's holes stand for; they are taken literally.
  /// - Returns: `nil` where it is no regular expression.
  init?(_ pattern: String, values: [SourceText.Hole: String]) {
    var text = pattern
    for hole in [SourceText.Hole.channel, .arch] {
      let value = (values[hole] ?? "").unicodeScalars.map { scalar in
        ASCII.isAlphanumeric(UInt8(truncatingIfNeeded: scalar.value)) ? "\(scalar)" : "\\\(scalar)"
      }
      text = text.replacing("{\(hole.rawValue)}", with: value.joined())
    }
    guard !text.isEmpty, let regex = try? Regex(text) else { return nil }
    self.regex = regex
  }

  /// The highest version in a listing; `nil` where there is none.
  ///
  /// - Parameter isRefused: words that are no version here.
  func highest(in listing: [UInt8], except isRefused: (String) -> Bool) -> ImageVersion? {
    var highest: ImageVersion?
    for line in listing.split(separator: 0x0a) where line.count <= Self.maxLine {
      let text = String(decoding: line, as: UTF8.self)
      for match in text.matches(of: regex) {
        let group = match.output.count > 1 ? match.output[1] : match.output[0]
        guard let word = group.substring, let version = ImageVersion(word),
          !isRefused(version.text)
        else { continue }
        highest = highest.map { max($0, version) } ?? version
      }
    }
    return highest
  }
}
