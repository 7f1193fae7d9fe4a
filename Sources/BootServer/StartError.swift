// BootServer: why the server did not start.
// SPDX-License-Identifier: Apache-2.0

/// Why the server did not start; `description` is one line.
package struct StartError: Error, CustomStringConvertible {
  /// One line for standard error: what cannot be had, and what to do.
  package let description: String
}
