// Fuzz: paths and queries, from a request to a file's name.
// SPDX-License-Identifier: Apache-2.0

func checkTarget(_ data: [UInt8]) {
  if let decoded = PercentCoding.decoded(data[...]) {
    let encoded = PercentCoding.encodedPath(decoded)
    require(PercentCoding.decoded(encoded[...]) == decoded, "an encoded path decodes to itself")
    guard let path = RequestPath(data[...]) else { fatalError("what can be decoded is a path") }
    require(path.segments.allSatisfy { !$0.isEmpty }, "no segment is empty")
    let clean = Array(path.bytes)
    if data.first == 0x2f || data.starts(with: "%2f".utf8) {
      require(clean.first == 0x2f, "a clean path begins with a slash")
      let again = RequestPath(PercentCoding.encodedPath(clean)[...])
      require(again.map { Array($0.bytes) } == clean, "a clean path is clean")
      let segments = clean.split(separator: 0x2f).map { String(decoding: $0, as: UTF8.self) }
      require(!segments.contains("..") && !segments.contains("."), "no dot segment is left")
    }
    if let path = RelativePath(clean.dropFirst()) {
      let parts = path.bytes.split(separator: 0x2f, omittingEmptySubsequences: false)
      require(parts.allSatisfy { !$0.isEmpty && $0.count <= 255 }, "every segment is a name")
      require(!path.bytes.contains { $0 < 0x20 || $0 == 0x7f }, "no control byte is left")
    }
  }
  var pairs = 0
  for (name, value) in QueryParameters(data[...]) {
    pairs += 1
    require(name.count + value.count <= data.count, "decoding never grows")
  }
  require(pairs <= data.count { $0 == UInt8(ascii: "&") } + 1, "a pair a part")
  let line = LogText.quoted(data)
  require(!line.contains { $0 < 0x20 }, "a log value is one line")
  _ = Authority.isValid(data[...])
  _ = HTTPDate.parse(data)
}
