// RealClientTests: the Linux that test machines boot.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// Debian's cloud kernel and a small initramfs that fetches its cloud-config, prints what it got
/// between two marks on the serial line, and powers off.
///
/// A config that begins with `#!` is run, as coreos-cloudinit does: a test can bring an installer.
struct Payload {
  let kernel: Data
  let initrd: Data
  /// A second initramfs with nothing but one file.
  let extra: Data

  static let shared = Result { try Payload() }

  private init() throws {
    let kernelPath = Tool.linux.path
    kernel = try Data(contentsOf: URL(fileURLWithPath: kernelPath))
    let root = try TemporaryDirectory(["init": Self.initScript, "marker-one": "1"])
    try root.write("bin/busybox", try Data(contentsOf: URL(fileURLWithPath: Tool.busybox.path)))
    for name in ["init", "bin/busybox"] { chmod(root.path + "/" + name, 0o755) }
    try Self.addModules(Self.modules, to: root)
    initrd = try Self.archive(root)
    extra = try Self.archive(try TemporaryDirectory(["marker-two": "2"]))
  }

  /// An initramfs that says one line on the serial port, and powers off.
  static func saying(_ line: String) throws -> Data {
    let root = try TemporaryDirectory(["init": sayingScript(line)])
    try root.write("bin/busybox", try Data(contentsOf: URL(fileURLWithPath: Tool.busybox.path)))
    for name in ["init", "bin/busybox"] { chmod(root.path + "/" + name, 0o755) }
    return try archive(root)
  }

  private static func sayingScript(_ line: String) -> String {
    """
    #!/bin/busybox sh
    /bin/busybox mkdir -p /dev
    /bin/busybox mount -t devtmpfs dev /dev
    /bin/busybox printf '\\r\\n%s\\r\\n' '\(line)' >/dev/ttyS0
    /bin/busybox poweroff -f

    """
  }

  /// Puts modules of the kernel into `modules/`.
  static func addModules(_ names: [String], to root: TemporaryDirectory) throws {
    let version = String(Tool.linux.path.dropFirst("/boot/vmlinuz-".count))
    let tree = "/lib/modules/\(version)/kernel"
    let files = FileManager.default.enumerator(atPath: tree)?.compactMap { $0 as? String } ?? []
    for module in names {
      guard let file = files.first(where: { $0.hasSuffix("/\(module).ko") }) else { continue }
      try root.write(
        "modules/\(module).ko", try Data(contentsOf: URL(fileURLWithPath: tree + "/" + file)))
    }
  }

  private static func archive(_ root: TemporaryDirectory) throws -> Data {
    let file = root.path + ".cpio"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let command = "find . | cpio -o -H newc --quiet > '\(file)'"
    let result = try Program.run("/bin/sh", ["-c", command], directory: root.path)
    guard result.status == 0 else { throw ClientError(description: "cpio: \(result.output)") }
    return try Data(contentsOf: URL(fileURLWithPath: file))
  }

  /// Each after those it needs.
  static let modules = [
    "virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci",
    "failover", "net_failover", "virtio_net", "virtio_blk",
  ]

  private static let initScript = """
    #!/bin/busybox sh
    /bin/busybox mkdir -p /proc /sys /dev /sbin
    /bin/busybox --install -s /bin
    export PATH=/bin
    mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
    exec >/dev/ttyS0 2>&1 </dev/ttyS0
    for module in \(modules.joined(separator: " ")); do
      [ -f /modules/$module.ko ] && insmod /modules/$module.ko
    done
    printf '#!/bin/sh\\n[ "$1" = bound ] && ip addr add $ip/24 dev $interface\\n[ "$1" = bound ] && [ -n "$router" ] && ip route add default via $router\\n' > /bound
    chmod +x /bound
    ip link set lo up; ip link set eth0 up
    udhcpc -i eth0 -n -q -t 20 -T 1 -s /bound
    for word in $(cat /proc/cmdline); do
      case $word in
      cloud-config-url=*|ignition.config.url=*) wget -q -O /config "${word#*=}" ;;
      esac
    done
    if [ "$(head -c 2 /config)" = '#!' ]; then chmod +x /config; /config; fi
    echo
    echo "REPORT-BEGIN"
    echo "CMDLINE $(cat /proc/cmdline)"
    echo "CONFIG $(base64 /config | tr -d '\\n')"
    echo "FILES $(ls -d /marker-* | tr '\\n' ' ')"
    echo "REPORT-END"
    poweroff -f

    """
}
