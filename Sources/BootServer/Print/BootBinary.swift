// BootServer/Print: which program a kind of firmware loads first.
// SPDX-License-Identifier: Apache-2.0

/// A row of the kinds of firmware, by the numbers that their DHCP question has in option 93.
///
/// The numbers are IANA's "Processor Architecture Types" (RFC 5970 section 3.3, RFC 4578 section 2.1).
struct BootBinary {
  /// For a person, and for dnsmasq's menu.
  let name: String
  /// dnsmasq's tag and Kea's class.
  let tag: String
  let architectures: [Int]
  /// Builds of iPXE below the folder, the best first.
  ///
  /// `snponly.efi` and not `ipxe.efi`: after `exit 1` Debian's `ipxe.efi`, loaded by TFTP, hangs, and
  /// `snponly.efi` goes on to the disk.
  let files: [String]
  /// What brings the first of them that is in no folder; `nil`: Debian has none.
  var package: String?
  /// As ``files``, of a build that is signed for Secure Boot.
  var signed: [String] = []

  /// By TFTP.
  static let tftp = [
    BootBinary(
      name: "PXE on BIOS", tag: "bios", architectures: [0],
      files: ["undionly.kpxe", "i386/undionly.kpxe"], package: "Debian's package ipxe",
      signed: ["undionly.kpxe"]),
    BootBinary(
      name: "PXE on 32-bit UEFI", tag: "efi-ia32", architectures: [6],
      files: ["i386/snponly.efi"]),
    BootBinary(
      name: "PXE on UEFI", tag: "efi-x64", architectures: [7, 9],
      files: ["snponly.efi", "x86_64/snponly.efi"], package: "Debian's package ipxe",
      signed: ["snponly-shim.efi"]),
    BootBinary(
      name: "PXE on 32-bit ARM", tag: "efi-arm32", architectures: [10],
      files: ["arm32/snponly.efi"]),
    BootBinary(
      name: "PXE on 64-bit ARM", tag: "efi-arm64", architectures: [11],
      files: ["arm64/snponly.efi", "ipxe-arm64.efi"], package: "Debian 13's package ipxe",
      signed: ["arm64/snponly-shim.efi"]),
  ]

  /// From a URL.
  static let http = [
    BootBinary(
      name: "HTTP Boot on UEFI", tag: "http-x64", architectures: [16],
      files: ["snponly.efi", "ipxe.efi"], package: "Debian's package ipxe",
      signed: ["snponly-shim.efi"]),
    BootBinary(
      name: "HTTP Boot on 64-bit ARM", tag: "http-arm64", architectures: [19],
      files: ["arm64/snponly.efi", "ipxe-arm64.efi"], package: "Debian 13's package ipxe",
      signed: ["arm64/snponly-shim.efi"]),
  ]

  /// The release that has the builds that Debian has not.
  static let archive = "ipxeboot.tar.gz of iPXE's releases on GitHub"

  /// The best build that is there.
  func found(in folder: String, _ exists: (String) -> Bool) -> String? {
    files.first { exists("\(folder)/\($0)") }
  }

  /// The build to get where none is there: the one that Debian has, else the best.
  var wanted: String {
    (package == nil ? nil : files.first { !$0.contains("/") }) ?? files[0]
  }

  /// Where ``wanted`` comes from, as a sentence.
  var source: String {
    package.map { "\(wanted) comes with \($0)." }
      ?? "\(wanted) is in \(Self.archive); Debian has none."
  }

  /// `PXE on UEFI (7, 9)`.
  var title: String { "\(name) (\(architectures.map(String.init).joined(separator: ", ")))" }
}
