// System: whole files by their paths.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Files and directories that a program makes for itself; calls wait for the disk.
package enum Files {
  /// What could not be done, to which file, and why.
  package struct Failure: Error, Sendable, CustomStringConvertible {
    /// What was tried: `write`.
    package let action: String
    /// The file that it was tried with.
    package let path: String
    /// Why it failed.
    package let error: Errno

    /// One sentence: action, path and reason.
    package var description: String { "\(action) \(path): \(error)" }
  }

  /// Makes a directory of a name that nothing has, where `TMPDIR` says or in `/tmp`.
  ///
  /// Other users may look into it.
  package static func makeTemporaryDirectory(_ stem: String) throws(Failure) -> String {
    let parent = Process.environment("TMPDIR") ?? "/tmp"
    var template = Array("\(parent)/\(stem).XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw failed("mkdtemp", "in \(parent)") }
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard unsafe chmod(path, 0o755) == 0 else { throw failed("chmod", path) }
    return path
  }

  /// Makes a directory and those above it; does nothing where it is there.
  package static func makeDirectory(_ path: String) throws(Failure) {
    if unsafe mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/") else { throw failed("mkdir", path) }
    try makeDirectory(String(path[..<slash]))
    guard unsafe mkdir(path, 0o755) == 0 else { throw failed("mkdir", path) }
  }

  /// Opens an empty file for writing, in place of what is there.
  package static func create(_ path: String) throws(Failure) -> FileDescriptor {
    try open(path, O_WRONLY | O_CREAT | O_TRUNC)
  }

  /// Makes a file that is not there yet; not durable.
  ///
  /// - Parameter isProgram: whether all may run it.
  package static func makeNew(
    _ path: String, _ bytes: [UInt8], isProgram: Bool = false
  ) throws(Failure) {
    let file = try open(path, O_WRONLY | O_CREAT | O_EXCL)
    do throws(Errno) {
      try file.writeAll(bytes)
    } catch {
      throw Failure(action: "write", path: path, error: error)
    }
    if isProgram, fchmod(file.number, 0o755) != 0 { throw failed("chmod", path) }
  }

  /// Makes or replaces a file; not durable.
  package static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let file = try create(path)
    do throws(Errno) {
      try file.writeAll(bytes)
    } catch {
      throw Failure(action: "write", path: path, error: error)
    }
  }

  /// Reads a file whole, however large.
  package static func read(_ path: String) throws(Failure) -> [UInt8] {
    let file = try open(path, O_RDONLY)
    var all: [UInt8] = []
    do throws(Errno) {
      while true {
        let piece = try file.read(count: 1 << 20, at: Int64(all.count))
        if piece.isEmpty { return all }
        all += piece
      }
    } catch {
      throw Failure(action: "read", path: path, error: error)
    }
  }

  /// Makes a symbolic link `name` that leads to `path`.
  package static func link(_ path: String, as name: String) throws(Failure) {
    guard unsafe Glibc.link(path, name) == 0 else { throw failed("link", path) }
  }

  /// The names in a directory, in their order; none where it cannot be read.
  package static func names(in path: String) -> [String] {
    guard let directory = try? open(path, O_RDONLY | O_DIRECTORY),
      let status = try? directory.status(),
      let entries = try? OpenedFile(descriptor: directory, status: status).entries()
    else { return [] }
    return entries.map { String(decoding: $0.name, as: UTF8.self) }
  }

  /// Removes a directory and all beneath it; links are removed, not followed.
  package static func removeTree(_ path: String) {
    if unsafe unlink(path) == 0 { return }
    for name in names(in: path) { removeTree("\(path)/\(name)") }
    _ = unsafe rmdir(path)
  }

  /// Removes a file, if it is there.
  package static func remove(_ path: String) { _ = unsafe unlink(path) }

  /// Whether this process may run the file.
  package static func isExecutable(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }

  /// Whether this process may read the file.
  package static func isReadable(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }

  /// Has everything that anyone wrote reach the disk.
  package static func synchronize() { sync() }

  private static func open(_ path: String, _ flags: CInt) throws(Failure) -> FileDescriptor {
    do throws(Errno) {
      return FileDescriptor(
        owning: try retrying { unsafe Glibc.open(path, flags | O_CLOEXEC, 0o644) })
    } catch {
      throw Failure(action: "open", path: path, error: error)
    }
  }

  private static func failed(_ action: String, _ path: String) -> Failure {
    Failure(action: action, path: path, error: .last)
  }
}
