// BootServer/Trail: why git did not do something.
// SPDX-License-Identifier: Apache-2.0

/// Why git did not do what it was asked to; `description` is one line.
struct GitFailure: Error, CustomStringConvertible {
  let description: String
  /// It is the disk, the rights or the program that fails, and not what the repository holds.
  var isOutside = false

  /// The C library's words, in `LC_ALL=C`, and git's own.
  private static let outside = [
    "No space left", "Out of diskspace", "write error", "Disk quota", "Permission denied",
    "Operation not permitted", "Read-only",
    "Input/output error", "Too many open files", "Cannot allocate", "out of memory",
    "unable to fork",
    "Resource temporarily unavailable", "Stale file handle", "Transport endpoint",
  ]

  init(_ description: String, isOutside: Bool) {
    self.description = description
    self.isOutside = isOutside
  }

  /// - Parameter complaint: what git said on standard error.
  init(command: String, status: Int, complaint: String) {
    let lines = complaint.split(separator: "\n")
    // What went before a `fatal:` is often the true reason, and always more of it.
    let line = lines.first { $0.hasPrefix("fatal: ") || $0.hasPrefix("error: ") } ?? lines.first
    description = "git \(command): " + TrailText.line(line.map(String.init) ?? "status \(status)")
    isOutside = status > 128 || Self.outside.contains { complaint.contains($0) }
  }
}
