// Boot/Profile: one initrd.
// SPDX-License-Identifier: Apache-2.0

/// One initrd: `"PATH"`, or `{"file": "PATH", "name": "...", "mode": "..."}`.
struct Initrd: Equatable, Sendable {
  /// The first that is there counts.
  var file: [String]
  /// The name that the booted system sees it by; empty: it is a part of its initial file system.
  var name = ""
  /// Octal digits, as iPXE's `mode=` takes them; empty: iPXE's own.
  var mode = ""
}
