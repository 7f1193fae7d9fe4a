// boot-bench: what a process costs, from /proc.
// SPDX-License-Identifier: Apache-2.0

import System

/// Reads proc(5).
enum ProcessFigures {
  /// User and system time so far, of all threads; the kernel counts it in steps of 10 ms.
  ///
  /// - Parameter withChildren: that of children too that have ended.
  static func cpuSeconds(
    of process: ProcessID, withChildren: Bool = false
  ) throws -> Double {
    let fields = try stat(of: process)
    let times = fields.dropFirst(11).prefix(withChildren ? 4 : 2).compactMap { Double($0) }
    guard times.count == (withChildren ? 4 : 2) else {
      throw Failure("/proc/\(process)/stat is not as proc(5) has it")
    }
    return times.reduce(0, +) / Process.ticksPerSecond
  }

  /// VmRSS, in bytes.
  static func residentBytes(of process: ProcessID) throws -> Int {
    try memory("VmRSS", of: process)
  }

  /// VmHWM, in bytes: the most that was resident so far.
  static func peakBytes(of process: ProcessID) throws -> Int { try memory("VmHWM", of: process) }

  private static func memory(_ key: String, of process: ProcessID) throws -> Int {
    let text = String(decoding: try Files.read("/proc/\(process)/status"), as: UTF8.self)
    for line in text.split(separator: "\n") where line.hasPrefix(key + ":") {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.count > 1, let kilobytes = Int(words[1]) { return kilobytes << 10 }
    }
    throw Failure("/proc/\(process)/status has no \(key)")
  }

  static func children(of parent: ProcessID) -> [ProcessID] {
    Files.names(in: "/proc").compactMap { Int32($0) }.map { ProcessID($0) }.filter { process in
      guard let fields = try? stat(of: process), fields.count > 1 else { return false }
      return Int32(fields[1]) == parent.number
    }
  }

  /// The fields behind the command's name, which may hold blanks: the state comes first.
  private static func stat(of process: ProcessID) throws -> [Substring] {
    let text = String(decoding: try Files.read("/proc/\(process)/stat"), as: UTF8.self)
    guard let name = text.lastIndex(of: ")") else { return [] }
    return text[text.index(after: name)...].split(separator: " ")
  }
}
