// BootServer/Storage/Journal: reading lines.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// Reads journals; nothing that a disk can do to one makes it fail.
struct JournalReader {
  private let bytes: [UInt8]
  private let end: Int
  private let salt: UInt32

  /// - Parameters:
  ///   - id: of the state directory.
  ///   - number: in the file's name.
  ///   - limit: where what is void begins.
  static func read(
    _ bytes: [UInt8], id: String, number: Int, limit: Int? = nil
  ) -> JournalContent {
    let reader = JournalReader(bytes, id: id, number: number, limit: limit)
    return reader.read(number)
  }

  private init(_ bytes: [UInt8], id: String, number: Int, limit: Int?) {
    self.bytes = bytes
    end = min(bytes.count, limit ?? Int.max)
    salt = JournalHeader.salt(id: id, number: number)
  }

  private func read(_ number: Int) -> JournalContent {
    var content = JournalContent()
    if end == 0 { return content }
    guard let first = frame(at: 0, salt: 0), first.number == number,
      let header = (try? JSONReader.read(Array(bytes[first.json]))).flatMap(JournalHeader.init),
      header.number == number
    else {
      content.ending = ending(from: 0)
      return content
    }
    content.header = header
    guard header.salt == salt else {
      content.ending = .damaged(machines(from: 0))
      return content
    }
    content.length = first.end
    var last = number - 1
    while content.length < end {
      guard let next = frame(at: content.length, salt: salt), next.number > last,
        let value = try? JSONReader.read(Array(bytes[next.json])),
        let batch = JournalBatch(next.number, value)
      else {
        content.ending = ending(from: content.length)
        return content
      }
      content.batches.append(batch)
      content.length = next.end
      last = next.number
    }
    return content
  }

  private struct Frame {
    let number: Int
    let json: Range<Int>
    /// Behind the line feed.
    let end: Int
  }

  /// The line that begins at `start`, if it is whole and its sum is right.
  private func frame(at start: Int, salt: UInt32) -> Frame? {
    var position = start
    guard let length = count(&position), length >= 2 else { return nil }
    guard let sum = sum(at: &position), length < end - position else { return nil }
    let behind = position + length
    guard bytes[behind] == 0x0a, CRC32C.sum(bytes[position..<behind], from: salt) == sum,
      let number = count(&position), position <= behind
    else { return nil }
    return Frame(number: number, json: position..<behind, end: behind + 1)
  }

  /// Digits and a blank.
  private func count(_ position: inout Int) -> Int? {
    var value = 0
    let start = position
    while position < end, position - start < 18 {
      let byte = bytes[position]
      position += 1
      if byte == 0x20 { return position - start > 1 ? value : nil }
      guard ASCII.isDigit(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return nil
  }

  /// Eight hexadecimal digits and a blank.
  private func sum(at position: inout Int) -> UInt32? {
    guard end - position > 9, bytes[position + 8] == 0x20 else { return nil }
    var sum: UInt32 = 0
    for byte in bytes[position..<position + 8] {
      guard let digit = Hex.value(byte) else { return nil }
      sum = sum << 4 | UInt32(digit)
    }
    position += 9
    return sum
  }

  /// What a bad line at `start` means.
  private func ending(from start: Int) -> JournalContent.Ending {
    var position = start
    while position < end {
      if frame(at: position, salt: salt) != nil { return .damaged(machines(from: start)) }
      guard let feed = bytes[position..<end].firstIndex(of: 0x0a) else { return .torn }
      position = feed + 1
    }
    return .torn
  }

  /// Every ID that is written there, whatever stands around it.
  private func machines(from start: Int) -> Set<MachineID> {
    let words = bytes[start..<end].split { byte in
      !(byte &- 0x61 < 26 || ASCII.isDigit(byte) || byte == 0x2d)
    }
    return Set(
      words.lazy.filter { $0.count == 36 || $0.count == 17 }.compactMap {
        MachineID(String(decoding: $0, as: UTF8.self))
      })
  }
}

extension JSON {
  fileprivate var count: Int? {
    guard case .number(let text) = self, let value = Int(text), value >= 0 else { return nil }
    return value
  }
  fileprivate var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }
  fileprivate var parts: [JSON]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }
  fileprivate func member(_ name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }
  /// Every element of a list, or `nil` where one is wrong; a list that is not there is empty.
  fileprivate static func list<Element>(
    _ value: JSON?, _ read: (JSON) -> Element?
  ) -> [Element]? {
    guard let value else { return [] }
    guard let elements = value.parts else { return nil }
    let list = elements.compactMap(read)
    return list.count == elements.count ? list : nil
  }
}

extension JournalHeader {
  fileprivate init?(_ value: JSON) {
    guard value.member("format")?.count == JournalEncoder.format,
      let id = value.member("id")?.text, let number = value.member("journal")?.count,
      let after = value.member("after")?.count,
      let void = JSON.list(value.member("void"), Void.init),
      let abandoned = JSON.list(value.member("abandoned"), \.count)
    else { return nil }
    self.init(id: id, number: number, after: after, void: void, abandoned: abandoned)
  }
}

extension JournalHeader.Void {
  fileprivate init?(_ value: JSON) {
    guard let pair = value.parts, pair.count == 2, let journal = pair[0].count,
      let length = pair[1].count
    else { return nil }
    self.init(journal: journal, length: length)
  }
}

extension JournalBatch {
  fileprivate init?(_ number: Int, _ value: JSON) {
    guard let changes = JSON.list(value.member("records"), Change.init),
      let tokens = JSON.list(value.member("tokens"), TokenLine.init),
      let notes = JSON.list(value.member("words"), { $0 })
    else { return nil }
    self.init(number: number, changes: changes, tokens: tokens, notes: notes)
    guard let clusters = value.member("clusters") else { return }
    self.clusters = ClusterTokens.read(clusters)
    if self.clusters == nil { return nil }
  }
}

extension JournalBatch.Change {
  fileprivate init?(_ value: JSON) {
    guard let parts = value.parts, parts.count == 3,
      let id = parts[0].text.flatMap({ MachineID($0) }),
      let replaces = JSON.list(parts[1], { $0.text.flatMap { UInt64($0, radix: 16) } })
    else { return nil }
    self.init(id: id, replaces: replaces.map(Digest.init(value:)))
    switch parts[2] {
    case .null: break
    case .object: text = Array((JSONWriter.text(parts[2], indent: 2) + "\n").utf8)
    default: return nil
    }
  }
}

extension JournalBatch.TokenLine {
  fileprivate init?(_ value: JSON) {
    guard let parts = value.parts, parts.count == 3,
      let id = parts[0].text.flatMap({ MachineID($0) }), let generation = parts[1].count,
      let token = parts[2].text
    else { return nil }
    self.init(id: id, generation: generation, token: token)
  }
}
