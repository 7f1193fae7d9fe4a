// Fuzz: ranges, against plain arithmetic.
// SPDX-License-Identifier: Apache-2.0

/// The bytes of a small file that a field names, counted one by one; `nil`: the whole file is sent.
private func plainly(_ specs: [(first: Int?, last: Int?)], size: Int) -> [[Int]]? {
  var ranges: [[Int]] = []
  for spec in specs {
    if let first = spec.first {
      if let last = spec.last, last < first { return nil }
      ranges.append((0..<size).filter { $0 >= first && $0 <= spec.last ?? size })
    } else {
      ranges.append((0..<size).filter { $0 >= size - (spec.last ?? 0) })
    }
  }
  ranges = ranges.filter { !$0.isEmpty }
  return ranges.joined().count > size ? nil : ranges
}

func checkRange(_ data: [UInt8]) {
  // Any bytes at all: the result lies within the file.
  let size = Int64(data.first ?? 0)
  if let ranges = try? ByteRange.parse(data.dropFirst(), size: size) {
    require(ranges.allSatisfy { $0.first >= 0 && $0.first <= $0.last && $0.last < size }, "within")
    require(ranges.reduce(0) { $0 + $1.count } <= size, "no more than the file has")
  }
  // A well-formed field made of the data.
  guard data.count >= 3, size > 0 else { return }
  var specs: [(first: Int?, last: Int?)] = []
  var words: [String] = []
  for index in stride(from: 1, to: min(data.count - 1, 40), by: 2) {
    let (first, last) = (Int(data[index]), Int(data[index + 1]))
    switch data[index] % 3 {
    case 0:
      specs.append((first, nil))
      words.append("\(first)-")
    case 1:
      specs.append((nil, last))
      words.append("-\(last)")
    default:
      specs.append((first, last))
      words.append("\(first)-\(last)")
    }
  }
  let field = "bytes=" + words.joined(separator: ", ")
  let expected = plainly(specs, size: Int(size))
  do {
    let found = try ByteRange.parse(field.utf8, size: size)
    require(found.map { $0.map { Array(Int($0.first)...Int($0.last)) } } == expected, field)
  } catch {
    require(expected == [], field)
  }
}
