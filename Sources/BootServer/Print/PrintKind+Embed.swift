// BootServer/Print: iPXE that knows its server.
// SPDX-License-Identifier: Apache-2.0

extension PrintKind {
  /// The script's own `exit`, which means the disk, is iPXE's: only a script that cannot be fetched is tried again.
  static func embed(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    let url = try facts.reachableBase() + "/boot.ipxe"
    let script = """
      #!ipxe
      :begin
      dhcp || goto again
      chain --replace --autofree \(url) || goto again
      :again
      echo No address, or nothing from \(url). Again in 5 seconds.
      sleep 5
      goto begin

      """
    let made = [
      "bin/undionly.kpxe", "bin/ipxe.lkrn", "bin-x86_64-efi/snponly.efi", "bin-x86_64-efi/ipxe.efi",
    ]
    let make = """
      #!/bin/sh
      set -eu
      script=$(realpath embed.ipxe)
      test -d ipxe || git clone https://github.com/ipxe/ipxe.git
      make -C ipxe/src EMBED="$script" \(made.joined(separator: " "))

      """
    return [
      PrintedFile(
        path: "embed.ipxe", comment: .hashBelowFirst,
        about: [
          "The script inside an iPXE: it asks this server what to boot, until it is told.",
          "Where: embed.ipxe, beside build-ipxe, which puts it into iPXE.",
          "See that it works: qemu-system-x86_64 -nographic -kernel /usr/lib/ipxe/ipxe.lkrn"
            + " -initrd embed.ipxe",
        ],
        body: script),
      PrintedFile(
        path: "build-ipxe", comment: .hashBelowFirst,
        about: [
          "Builds iPXE for BIOS and UEFI with embed.ipxe inside.",
          "Where: beside embed.ipxe; it needs git, gcc, make, perl and liblzma-dev.",
          "See that it works: boot ipxe/src/bin/ipxe.lkrn, as embed.ipxe says.",
        ],
        body: make, isProgram: true),
    ]
  }
}
