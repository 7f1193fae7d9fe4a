// System: one owner for every descriptor.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// An open descriptor; closed when its owner goes.
package struct FileDescriptor: ~Copyable, Sendable {
  /// For system calls; good while the value lives.
  package let number: CInt

  /// Takes over a descriptor that nobody else closes.
  package init(owning number: CInt) { self.number = number }

  deinit { _ = Glibc.close(number) }

  /// Reads at most `buffer.count` bytes to the buffer's start.
  ///
  /// - Returns: how many; 0 at the end of the stream.
  package func read(into buffer: inout [UInt8]) throws(Errno) -> Int {
    let number = number
    return try retrying { () -> Int in
      unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress, $0.count) }
    }
  }

  /// Reads at most `count` bytes at `offset`, waiting for the disk if need be.
  package func read(count: Int, at offset: Int64) throws(Errno) -> [UInt8] {
    let number = number
    return try unsafe filled(count) { (buffer) -> Int in
      unsafe pread(number, buffer.baseAddress, buffer.count, off_t(offset))
    }
  }

  /// Reads at most `count` bytes at `offset`, but only what needs no disk.
  ///
  /// - Throws: ``Errno/wouldBlock`` when the bytes are not in memory, or when nobody can tell.
  package func readResident(count: Int, at offset: Int64) throws(Errno) -> [UInt8] {
    let number = number
    do {
      return try unsafe filled(count) { (buffer) -> Int in
        unsafe clinux_pread_nowait(number, buffer.baseAddress, buffer.count, off_t(offset))
      }
    } catch {
      // FUSE and some network file systems know no RWF_NOWAIT: take them for slow.
      throw error == .notSupported || error == .invalid ? .wouldBlock : error
    }
  }

  /// Whether the file system says what is in memory: FUSE and some others do not.
  package var tellsResidency: Bool {
    var byte: UInt8 = 0
    let got = unsafe clinux_pread_nowait(number, &byte, 1, 0)
    return got >= 0 || Errno.last == .wouldBlock
  }

  /// Whether `count` bytes at `offset` can very likely be read without waiting for a disk.
  ///
  /// One byte is probed every 128 KB, the kernel's usual read-ahead, and at the end.
  package func isResident(count: Int64, at offset: Int64) -> Bool {
    var probe = offset
    let last = offset + max(count, 1) - 1
    while true {
      var byte: UInt8 = 0
      let got = unsafe clinux_pread_nowait(number, &byte, 1, off_t(probe))
      if got < 0 { return false }
      if probe == last { return true }
      probe = min(probe + 128 << 10, last)
    }
  }

  /// Writes some of the bytes from `start` on.
  ///
  /// - Returns: how many were taken.
  package func write(_ bytes: [UInt8], from start: Int = 0) throws(Errno) -> Int {
    let number = number
    return try retrying { () -> Int in
      unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[start...])
        return unsafe Glibc.write(number, rest.baseAddress, rest.count)
      }
    }
  }

  /// Writes all of the bytes, and waits as long as that takes.
  package func writeAll(_ bytes: [UInt8]) throws(Errno) {
    var done = 0
    while done < bytes.count { done += try write(bytes, from: done) }
  }

  /// Has what was written reach the disk.
  package func sync() throws(Errno) {
    let number = number
    _ = try retrying { fsync(number) }
  }

  /// Reads a small file whole, wherever it is.
  ///
  /// - Throws: ``Errno/tooBig`` when it is longer than `limit` bytes.
  package static func contents(of path: String, limit: Int) throws(Errno) -> [UInt8] {
    let file = FileDescriptor(
      owning: try retrying { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) })
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      // Files of /proc come a piece at a time.
      let piece = try file.read(count: limit + 1 - bytes.count, at: Int64(bytes.count))
      if piece.isEmpty { return bytes }
      bytes += piece
    }
    throw .tooBig
  }

  /// What fstat(2) says of the open file.
  package func status() throws(Errno) -> FileStatus {
    var raw = stat()
    let number = number
    _ = try retrying { unsafe fstat(number, &raw) }
    return FileStatus(raw)
  }

  private func filled(
    _ count: Int, by read: (UnsafeMutableRawBufferPointer) -> Int
  ) throws(Errno) -> [UInt8] {
    var failure: Errno?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(Errno) {
        let raw = UnsafeMutableRawBufferPointer(buffer)
        filled = try retrying { unsafe read(raw) }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
