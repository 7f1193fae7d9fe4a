// BootServer/Storage: the file that names a state directory.
// SPDX-License-Identifier: Apache-2.0

/// The file `format`: the version of the directory's files, and an ID that no other directory has.
struct StateFormat: Equatable, Sendable {
  static let fileName = "format"
  static let present = 1

  let version: Int
  /// 32 hexadecimal digits.
  let id: String

  init(id: String) {
    version = Self.present
    self.id = id
  }

  init?(_ bytes: [UInt8]) {
    let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
    guard words.count >= 4, words[0] == "format", let version = Int(words[1]), version > 0,
      words[2] == "id"
    else { return nil }
    self.version = version
    id = String(words[3])
  }

  var text: [UInt8] { Array("format \(version)\nid \(id)\n".utf8) }
}
