// Boot/Script: booting a machine's own disk.
// SPDX-License-Identifier: Apache-2.0

/// Sends a machine to its own disk.
package enum LocalBootScript {
  /// - Parameter platform: as iPXE calls it; where it is not known the script asks.
  package static func render(platform: String?) -> [UInt8] {
    let bios = "sanboot --no-describe --drive 0x80 || exit 1\n"
    let efi = "exit 1\n"
    let front = "#!ipxe\necho This machine boots its own disk\n"
    switch platform {
    case "pcbios": return Array((front + bios).utf8)
    case "efi": return Array((front + efi).utf8)
    default:
      return Array((front + "iseq ${platform} efi && goto efi ||\n" + bios + ":efi\n" + efi).utf8)
    }
  }
}
