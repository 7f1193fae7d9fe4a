// RealClientTests: disks that boot by themselves.
// SPDX-License-Identifier: Apache-2.0

/// What an installer writes to a machine's disk: the least that its firmware boots.
///
/// It says `DISK BOOT OK, INSTALL n` on the serial line, which nothing on the network does, and
/// switches the machine off. `n` is one digit, which the installer counts up in place.
struct BootDisk {
  let bytes: [UInt8]
  /// Where in the image the digit is.
  let counter: Int

  static func says(_ count: Int) -> String { "DISK BOOT OK, INSTALL \(count)" }

  static func `for`(_ firmware: Lab.Firmware) -> BootDisk {
    switch firmware {
    case .bios: bootSector
    case .uefi: fileSystem
    }
  }

  /// A boot sector in real mode, loaded at 0x7c00.
  private static let bootSector: BootDisk = {
    var sector: [UInt8] = [
      0x31, 0xc0, 0x8e, 0xd8, 0xfc,  // xor ax, ax; mov ds, ax; cld
      0xbe, 0x40, 0x7c,  // mov si, 0x7c40: the text
      0xac, 0x84, 0xc0, 0x74, 0x11,  // next: lodsb; test al, al; jz off
      0x88, 0xc4, 0xba, 0xfd, 0x03,  // mov ah, al; mov dx, 0x3fd
      0xec, 0xa8, 0x20, 0x74, 0xfb,  // wait: in al, dx; test al, 0x20; jz wait
      0x88, 0xe0, 0xb2, 0xf8, 0xee, 0xeb, 0xea,  // mov al, ah; mov dl, 0xf8; out dx, al; jmp next
      // off: APM, "set power state", all devices, off.
      0xb8, 0x07, 0x53, 0xbb, 0x01, 0x00, 0xb9, 0x03, 0x00,  // mov ax, 0x5307; mov bx, 1; mov cx, 3
      0xcd, 0x15, 0xf4, 0xeb, 0xfd,  // int 0x15; halt: hlt; jmp halt
    ]
    sector.pad(to: 0x40)
    let text = Array(says(0).utf8)
    let counter = sector.count + text.count - 1
    sector += text + [0x0d, 0x0a, 0]
    sector.pad(to: 510)
    return BootDisk(bytes: sector + [0x55, 0xaa], counter: counter)
  }()

  /// A FAT12 file system that fills the disk from its first sector on, with the path that UEFI
  /// boots from a disk nobody has told it of.
  private static let fileSystem: BootDisk = {
    let program = application
    var disk: [UInt8] = [0xeb, 0xfe, 0x90] + Array("TEST    ".utf8)
    disk += .number(512, 2) + [1] + .number(1, 2) + [1]  // bytes, sectors a cluster, reserved, FATs
    disk += .number(16, 2) + .number(64, 2) + [0xf8] + .number(1, 2)  // root, sectors, disk, FAT
    disk.pad(to: 510)
    disk += [0x55, 0xaa]
    // Clusters 2 and 3 are directories, 4 and 5 the program; each entry has 12 bits.
    disk += [0xf8, 0xff, 0xff, 0xff, 0xff, 0xff, 0x05, 0xf0, 0xff]
    disk.pad(to: 2 * 512)
    disk += entry("EFI        ", isDirectory: true, cluster: 2)
    disk.pad(to: 3 * 512)
    for (own, parent, below) in [(2, 0, "BOOT       "), (3, 2, "BOOTX64 EFI")] {
      disk += entry(".          ", isDirectory: true, cluster: own)
      disk += entry("..         ", isDirectory: true, cluster: parent)
      let size = own == 3 ? program.bytes.count : 0
      disk += entry(below, isDirectory: own == 2, cluster: own + 1, size: size)
      disk.pad(to: (own + 2) * 512)
    }
    let counter = disk.count + program.counter
    disk += program.bytes
    disk.pad(to: 64 * 512)
    return BootDisk(bytes: disk, counter: counter)
  }()

  private static func entry(
    _ name: String, isDirectory: Bool, cluster: Int, size: Int = 0
  ) -> [UInt8] {
    var entry = Array(name.utf8) + [isDirectory ? 0x10 : 0x20]
    entry.pad(to: 26)
    return entry + .number(cluster, 2) + .number(size, 4)
  }

  /// A UEFI application: PE32+ with one section, of two sectors together.
  private static let application: BootDisk = {
    var file = Array("MZ".utf8)
    file.pad(to: 0x3c)
    file += .number(0x40, 4) + Array("PE\0\0".utf8)
    file += .number(0x8664, 2) + .number(1, 2)  // x86-64, one section
    file.pad(to: 0x54)
    file += .number(112, 2) + .number(0x22, 2)  // the optional header's size; an executable
    file += .number(0x20b, 2) + .number(0, 2) + .number(0x200, 4)  // PE32+, size of code
    file.pad(to: 0x68)
    file += .number(0x1000, 4) + .number(0x1000, 4)  // entry, base of code
    file += .number(0, 8) + .number(0x1000, 4) + .number(0x200, 4)  // base, alignments
    file.pad(to: 0x90)
    file += .number(0x2000, 4) + .number(0x200, 4)  // size of the image, of its headers
    file.pad(to: 0x9c)
    file += .number(10, 2)  // an EFI application
    file.pad(to: 0xc8)
    file += Array(".text\0\0\0".utf8) + .number(0x200, 4) + .number(0x1000, 4)
    file += .number(0x200, 4) + .number(0x200, 4)  // size and place in the file
    file.pad(to: 0xec)
    file += .number(0x6000_0020, 4)  // code, executable, readable
    file.pad(to: 0x200)
    file += [
      0x48, 0x83, 0xec, 0x28, 0x48, 0x89, 0xd3,  // sub rsp, 40; mov rbx, rdx: the system table
      0x48, 0x8b, 0x4b, 0x40,  // mov rcx, [rbx + 0x40]: ConOut
      0x48, 0x8d, 0x15, 0x2e, 0x00, 0x00, 0x00,  // lea rdx, [rip + 0x2e]: the text
      0xff, 0x51, 0x08,  // call [rcx + 8]: OutputString
      0x48, 0x8b, 0x43, 0x58,  // mov rax, [rbx + 0x58]: RuntimeServices
      0xb9, 0x02, 0x00, 0x00, 0x00,  // mov ecx, 2: EfiResetShutdown
      0x31, 0xd2, 0x45, 0x31, 0xc0, 0x45, 0x31, 0xc9,  // xor edx, edx; r8d; r9d
      0xff, 0x50, 0x68, 0xeb, 0xfe,  // call [rax + 0x68]: ResetSystem; jmp $
    ]
    file.pad(to: 0x240)
    let text: [UInt8] = says(0).utf8.flatMap { [$0, 0] }
    let counter = file.count + text.count - 2
    file += text + [0x0d, 0, 0x0a, 0, 0, 0]
    file.pad(to: 0x400)
    return BootDisk(bytes: file, counter: counter)
  }()
}

extension [UInt8] {
  /// A number, the lowest byte first.
  fileprivate static func number(_ number: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }

  /// Fills up with zeros; in front of what has its place by the format.
  fileprivate mutating func pad(to count: Int) {
    precondition(self.count <= count, "\(self.count) bytes stand before byte \(count)")
    self += [UInt8](repeating: 0, count: count - self.count)
  }
}
