// System: what a directory holds.
// SPDX-License-Identifier: Apache-2.0

import Glibc

extension OpenedFile {
  /// The entries of this directory in byte order of their names, without `.` and `..`.
  package borrowing func entries() throws(Errno) -> [DirectoryEntry] {
    try names().filter { !HiddenPlaces.isHidden($0.name) }.map { (name, type) in
      var isDirectory = type == UInt8(DT_DIR)
      if type == UInt8(DT_UNKNOWN) {
        isDirectory = (try? status(of: name).get().kind) == .directory
      }
      return DirectoryEntry(name: name, isDirectory: isDirectory)
    }.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// Every name in this directory with its status, in no order, without `.` and `..`.
  ///
  /// One system call a name.
  package borrowing func statuses() throws(Errno) -> [DirectoryStatus] {
    try names().map { DirectoryStatus(name: $0.name, status: status(of: $0.name)) }
  }

  private borrowing func status(of name: [UInt8]) -> Result<FileStatus, Errno> {
    let number = descriptor.number
    var raw = stat()
    do throws(Errno) {
      _ = try unsafe retrying(path: name + [0]) {
        unsafe fstatat(number, $0, &raw, AT_SYMLINK_NOFOLLOW)
      }
      return .success(FileStatus(raw))
    } catch {
      return .failure(error)
    }
  }

  private borrowing func names() throws(Errno) -> [(name: [UInt8], type: UInt8)] {
    let number = descriptor.number
    let duplicate = try retrying { fcntl(number, F_DUPFD_CLOEXEC, 0) }
    guard let stream = unsafe fdopendir(duplicate) else {
      let error = Errno.last
      _ = close(duplicate)
      throw error
    }
    defer { unsafe closedir(stream) }
    unsafe rewinddir(stream)
    var names: [(name: [UInt8], type: UInt8)] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe Array($0.prefix { $0 != 0 })
      }
      if name == [0x2e] || name == [0x2e, 0x2e] { continue }
      names.append((name, unsafe entry.pointee.d_type))
    }
    return names
  }
}
