// System: a folder for another program's files.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A folder that only this user can read, for files of another program; gone with its owner.
package final class TemporaryFolder: Sendable {
  /// For the other program.
  package let path: String
  /// What is in it.
  package let folder: OpenFolder

  /// Makes one where `TMPDIR` says, or in `/tmp`.
  package init() throws(Errno) {
    let place = Process.environment("TMPDIR") ?? "/tmp"
    var template = Array("\(place)/coreos-ipxe-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw .last }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    folder = try OpenFolder(path: path)
  }

  deinit {
    for entry in (try? folder.contents()) ?? [] {
      try? folder.removeAll(String(decoding: entry.name, as: UTF8.self))
    }
    unsafe rmdir(path)
  }
}
