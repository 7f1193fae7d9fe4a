// HTTP/Server: what must not be done twice at a time.
// SPDX-License-Identifier: Apache-2.0

import Text

/// What must not be done twice at a time.
package enum Lane: Hashable, Sendable {
  case path(RelativePath)
  case file(device: UInt64, inode: UInt64)
  /// Anything else that may wait.
  case chore(String)

  /// What is likely to wait for the same thing, such as a disk that does not answer.
  enum Group: Hashable {
    case device(UInt64)
    /// Nobody knows a name's device before it is looked up; those of one folder mostly share it.
    case folder(ArraySlice<UInt8>)
    case chore(String)
  }

  var group: Group {
    switch self {
    case .file(let device, _): return .device(device)
    case .path(let path):
      let end = path.bytes.lastIndex(of: UInt8(ascii: "/")) ?? path.bytes.startIndex
      return .folder(path.bytes[..<end])
    case .chore(let name): return .chore(name)
    }
  }
}
