// Boot/Script: booting a machine's own disk.
// SPDX-License-Identifier: Apache-2.0

import Text

/// How a machine is sent to its own disk: `--local-boot`, and a profile's `local_boot`.
package enum LocalBoot: Equatable, Sendable {
  /// BIOS: iPXE boots the first disk. UEFI: iPXE leaves, and the firmware goes on.
  case exit
  /// iPXE boots the first disk on both.
  case sanboot
  /// An iPXE script or a program of one's own, by its URL.
  case chain(String)

  /// Reads `exit`, `sanboot` or `chain:URL`.
  ///
  /// - Returns: `nil` for anything else, and for a URL that iPXE would not take as one word.
  package init?(_ text: String) {
    switch text {
    case "exit": self = .exit
    case "sanboot": self = .sanboot
    default:
      guard text.hasPrefix("chain:") else { return nil }
      let url = text.dropFirst("chain:".count)
      let isPlain = url.utf8.allSatisfy { byte in
        (0x21...0x7e).contains(byte) && !"\"'\\$#&|;".utf8.contains(byte)
      }
      guard isPlain, url.contains("://"), !url.hasPrefix(":") else { return nil }
      self = .chain(String(url))
    }
  }

  /// What is right, for messages.
  package static let explanation = "is none of exit, sanboot, chain:URL"

  /// The script that sends a machine there.
  ///
  /// - Parameter platform: as iPXE calls it; where it is not known the script asks.
  package func script(platform: String?) -> [UInt8] {
    let front = "#!ipxe\necho This machine boots its own disk\n"
    let bios = "sanboot --no-describe --drive 0x80 || exit 1\n"
    let efi = "exit 1\n"
    switch (self, platform) {
    case (.chain(let url), _): return Array((front + "chain --autofree \(url) || exit 1\n").utf8)
    case (.sanboot, _), (.exit, "pcbios"): return Array((front + bios).utf8)
    case (.exit, "efi"): return Array((front + efi).utf8)
    case (.exit, _):
      return Array((front + "iseq ${platform} efi && goto efi ||\n" + bios + ":efi\n" + efi).utf8)
    }
  }
}
