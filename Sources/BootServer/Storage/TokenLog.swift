// BootServer/Storage: the file of tokens.
// SPDX-License-Identifier: Apache-2.0

import Boot
import Text

/// The file `tokens`: `ID GENERATION TOKEN`, a line each; of two that name one generation the later
/// was given out. Generation -1 says that a machine was removed, and not lost.
struct TokenLog: Sendable {
  static let fileName = "tokens"

  struct Line: Equatable, Sendable {
    let generation: Int
    let token: String
  }

  private var latest: [MachineID: Line] = [:]
  /// Those before the latest one, in order; few machines have any.
  private var earlier: [MachineID: [Line]] = [:]
  private(set) var lineCount = 0
  /// Whether the file ends as a line does: what is added is one of its own then.
  private(set) var isWhole = true

  init() {}

  /// What a crash left half-written is no line.
  init(_ bytes: [UInt8]) {
    latest.reserveCapacity(bytes.count / 72)
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
      if end == bytes.count { isWhole = false }
      read(bytes[start..<end])
      lineCount += 1
      start = end + 1
    }
  }

  private mutating func read(_ line: ArraySlice<UInt8>) {
    guard let first = line.firstIndex(of: 0x20),
      let second = line[(first + 1)...].firstIndex(of: 0x20),
      line.endIndex - second == 33,
      let generation = Int(String(decoding: line[(first + 1)..<second], as: UTF8.self)),
      let id = MachineID(String(decoding: line[..<first], as: UTF8.self))
    else { return }
    // What a crash left in a file may be anything.
    guard line[(second + 1)...].allSatisfy({ Hex.value($0) != nil || $0 == 0x2d }) else { return }
    let token = String(decoding: line[(second + 1)...], as: UTF8.self)
    add(id, Line(generation: generation, token: token))
  }

  mutating func add(_ id: MachineID, _ line: Line) {
    guard let old = latest.updateValue(line, forKey: id) else { return }
    earlier[id, default: []].append(old)
  }

  subscript(id: MachineID, generation: Int) -> String? {
    guard let line = latest[id] else { return nil }
    if line.generation == generation { return line.token }
    return earlier[id]?.last { $0.generation == generation }?.token
  }

  /// Every machine that the file has a line of.
  var ids: Dictionary<MachineID, Line>.Keys { latest.keys }

  /// A machine's lines, in order.
  func lines(of id: MachineID) -> [Line] {
    (earlier[id] ?? []) + [latest[id]].compactMap { $0 }
  }

  /// A machine's tokens by generation, since it was removed last.
  func tokens(of id: MachineID) -> [Int: String] {
    lines(of: id).reduce(into: [:]) { tokens, line in
      if line.generation == -1 { tokens = [:] } else { tokens[line.generation] = line.token }
    }
  }

  /// Whether there is a token of a machine that nobody has removed.
  func isOwed(_ id: MachineID) -> Bool { latest[id].map { $0.generation != -1 } ?? false }

  /// Whether the last word on a machine is that somebody removed it.
  func isRemoved(_ id: MachineID) -> Bool { latest[id]?.generation == -1 }

  static func line(_ id: MachineID, _ generation: Int, _ token: String) -> [UInt8] {
    Array("\(id) \(generation) \(token)\n".utf8)
  }

  static func removal(of id: MachineID) -> [UInt8] {
    line(id, -1, String(repeating: "-", count: 32))
  }
}
