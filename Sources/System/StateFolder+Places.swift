// System: writing at a place in a file, and what file system a state directory lies on.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

extension StateFolder {
  /// Whether the path still names the directory that was opened.
  package var isInPlace: Bool {
    guard let now = try? FileStatus.of(path: path), let ours = try? descriptor.status() else {
      return false
    }
    return now.device == ours.device && now.inode == ours.inode
  }

  /// Whether files can be made there by this process.
  package var isWritable: Bool {
    unsafe faccessat(descriptor.number, ".", W_OK, AT_EACCESS) == 0
  }

  /// The names in a folder, in no order; a name that is not UTF-8 is mended.
  package func names(in folder: String) throws(Errno) -> [String] {
    let opened = try open(folder, O_RDONLY | O_DIRECTORY)
    let duplicate = try retrying { [number = opened.number] in fcntl(number, F_DUPFD_CLOEXEC, 0) }
    guard let stream = unsafe fdopendir(duplicate) else {
      let error = Errno.last
      _ = close(duplicate)
      throw error
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    // A folder that cannot be read to its end has not been read.
    if errno != 0 { throw .last }
    return names
  }

  /// Writes all bytes at an offset; the descriptor is open only meanwhile.
  ///
  /// - Parameters:
  ///   - makes: the file is made, or emptied first.
  ///   - flushed: returns when they are on the disk.
  package func write(
    _ name: String, _ bytes: [UInt8], at offset: Int, makes: Bool, flushed: Bool
  ) throws(WriteFailure) {
    let flags = makes ? O_WRONLY | O_CREAT | O_TRUNC : O_WRONLY
    let file: FileDescriptor
    do throws(Errno) {
      file = try open(name, flags | O_NOFOLLOW, mode: 0o600)
    } catch {
      throw WriteFailure(error, hasBegun: false)
    }
    do throws(Errno) {
      try file.writeAll(bytes, at: offset)
      guard flushed else { return }
      let number = file.number
      _ = try retrying { makes ? fsync(number) : fdatasync(number) }
    } catch {
      throw WriteFailure(error, hasBegun: true)
    }
  }

  /// Cuts a file to a length, on the disk too.
  package func cut(_ name: String, to length: Int) throws(Errno) {
    let file = try open(name, O_WRONLY | O_NOFOLLOW)
    let number = file.number
    _ = try retrying { ftruncate(number, off_t(length)) }
    _ = try retrying { fsync(number) }
  }

  /// Makes a file or a folder survive a crash; `.` is the directory itself.
  package func flush(_ name: String) throws(Errno) {
    let file = try open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    let number = file.number
    _ = try retrying { fsync(number) }
  }

  /// The name of a file system that others may share, or whose writing another process does.
  package var sharedFileSystem: String? { descriptor.sharedFileSystem }

  /// Holds the directory by a lock that servers on other hosts see, until the result goes.
  ///
  /// - Returns: `nil` when somebody else holds it.
  package func lockForHosts(_ name: String) throws(Errno) -> SharedDescriptor? {
    let file = try open(name, O_RDWR | O_CREAT, mode: 0o600)
    guard clinux_lock_file(file.number) == 0 else {
      if Errno.last == .wouldBlock || Errno.last == .accessDenied { return nil }
      throw Errno.last
    }
    return SharedDescriptor(file)
  }
}

extension FileDescriptor {
  /// Writes all the bytes at an offset.
  func writeAll(_ bytes: [UInt8], at offset: Int) throws(Errno) {
    let number = number
    var done = 0
    while done < bytes.count {
      let start = done
      done += try retrying { () -> Int in
        unsafe bytes.withUnsafeBytes { buffer in
          let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[start...])
          return unsafe pwrite(number, rest.baseAddress, rest.count, off_t(offset + start))
        }
      }
    }
  }
}
