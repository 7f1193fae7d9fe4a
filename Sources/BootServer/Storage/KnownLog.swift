// BootServer/Storage: the file of what is known.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// The file `known`: `CRC ID JSON`, a line a change; the last one of an ID counts.
///
/// `CRC - BATCH` says that everything up to a batch is in the files, and needs no journal.
struct KnownLog: Sendable {
  static let fileName = "known"

  /// What the lines say, still unread: most of it is never asked for.
  private var lines: [MachineID: ArraySlice<UInt8>] = [:]
  private(set) var settled: Int?
  private(set) var lineCount = 0
  /// Whether the file ends as it was written.
  private(set) var isWhole = true

  init() {}

  init(_ bytes: [UInt8]) {
    lines.reserveCapacity(bytes.count / 200)
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
      if end == bytes.count || !read(bytes[start..<end]) { isWhole = false }
      lineCount += 1
      start = end + 1
    }
  }

  /// - Returns: `false` for what is no line.
  private mutating func read(_ line: ArraySlice<UInt8>) -> Bool {
    let start = line.startIndex
    guard line.count > 11, line[start + 8] == 0x20,
      let sum = UInt32(String(decoding: line.prefix(8), as: UTF8.self), radix: 16),
      CRC32C.sum(line[(start + 9)...]) == sum,
      let blank = line[(start + 9)...].firstIndex(of: 0x20)
    else { return false }
    let rest = line[(blank + 1)...]
    let name = String(decoding: line[(start + 9)..<blank], as: UTF8.self)
    if name == "-" {
      guard let batch = Int(String(decoding: rest, as: UTF8.self)) else { return false }
      settled = max(settled ?? 0, batch)
      return true
    }
    guard let id = MachineID(name) else { return false }
    lines[id] = rest
    return true
  }

  /// Machines that the file knows.
  var ids: Dictionary<MachineID, ArraySlice<UInt8>>.Keys { lines.keys }

  /// - Returns: `nil` for one that is not known, or has no profile any more.
  subscript(id: MachineID) -> KnownRecord? {
    guard let line = lines[id], let value = try? JSONReader.read(Array(line)) else { return nil }
    return KnownRecord(id, value)
  }

  /// Which version of its record a line was made of, without reading the rest.
  func revision(of id: MachineID) -> Int? {
    guard let line = lines[id], let colon = line.firstIndex(of: 0x3a) else { return nil }
    let digits = line[(colon + 1)...].prefix(while: ASCII.isDigit)
    guard line[..<colon].elementsEqual(#"{"revision""#.utf8) else { return nil }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  static func line(_ known: KnownRecord) -> [UInt8] {
    line(known.id.description, Array(JSONWriter.text(known.json).utf8))
  }

  /// It has no profile any more, or is gone.
  static func line(without id: MachineID) -> [UInt8] {
    line(id.description, Array("null".utf8))
  }

  static func line(settled batch: Int) -> [UInt8] { line("-", Array("\(batch)".utf8)) }

  private static func line(_ name: String, _ rest: [UInt8]) -> [UInt8] {
    let text = Array(name.utf8) + [0x20] + rest
    return Array(Hex.text(UInt64(CRC32C.sum(text[...])), bytes: 4).utf8) + [0x20] + text + [0x0a]
  }
}
