// Boot/Images: keys as projects publish them.
// SPDX-License-Identifier: Apache-2.0

import Text

/// Why a text holds no public keys.
package struct ArmorError: Error, Equatable, Sendable, CustomStringConvertible {
  /// From 1.
  package let line: Int
  /// Half a sentence.
  package let reason: String

  /// For a message behind a file's name.
  package var description: String { "line \(line): \(reason)" }
}

/// Public keys in letters (RFC 9580 section 6): what gpgv does not read.
package enum ASCIIArmor {
  /// In bytes.
  package static let maxSize = 2 << 20

  private struct Line {
    let number: Int
    let text: ArraySlice<UInt8>
    func isDashes(_ words: String) -> Bool { text.elementsEqual("-----\(words)-----".utf8) }
  }

  /// The keys of all blocks, as one binary keyring.
  ///
  /// What is around the blocks is passed over.
  package static func decoded(_ text: [UInt8]) throws(ArmorError) -> [UInt8] {
    guard text.count <= maxSize else {
      throw ArmorError(line: 1, reason: "the file is longer than keys are (2 MB)")
    }
    var keyring: [UInt8] = []
    var block: [Line]?
    var blocks = 0
    for line in lines(of: text) {
      if line.isDashes("BEGIN PGP PRIVATE KEY BLOCK") {
        throw ArmorError(
          line: line.number,
          reason: "this is a private key; take it away, and export the public one")
      }
      if line.isDashes("BEGIN PGP PUBLIC KEY BLOCK") {
        if let open = block?.first { throw unended(open.number) }
        block = [line]
      } else if line.isDashes("END PGP PUBLIC KEY BLOCK"), let lines = block {
        keyring += try keys(lines)
        blocks += 1
        block = nil
      } else if block != nil {
        block?.append(line)
      }
    }
    if let open = block?.first { throw unended(open.number) }
    guard blocks > 0 else {
      throw ArmorError(line: 1, reason: "there is no -----BEGIN PGP PUBLIC KEY BLOCK----- in it")
    }
    return keyring
  }

  private static func unended(_ line: Int) -> ArmorError {
    ArmorError(line: line, reason: "the block that begins here has no end; it may be cut short")
  }

  /// Without the blanks at their ends.
  private static func lines(of text: [UInt8]) -> [Line] {
    text.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated().map { index, line in
      var line = line
      while let last = line.last, last <= 0x20 { line.removeLast() }
      return Line(number: index + 1, text: line)
    }
  }

  /// - Parameter lines: of a block, with its first and without its last.
  private static func keys(_ lines: [Line]) throws(ArmorError) -> [UInt8] {
    let colon = UInt8(ascii: ":")
    var body = lines.dropFirst().drop { $0.text.contains(colon) }.drop { $0.text.isEmpty }
    var sum: Line?
    if let last = body.last, last.text.first == UInt8(ascii: "="), last.text.count == 5 {
      sum = last
      body.removeLast()
    }
    guard let first = body.first else {
      throw ArmorError(line: lines[0].number, reason: "the block that begins here is empty")
    }
    let bytes: [UInt8]
    switch Base64.read(body.flatMap(\.text)[...]) {
    case .success(let read): bytes = read
    case .failure(let fault): throw error(fault, in: body)
    }
    if let sum, (try? Base64.read(sum.text.dropFirst()).get()) != crc(bytes) {
      throw ArmorError(
        line: first.number, reason: "the block does not match its checksum; fetch it again")
    }
    return bytes
  }

  private static func error(_ fault: Base64.Fault, in body: ArraySlice<Line>) -> ArmorError {
    var offset = fault.offset
    for line in body {
      if offset < line.text.count {
        return ArmorError(line: line.number, reason: "the text \(fault.reason)")
      }
      offset -= line.text.count
    }
    return ArmorError(line: body.last?.number ?? 1, reason: "the text \(fault.reason)")
  }

  /// CRC-24 of the bytes, the highest byte first.
  static func crc(_ bytes: [UInt8]) -> [UInt8] {
    var sum: UInt32 = 0xb7_04ce
    for byte in bytes {
      sum ^= UInt32(byte) << 16
      for _ in 0..<8 {
        sum <<= 1
        if sum & 0x100_0000 != 0 { sum ^= 0x186_4cfb }
      }
    }
    return [16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
  }
}
