// BootServer/Images: the digests of a file that is read or written in one pass.
// SPDX-License-Identifier: Apache-2.0

import System

/// Size and digests of what has been seen of a file so far.
struct FileDigests: Sendable {
  private(set) var size: Int64 = 0
  private(set) var sha256 = SHA256()
  private(set) var sha512: SHA512?

  /// - Parameter wantsSHA512: costs more time than the other.
  init(wantsSHA512: Bool = false) { sha512 = wantsSHA512 ? SHA512() : nil }

  mutating func update(_ bytes: ArraySlice<UInt8>) {
    size += Int64(bytes.count)
    sha256.update(bytes)
    sha512?.update(bytes)
  }

  /// Takes a whole file in, from where it is read next.
  ///
  /// - Parameter goesOn: called after each piece; `false` ends it.
  mutating func update(
    _ file: borrowing FileDescriptor, goesOn: (Int64) -> Bool = { _ in true }
  ) throws(Errno) {
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      let count = try file.read(into: &buffer)
      if count == 0 { return }
      update(buffer[..<count])
      guard goesOn(size) else { return }
    }
  }
}
