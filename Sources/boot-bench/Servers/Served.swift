// boot-bench: a file as a server has it.
// SPDX-License-Identifier: Apache-2.0

/// One of them as a server has it.
struct Served: Sendable {
  let path: String
  let length: Int
  /// The exact bytes of small ones.
  let body: [UInt8]?
}
