// BootServer/Images: what is known of a file that has come in part.
// SPDX-License-Identifier: Apache-2.0

import System

/// What is known of a file that has come in part, written beside it.
///
/// Four lines: the address, what the upstream called this state of the file, its bytes, and its SHA-256 once
/// all are there; what is not known is an empty line.
struct PartNote: Equatable, Sendable {
  let url: String
  var validator: String?
  var total: Int64?
  /// Known once the file is whole.
  var sha256: String?

  init(url: DownloadURL) { self.url = url.text }

  /// - Returns: `nil` where there is none, or it makes no sense.
  init?(in folder: OpenFolder, _ name: String) {
    guard let bytes = try? folder.read(name, limit: 8192) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 5, !lines[0].isEmpty else { return nil }
    url = String(lines[0])
    validator = lines[1].isEmpty ? nil : String(lines[1])
    total = Int64(lines[2])
    sha256 = lines[3].isEmpty ? nil : String(lines[3])
  }

  func write(in folder: OpenFolder, _ name: String) throws(Errno) {
    let lines = [url, validator ?? "", total.map { "\($0)" } ?? "", sha256 ?? "", ""]
    try folder.write(name, Array(lines.joined(separator: "\n").utf8))
  }
}
