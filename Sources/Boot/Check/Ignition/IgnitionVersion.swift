// Boot/Check/Ignition: the version that a config states.
// SPDX-License-Identifier: Apache-2.0

import Text

/// A version of the configs that some Ignition reads.
struct IgnitionVersion: Equatable, Sendable {
  /// 2 or 3.
  let major: Int
  let minor: Int
  var isExperimental = false

  /// Whose name ends in `-experimental`: Ignition drops that with the next stable version.
  static let experimental = [
    IgnitionVersion(major: 2, minor: 5, isExperimental: true),
    IgnitionVersion(major: 3, minor: 7, isExperimental: true),
  ]
  /// The last stable minor versions, by major version.
  static let last = [2: 4, 3: 6]
  /// As a sentence names them.
  static let known = "2.0.0 to 2.4.0 and 3.0.0 to 3.6.0"

  /// What a text says as a version.
  enum Reading: Equatable {
    case known(IgnitionVersion)
    /// A version, but none that is known.
    case unknown
    /// No version: three numbers with points (semver.org).
    case none
  }

  /// Reads `3.4.0`.
  static func read(_ text: String) -> Reading {
    let bytes = Array(text.utf8)
    let end = bytes.firstIndex { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") } ?? bytes.count
    let words = bytes[..<end].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let numbers = words.compactMap { ASCII.number($0) }
    guard words.count == 3, numbers.count == 3 else { return .none }
    let isExperimental = bytes[end...].elementsEqual("-experimental".utf8)
    guard numbers[2] == 0, isExperimental || end == bytes.count else { return .unknown }
    let version = IgnitionVersion(
      major: numbers[0], minor: numbers[1], isExperimental: isExperimental)
    if isExperimental { return experimental.contains(version) ? .known(version) : .unknown }
    guard let last = last[version.major], version.minor <= last else { return .unknown }
    return .known(version)
  }

  /// `3.4.0`.
  var text: String { "\(major).\(minor).0" + (isExperimental ? "-experimental" : "") }

  /// All keys, of every minor version.
  var table: IgnitionTable { major == 2 ? IgnitionSpec2.table : IgnitionSpec3.table }
}
