// Boot/Profile: what firmware a script is for.
// SPDX-License-Identifier: Apache-2.0

/// What firmware a script is for, as the keys of a profile call it.
package enum Platform: String, Sendable, CaseIterable {
  case bios, efi

  /// - Parameter name: iPXE's `${platform}`; `nil` for one that it does not have.
  init?(ofIPXE name: String?) {
    switch name {
    case "pcbios": self = .bios
    case "efi": self = .efi
    default: return nil
    }
  }
}
