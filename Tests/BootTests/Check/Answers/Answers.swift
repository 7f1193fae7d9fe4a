// BootTests: what checks of installers' files say.
// SPDX-License-Identifier: Apache-2.0

import Boot
import TestSupport
import Text

/// Findings and texts for the tests of installers' files.
enum Answers {
  typealias Check = ([UInt8], String) -> [Finding]

  /// `error 1:3 rule: sentence`.
  static func shown(_ findings: [Finding]) -> [String] {
    findings.map { finding in
      let place = finding.place.map { "\($0.line):\($0.column)" } ?? "-"
      return "\(finding.severity.rawValue) \(place) \(finding.rule): \(finding.sentence)"
    }
  }

  static func isRefused(_ findings: [Finding]) -> Bool {
    findings.contains { $0.severity == .error }
  }

  /// Changes a text here and there, and always in the same way.
  struct Mutations {
    private var state: UInt64
    private let pieces: [[UInt8]]

    init(seed: UInt64, _ pieces: [String]) {
      state = seed
      self.pieces = pieces.map { Array($0.utf8) } + [[0], [0xff], [0xc3], [0x0d]]
    }

    private mutating func number(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % max(limit, 1)
    }

    mutating func change(_ text: String) -> [UInt8] {
      var bytes = Array(text.utf8)
      for _ in 0...number(below: 3) {
        let place = number(below: bytes.count + 1)
        let end = min(bytes.count, place + number(below: 4))
        let piece = number(below: 3) == 0 ? [] : pieces[number(below: pieces.count)]
        bytes.replaceSubrange(place..<end, with: piece)
      }
      return bytes
    }
  }

  /// Sentences are one line without a full stop, and places are in the text.
  static func faults(_ findings: [Finding], _ bytes: [UInt8]) -> [String] {
    let lines = bytes.count { $0 == 0x0a } + 1
    return findings.filter { finding in
      let isOneLine = finding.sentence.unicodeScalars.allSatisfy {
        $0.value >= 0x20 && $0.value != 0x7f && $0 != "\u{2028}"
      }
      let place = finding.place ?? FilePlace(line: 0, column: 0)
      return !isOneLine || finding.sentence.hasSuffix(".") || !(1...lines).contains(place.line)
        || place.column < 1 || place.column > bytes.count + 1
    }
    .map { "\(String(decoding: bytes, as: UTF8.self).debugDescription) \($0)" }
  }

  /// What is wrong with what a check says about many changed texts.
  static func faults(of check: Check, in texts: [String], _ pieces: [String]) -> [String] {
    var mutations = Mutations(seed: 7, pieces)
    let found = rounds(3000).flatMap { round -> [String] in
      let bytes = mutations.change(texts[round % texts.count])
      return faults(check(bytes, "f"), bytes)
    }
    return Array(found.prefix(3))
  }

  /// Long texts that would take long where a check read a part of them again and again.
  static func long(_ part: String) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < 20_000 { bytes += part.utf8 }
    return bytes
  }
}
