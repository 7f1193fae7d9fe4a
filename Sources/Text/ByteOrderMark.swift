// Text: invisible bytes that editors put in front of a file.
// SPDX-License-Identifier: Apache-2.0

/// The mark that some editors put in front of a text, where nobody sees it and every reader trips.
package enum ByteOrderMark {
  private static let marks: [(bytes: [UInt8], encoding: String)] = [
    ([0xef, 0xbb, 0xbf], "UTF-8"), ([0xff, 0xfe], "UTF-16"), ([0xfe, 0xff], "UTF-16"),
  ]

  /// What is wrong with a text that begins with one, as the rest of a sentence; `nil` where it does not.
  package static func complaint(about text: some Collection<UInt8>) -> String? {
    guard let mark = marks.first(where: { text.starts(with: $0.bytes) }) else { return nil }
    let digits = mark.bytes.map { Hex.text([$0]).uppercased() }.joined(separator: " ")
    return
      "begins with the byte order mark of \(mark.encoding) (\(digits)); save it as UTF-8 without one"
  }
}
