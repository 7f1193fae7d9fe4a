// Boot/Check/CloudConfig: unpacking deflated bytes.
// SPDX-License-Identifier: Apache-2.0

/// Unpacks one stream of RFC 1951.
struct Inflater {
  /// Why there is no more output.
  enum Stop: Error {
    case isBroken
    case isLong
  }

  /// A Huffman code (section 3.2.2): how many codes there are of each length, and their symbols in order.
  private struct Code {
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [Int] = []

    /// - Parameter lengths: of each symbol's code, below 16; 0 for none.
    init(_ lengths: some Collection<Int>) throws(Stop) {
      for length in lengths where length > 0 { counts[length] += 1 }
      var left = 1
      var starts = [0, 0]
      for length in 1..<16 {
        left = left << 1 - counts[length]
        guard left >= 0 else { throw .isBroken }
        starts.append(starts[length] + counts[length])
      }
      symbols = [Int](repeating: 0, count: starts[16])
      for (symbol, length) in lengths.enumerated() where length > 0 {
        symbols[starts[length]] = symbol
        starts[length] += 1
      }
    }
  }

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
  ]
  private static let lengthBits = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let lengthOrder = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
  ]

  private let bytes: [UInt8]
  private let room: Int
  /// Of the next byte that is not begun.
  private(set) var index: Int
  private(set) var output: [UInt8] = []
  private var waiting = 0
  private var waitingBits = 0

  /// - Parameter room: how long the output may become.
  init(_ bytes: [UInt8], from index: Int, room: Int) {
    self.bytes = bytes
    self.index = index
    self.room = room
  }

  mutating func run() throws(Stop) {
    while true {
      let isLast = try bits(1) == 1
      switch try bits(2) {
      case 0: try stored()
      case 1: try packed(Code(Self.fixedLengths), Code([Int](repeating: 5, count: 30)))
      case 2: try dynamic()
      default: throw .isBroken
      }
      if isLast { return }
    }
  }

  /// Section 3.2.6.
  private static let fixedLengths =
    [Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112)
    + [Int](repeating: 7, count: 24) + [Int](repeating: 8, count: 8)

  private mutating func bits(_ count: Int) throws(Stop) -> Int {
    while waitingBits < count {
      guard index < bytes.count else { throw .isBroken }
      waiting |= Int(bytes[index]) << waitingBits
      waitingBits += 8
      index += 1
    }
    defer {
      waiting >>= count
      waitingBits -= count
    }
    return waiting & (1 << count - 1)
  }

  private mutating func symbol(_ code: Code) throws(Stop) -> Int {
    var (value, first, index) = (0, 0, 0)
    for length in 1..<16 {
      value |= try bits(1)
      let count = code.counts[length]
      if value - first < count { return code.symbols[index + value - first] }
      index += count
      first = (first + count) << 1
      value <<= 1
    }
    throw .isBroken
  }

  private mutating func makeRoom(for count: Int) throws(Stop) {
    guard output.count + count <= room else { throw .isLong }
  }

  /// Section 3.2.4.
  private mutating func stored() throws(Stop) {
    (waiting, waitingBits) = (0, 0)
    let length = try bits(16)
    guard try bits(16) == length ^ 0xffff, index + length <= bytes.count else { throw .isBroken }
    try makeRoom(for: length)
    output += bytes[index..<index + length]
    index += length
  }

  /// Section 3.2.7.
  private mutating func dynamic() throws(Stop) {
    let literals = try bits(5) + 257
    let distances = try bits(5) + 1
    let count = try bits(4) + 4
    guard literals <= 286, distances <= 30 else { throw .isBroken }
    var lengths = [Int](repeating: 0, count: 19)
    for symbol in Self.lengthOrder.prefix(count) { lengths[symbol] = try bits(3) }
    let code = try Code(lengths)
    lengths = []
    while lengths.count < literals + distances {
      let symbol = try symbol(code)
      var (value, times) = (0, 1)
      switch symbol {
      case 16:
        guard let last = lengths.last else { throw .isBroken }
        (value, times) = (last, 3 + (try bits(2)))
      case 17: times = 3 + (try bits(3))
      case 18: times = 11 + (try bits(7))
      default: value = symbol
      }
      lengths += repeatElement(value, count: times)
    }
    guard lengths.count == literals + distances, lengths[256] > 0 else { throw .isBroken }
    try packed(Code(lengths[..<literals]), Code(lengths[literals...]))
  }

  /// Section 3.2.3.
  private mutating func packed(_ literals: Code, _ distances: Code) throws(Stop) {
    while true {
      let symbol = try symbol(literals)
      if symbol == 256 { return }
      if symbol < 256 {
        try makeRoom(for: 1)
        output.append(UInt8(symbol))
        continue
      }
      guard symbol - 257 < Self.lengthBases.count else { throw .isBroken }
      let length = Self.lengthBases[symbol - 257] + (try bits(Self.lengthBits[symbol - 257]))
      let place = try self.symbol(distances)
      let extra = max(0, place / 2 - 1)
      let distance = (place < 2 ? place : (2 + place % 2) << extra) + (try bits(extra)) + 1
      guard place < 30, distance <= output.count else { throw .isBroken }
      try makeRoom(for: length)
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }
}
