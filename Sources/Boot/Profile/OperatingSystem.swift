// Boot/Profile: what is booted.
// SPDX-License-Identifier: Apache-2.0

/// An operating system whose way of booting is known.
package enum OperatingSystem: String, Sendable, CaseIterable {
  case coreos
  case flatcar
  case fedoraCoreOS = "fedora-coreos"
  case generic

  /// The architectures its images come for, the default first; in its own words.
  package var architectures: [String] {
    switch self {
    case .coreos, .flatcar: ["amd64-usr", "arm64-usr"]
    case .fedoraCoreOS: ["x86_64", "aarch64"]
    case .generic: ["x86_64", "aarch64", "amd64-usr", "arm64-usr"]
    }
  }
}
