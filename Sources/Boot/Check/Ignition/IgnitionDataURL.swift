// Boot/Check/Ignition: data within a URL.
// SPDX-License-Identifier: Apache-2.0

import Text

/// `data:` URLs (RFC 2397), as strictly as Ignition reads them.
enum IgnitionDataURL {
  /// Why it is not read, as the rest of a sentence.
  static func fault(in text: String) -> String? {
    guard text.hasPrefix("data:") else {
      return "whose scheme must be written data: in small letters"
    }
    let bytes = Array(text.utf8.dropFirst(5))
    guard let comma = comma(in: bytes) else { return "which lacks the comma in front of its data" }
    var words = bytes[..<comma].split(
      separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    let isBase64 = words.count > 1 && words.last?.elementsEqual("base64".utf8) == true
    if isBase64 { words.removeLast() }
    if let type = words.first, !type.isEmpty, !isMediaType(type) {
      return "whose media type is none; write data:, or data:text/plain,"
    }
    if let bad = words.dropFirst().first(where: { !isParameter($0) }) {
      return ASCII.equal(bad, "base64")
        ? "where base64 must be written in small letters in front of the comma"
        : "whose parameter \(IgnitionWords.quoted(String(decoding: bad, as: UTF8.self))) is none"
    }
    return isBase64 ? base64Fault(bytes[(comma + 1)...]) : plainFault(bytes[(comma + 1)...])
  }

  /// The first comma outside of quotes.
  private static func comma(in bytes: [UInt8]) -> Int? {
    var isQuoted = false
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: ","), !isQuoted { return index }
    }
    return nil
  }

  private static func isMediaType(_ word: ArraySlice<UInt8>) -> Bool {
    guard let slash = word.firstIndex(of: UInt8(ascii: "/")), slash > word.startIndex else {
      return false
    }
    return word.allSatisfy { $0 > 0x20 && $0 < 0x7f && !(0x41...0x5a).contains($0) }
  }

  private static func isParameter(_ word: ArraySlice<UInt8>) -> Bool {
    guard let equals = word.firstIndex(of: UInt8(ascii: "=")) else { return false }
    let value = word[(equals + 1)...]
    let isName = !word[..<equals].isEmpty && word[..<equals].allSatisfy(ASCII.isToken)
    return isName && !value.isEmpty
      && (value.first == UInt8(ascii: "\"") || !value.contains(UInt8(ascii: "=")))
  }

  private static func base64Fault(_ data: ArraySlice<UInt8>) -> String? {
    switch Base64.read(data) {
    case .success: nil
    case .failure(let fault): "whose base64 \(fault.reason)"
    }
  }

  private static func plainFault(_ data: ArraySlice<UInt8>) -> String? {
    if PercentCoding.decoded(data) == nil {
      return
        "which holds a % that two hexadecimal digits do not follow; write %25 for a percent sign"
    }
    guard let bad = data.first(where: { !isPlain($0) }) else { return nil }
    let shown =
      bad > 0x20 && bad < 0x7f ? "a \(Unicode.Scalar(bad))" : "a character outside of ASCII"
    return
      "whose data holds \(bad == 0x20 ? "a space" : shown); write %\(Hex.text([bad]).uppercased())"
      + " for it"
  }

  /// RFC 2396's characters of URLs, and the percent sign.
  private static func isPlain(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte) || "-_.!~*'();/?:@&=+$,%".utf8.contains(byte)
  }
}
