// BootServer/Init: a small Linux made of what this host has.
// SPDX-License-Identifier: Apache-2.0

import Boot
import System

/// This host's own kernel, and an initrd with busybox that asks for a login.
///
/// It runs from memory, has no network and touches no disk: it shows that a machine boots.
struct LoginSystem {
  /// Where kernels of this host are.
  var kernels = "/boot"
  /// A busybox that needs no library.
  var busybox = "/bin/busybox"

  /// Below the data directory.
  static let folder = "images/login"

  /// What lacks, as a sentence with its cure; `nil`: it can be made.
  var lack: String? {
    if kernel == nil {
      return "this host has no kernel \(kernels)/vmlinuz-* that may be read"
        + " (Debian: apt-get install linux-image-cloud-amd64)"
    }
    if !isStatic {
      return "this host has no busybox that needs no library"
        + " (Debian: apt-get install busybox-static)"
    }
    return nil
  }

  /// The newest kernel by its name; one made for virtual machines before others.
  private var kernel: String? {
    let names = Files.names(in: kernels).filter { $0.hasPrefix("vmlinuz-") }
    let cloud = names.filter { $0.contains("-cloud") }
    return (cloud.isEmpty ? names : cloud).sorted().reversed().map { "\(kernels)/\($0)" }
      .first(where: Files.isReadable)
  }

  /// Whether it is an ELF program without an interpreter (elf(5): PT_INTERP is 3).
  private var isStatic: Bool {
    guard let bytes = try? Files.read(busybox), bytes.count > 64,
      bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2])
    else { return false }
    func number(_ at: Int, _ count: Int) -> Int {
      bytes[at..<at + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    let (start, size, count) = (number(32, 8), number(54, 2), number(56, 2))
    guard size >= 4, start + size * count <= bytes.count else { return false }
    return !(0..<count).contains { number(start + size * $0, 4) == 3 }
  }

  /// Writes kernel and initrd, where they are not there.
  ///
  /// - Parameter directory: the data directory.
  func write(into directory: String) throws(CommandError) {
    let folder = "\(directory)/\(Self.folder)"
    do throws(Files.Failure) {
      guard let kernel else { return }
      try Files.makeDirectory(folder)
      try makeNew("\(folder)/vmlinuz") { () throws(Files.Failure) in try Files.read(kernel) }
      try makeNew("\(folder)/initrd.img") { () throws(Files.Failure) in
        Self.initrd(busybox: try Files.read(busybox))
      }
    } catch {
      throw CommandError("cannot \(error)")
    }
  }

  /// What is there stays.
  private func makeNew(
    _ path: String, _ content: () throws(Files.Failure) -> [UInt8]
  ) throws(Files.Failure) {
    guard (try? FileStatus.of(path: path)) == nil else { return }
    try Files.makeNew(path, try content())
  }

  static func initrd(busybox: [UInt8]) -> [UInt8] {
    var archive = CPIOArchive()
    for folder in ["bin", "dev", "etc", "proc", "root", "sys", "tmp"] { archive.addFolder(folder) }
    archive.addFile("bin/busybox", busybox, isProgram: true)
    archive.addLink("bin/sh", to: "busybox")
    archive.addLink("init", to: "bin/busybox")
    archive.addFile("etc/inittab", Array(inittab.utf8))
    archive.addFile("etc/rc", Array(start.utf8), isProgram: true)
    archive.addFile("etc/passwd", Array("root::0:0:root:/root:/bin/sh\n".utf8))
    archive.addFile("etc/group", Array("root:x:0:\n".utf8))
    archive.addFile("etc/issue", Array(issue.utf8))
    return archive.finished()
  }

  private static let inittab = """
    ::sysinit:/etc/rc
    tty1::respawn:/bin/getty 38400 tty1 linux
    ttyS0::respawn:/bin/getty -L 115200 ttyS0 vt100
    ::ctrlaltdel:/bin/reboot -f

    """

  private static let start = """
    #!/bin/sh
    /bin/busybox --install -s /bin
    mount -t proc proc /proc
    mount -t sysfs sys /sys
    mount -t devtmpfs dev /dev
    dmesg -n 1
    hostname booted

    """

  private static let issue = """

    This machine was booted by coreos-ipxe-server. It runs from memory.
    Log in as root; there is no password. poweroff -f ends it.


    """
}
