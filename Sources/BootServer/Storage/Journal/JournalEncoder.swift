// BootServer/Storage/Journal: writing lines.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// Lines of a journal: `LENGTH CRC NUMBER JSON`, and a line feed.
///
/// LENGTH counts the bytes of NUMBER, the blank and JSON; CRC is their CRC-32C, begun from the
/// journal's salt, eight digits; NUMBER is the batch's, in the header the journal's.
enum JournalEncoder {
  static let format = 1

  static func line(_ header: JournalHeader) -> [UInt8] {
    func number(_ value: Int) -> JSON { .number(String(value)) }
    let value = JSON.object([
      JSON.Member("format", number(format)), JSON.Member("id", .string(header.id)),
      JSON.Member("journal", number(header.number)), JSON.Member("salt", number(Int(header.salt))),
      JSON.Member("after", number(header.after)),
      JSON.Member(
        "void", .array(header.void.map { .array([number($0.journal), number($0.length)]) })),
      JSON.Member("abandoned", .array(header.abandoned.map(number))),
    ])
    return framed(header.number, Array(JSONWriter.text(value).utf8), salt: 0)
  }

  static func line(_ batch: JournalBatch, salt: UInt32) -> [UInt8] {
    var json: [UInt8] = []
    json.reserveCapacity(256 + batch.changes.count * 1024)
    json += "{\"records\":[".utf8
    for (index, change) in batch.changes.enumerated() {
      if index > 0 { json += ",".utf8 }
      append(change, to: &json)
    }
    json += "]".utf8
    if !batch.tokens.isEmpty {
      json += ",\"tokens\":".utf8
      let tokens = batch.tokens.map {
        JSON.array([
          .string($0.id.description), .number(String($0.generation)), .string($0.token),
        ])
      }
      json += JSONWriter.text(.array(tokens)).utf8
    }
    if let clusters = batch.clusters {
      json += ",\"clusters\":".utf8
      json += JSONWriter.text(ClusterTokens.json(clusters)).utf8
    }
    if !batch.notes.isEmpty {
      json += ",\"words\":".utf8
      json += JSONWriter.text(.array(batch.notes)).utf8
    }
    json += "}".utf8
    return framed(batch.number, json, salt: salt)
  }

  private static func append(_ change: JournalBatch.Change, to json: inout [UInt8]) {
    json += "[\"\(change.id)\",[".utf8
    for (index, digest) in change.replaces.enumerated() {
      json += (index > 0 ? ",\"" : "\"").utf8
      json += Hex.text(digest.value, bytes: 8).utf8
      json += "\"".utf8
    }
    json += "],".utf8
    if let text = change.text { appendOnOneLine(text, to: &json) } else { json += "null".utf8 }
    json += "]".utf8
  }

  /// A record's text has line feeds and blanks only between its values: a string's are escaped.
  private static func appendOnOneLine(_ text: [UInt8], to json: inout [UInt8]) {
    var isIndent = false
    for byte in text {
      if byte == 0x0a {
        isIndent = true
      } else if byte != 0x20 || !isIndent {
        isIndent = false
        json.append(byte)
      }
    }
  }

  private static func framed(_ number: Int, _ json: [UInt8], salt: UInt32) -> [UInt8] {
    let number = Array("\(number) ".utf8)
    let sum = CRC32C.sum(json[...], from: CRC32C.sum(number[...], from: salt))
    var line: [UInt8] = []
    line.reserveCapacity(json.count + 48)
    line += "\(number.count + json.count) ".utf8
    line += Hex.text(UInt64(sum), bytes: 4).utf8
    line += " ".utf8
    line += number
    line += json
    line += "\n".utf8
    return line
  }
}
