// BootServer/Print: a machine to try it with.
// SPDX-License-Identifier: Apache-2.0

import Text

extension PrintKind {
  static let qemu = PrintKind(
    name: "qemu", parts: ["bios", "uefi"],
    meaning: "a script that boots a machine of QEMU from the data", make: qemu)

  /// QEMU's own network gives the machine its address, and the host is 10.0.2.2 in it.
  private static func qemu(_ facts: PrintFacts) throws(UsageError) -> [PrintedFile] {
    let isUEFI = facts.arguments.operands.dropFirst().first == "uefi"
    let port = facts.port
    let data = PrintFacts.absolute(facts.configuration.dataDirectory)
    // Whatever it is told elsewhere, here it serves this one machine.
    let others = facts.given.filter {
      !["--data-dir", "--listen", "--base-url", "--log-level"].contains($0.flag)
    }
    let words = [facts.program(), "--data-dir", data] + others.flatMap(\.words)
    var machine = [
      "qemu-system-x86_64 -accel ${ACCEL:-kvm} -accel tcg -m 3072 -nographic -no-reboot -boot n",
      "  -nic user,model=virtio-net-pci,bootfile=http://10.0.2.2:$port/boot.ipxe",
    ]
    if isUEFI { machine.append("  -bios \(firmware)") }
    let packages = isUEFI ? "qemu-system-x86 ipxe-qemu ovmf" : "qemu-system-x86 ipxe-qemu"
    return [
      PrintedFile(
        path: "boot-qemu", comment: .hash,
        about: [
          "Serves \(data) on 127.0.0.1:\(port), and boots a machine without a disk from it.",
          "Where: pipe it into sh. It needs Debian's packages \(packages).",
          "It works when the machine asks for a login; Ctrl-A X ends both. Without KVM: ACCEL=tcg.",
        ],
        body: """
          set -eu
          port=\(port)
          \(words.map(ShellWord.quoted).joined(separator: " ")) \\
            --listen "127.0.0.1:$port" --log-level warning &
          server=$!
          sleep 1
          kill -0 "$server" 2>/dev/null || { echo "the server did not start" >&2; exit 1; }
          trap 'kill "$server"' EXIT
          \(machine.joined(separator: " \\\n")) </dev/tty

          """)
    ]
  }

  /// Debian's, code and variables in one file.
  private static let firmware = "/usr/share/ovmf/OVMF.fd"
}
