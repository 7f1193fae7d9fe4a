// Boot/Images: an initrd as the kernel unpacks it.
// SPDX-License-Identifier: Apache-2.0

/// A cpio archive in the kernel's format "newc" (Documentation/driver-api/early-userspace/buffer-format.rst).
package struct CPIOArchive {
  private var bytes: [UInt8] = []
  private var count: UInt32 = 0

  /// An archive without entries.
  package init() {}

  /// Adds a folder; those above it come before.
  package mutating func addFolder(_ path: String) { add(path, mode: 0o040755, []) }

  /// Adds a file.
  package mutating func addFile(_ path: String, _ content: [UInt8], isProgram: Bool = false) {
    add(path, mode: isProgram ? 0o100755 : 0o100644, content)
  }

  /// Adds a symbolic link.
  package mutating func addLink(_ path: String, to target: String) {
    add(path, mode: 0o120777, Array(target.utf8))
  }

  /// The archive, whole.
  package func finished() -> [UInt8] {
    var last = self
    last.add("TRAILER!!!", mode: 0, [])
    return last.bytes
  }

  private mutating func add(_ path: String, mode: UInt32, _ content: [UInt8]) {
    count += 1
    let name = Array(path.utf8) + [0]
    // ino, mode, uid, gid, nlink, mtime, filesize, two numbers of a device twice, namesize, check.
    let fields: [UInt32] = [
      count, mode, 0, 0, 1, 0, UInt32(content.count), 0, 0, 0, 0, UInt32(name.count), 0,
    ]
    bytes += Array("070701".utf8)
    for field in fields {
      let digits = String(field, radix: 16)
      bytes += Array((String(repeating: "0", count: 8 - digits.count) + digits).utf8)
    }
    bytes += name
    pad()
    bytes += content
    pad()
  }

  /// Header with name, and content, end at a multiple of four.
  private mutating func pad() {
    while bytes.count % 4 != 0 { bytes.append(0) }
  }
}
