// BootServer/Storage: what is remembered of a state directory outside of it.
// SPDX-License-Identifier: Apache-2.0

/// The marker: a line a state directory, `ID BATCH BATCH PATH`, for several servers may share the place.
///
/// BATCH has twenty digits, so that a line is written anew in its place. A write that was cut short leaves
/// digits of two numbers side by side, as 17 of 07 and 14; the lower of the two that stand there is one
/// that was meant.
struct StateMarker: Equatable, Sendable {
  static let fileName = ".coreos-ipxe-server"

  var id: String
  /// The highest number that the directory must have.
  var batch: Int
  /// Of the state directory.
  let path: String

  init(id: String, batch: Int, path: String) {
    self.id = id
    self.batch = batch
    self.path = Self.plain(path)
  }

  /// A path as a line can hold it.
  private static func plain(_ path: String) -> String {
    String(String.UnicodeScalarView(path.unicodeScalars.map { $0.value < 0x20 ? "?" : $0 }))
  }

  var line: [UInt8] {
    let digits = String(batch)
    let zeros = String(repeating: "0", count: max(0, 20 - digits.count))
    return Array("\(id) \(zeros)\(digits) \(zeros)\(digits) \(path)\n".utf8)
  }

  /// Finds the line of a directory.
  ///
  /// - Returns: `offset`: where its line is, or is to be put; `isReadable`: whether every line is one.
  static func find(
    path: String, in bytes: [UInt8]
  ) -> (marker: StateMarker?, offset: Int, isReadable: Bool) {
    let path = plain(path)
    var start = 0
    var isReadable = true
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
      let words = String(decoding: bytes[start..<end], as: UTF8.self)
        .split(separator: " ", maxSplits: 3)
      if words.count == 4, let one = Int(words[1]), let two = Int(words[2]), end < bytes.count {
        if words[3] == path {
          let marker = StateMarker(id: String(words[0]), batch: min(one, two), path: path)
          return (marker, start, isReadable)
        }
      } else {
        isReadable = false
      }
      start = end + 1
    }
    return (nil, bytes.count, isReadable)
  }
}
