// System: what a host has, as `doctor` asks.
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// What a host has and lacks.
package enum HostFacts {
  /// Whether openat2(2) works; else links are followed step by step.
  package static var knowsOpenAt2: Bool { clinux_knows_openat2() != 0 }

  /// Where a program is that would be run by its name.
  ///
  /// - Returns: its path; `nil` where `PATH` has none that may be run.
  package static func program(_ name: String) -> String? {
    let folders = (Process.environment("PATH") ?? "/usr/bin:/bin").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { unsafe access($0, X_OK) == 0 }
  }

  /// Room on a file system, in bytes and in files.
  package struct Space: Equatable, Sendable {
    /// Bytes that this user may still write.
    package let free: Int
    /// Bytes in all.
    package let total: Int
    /// Files that may still be made; `nil` where the file system has no such limit.
    package let freeFiles: Int?

    /// For tests.
    package init(free: Int, total: Int, freeFiles: Int?) {
      self.free = free
      self.total = total
      self.freeFiles = freeFiles
    }
  }

  /// The room where a path is (statvfs(3)).
  package static func space(at path: String) throws(Errno) -> Space {
    var raw = statvfs()
    _ = try retrying { unsafe statvfs(path, &raw) }
    let unit = Int(raw.f_frsize)
    return Space(
      free: Int(raw.f_bavail) * unit, total: Int(raw.f_blocks) * unit,
      freeFiles: raw.f_files == 0 ? nil : Int(raw.f_favail))
  }
}
