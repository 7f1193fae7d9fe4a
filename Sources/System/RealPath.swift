// System: paths without links.
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Absolute paths, as realpath(3) knows them.
package enum RealPath {
  /// Where a path leads, without links, as far as there is anything; what is not there yet stays as it is.
  package static func of(_ path: String) -> String {
    if let real = unsafe realpath(path, nil) {
      defer { unsafe free(real) }
      return unsafe String(cString: real)
    }
    let names = path.split(separator: "/")
    // A directory that was removed under our feet has no path.
    guard let last = names.last, path != "." else { return path }
    let front = path.hasPrefix("/") ? "/" : names.count == 1 ? "." : ""
    let real = of(front + names.dropLast().joined(separator: "/"))
    return real == "/" ? "/\(last)" : "\(real)/\(last)"
  }
}
