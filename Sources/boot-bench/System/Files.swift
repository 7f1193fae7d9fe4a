// boot-bench: files of the run's own.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What the benchmark does with files, whole files at a time.
enum Files {
  static func makeTemporaryDirectory() throws(Failure) -> String {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/boot-bench.XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw .system("mkdtemp in \(parent)") }
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    // nginx's workers run as another user.
    guard unsafe chmod(path, 0o755) == 0 else { throw .system("chmod \(path)") }
    return path
  }

  /// Makes a directory and those above it.
  static func makeDirectory(_ path: String) throws(Failure) {
    if unsafe mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/") else {
      throw .system("mkdir \(path)")
    }
    try makeDirectory(String(path[..<slash]))
    guard unsafe mkdir(path, 0o755) == 0 else { throw .system("mkdir \(path)") }
  }

  static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
    let file = try open(path, O_WRONLY | O_CREAT | O_TRUNC)
    defer { _ = close(file) }
    try append(bytes, to: file, path)
  }

  /// Writes `count` bytes that no other place of the file repeats.
  ///
  /// They reach the disk here, so that no write-back disturbs what is measured.
  static func writeImage(_ count: Int, to path: String) throws(Failure) {
    let file = try open(path, O_WRONLY | O_CREAT | O_TRUNC)
    defer { _ = close(file) }
    var block = [UInt8](repeating: 0, count: 1 << 20)
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15
    for index in block.indices {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      block[index] = UInt8(truncatingIfNeeded: state >> 56)
    }
    for number in 0..<count >> 20 {
      for page in stride(from: 0, to: block.count, by: 4096) {
        block[page] = UInt8(truncatingIfNeeded: number)
        block[page + 1] = UInt8(truncatingIfNeeded: number >> 8)
      }
      try append(block, to: file, path)
    }
    _ = fsync(file)
  }

  static func read(_ path: String) throws(Failure) -> [UInt8] {
    let file = try open(path, O_RDONLY)
    defer { _ = close(file) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe Glibc.read(file, &chunk, chunk.count)
      guard count >= 0 else { throw .system("read \(path)") }
      if count == 0 { return all }
      all += chunk[..<count]
    }
  }

  /// Of a log: what a program said last.
  static func lastLine(of path: String) -> String {
    let bytes = (try? read(path)) ?? []
    return bytes.split(separator: 0x0a).last.map { String(decoding: $0, as: UTF8.self) } ?? "silent"
  }

  /// Has everything reach the disk, so that no write-back disturbs what is measured.
  static func synchronize() { sync() }

  static func link(_ path: String, as name: String) throws(Failure) {
    guard unsafe Glibc.link(path, name) == 0 else { throw .system("link \(path)") }
  }

  static func names(in directory: String) -> [String] {
    guard let handle = unsafe opendir(directory) else { return [] }
    defer { unsafe _ = closedir(handle) }
    var names: [String] = []
    while let entry = unsafe readdir(handle) {
      names.append(
        unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
          unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names.filter { $0 != "." && $0 != ".." }
  }

  /// Removes a directory and all beneath it; links are removed, not followed.
  static func removeTree(_ path: String) {
    if unsafe unlink(path) == 0 { return }
    for name in names(in: path) { removeTree("\(path)/\(name)") }
    _ = unsafe rmdir(path)
  }

  static func isExecutable(_ path: String) -> Bool { unsafe access(path, X_OK) == 0 }

  private static func open(_ path: String, _ flags: CInt) throws(Failure) -> CInt {
    let file = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw .system("open \(path)") }
    return file
  }

  private static func append(_ bytes: [UInt8], to file: CInt, _ path: String) throws(Failure) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
        return unsafe Glibc.write(file, rest.baseAddress, rest.count)
      }
      guard count > 0 else { throw .system("write \(path)") }
      done += count
    }
  }
}
