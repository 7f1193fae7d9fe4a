// BootServer/Storage: why a store cannot be used.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// Why a store cannot be opened, or trusted.
enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
  case newerFormat(path: String, version: Int)
  case usedByAnother(path: String)
  case failed(file: String, Errno)
  case notOpen
  /// Why it cannot be written yet.
  case notReady(String)

  var description: String {
    switch self {
    case .newerFormat(let path, let version):
      "\(path) was written by a newer version (its format is \(version), this version knows"
        + " \(StateFormat.present)); nothing was touched"
    case .usedByAnother(let path):
      "\(path) is used by another coreos-ipxe-server; give each its own --state-dir"
    case .failed(let file, let error): "\(file): \(error)"
    case .notOpen: "the state directory is not open"
    case .notReady(let reason): reason
    }
  }
}
