// System: the kind of a file system.
// SPDX-License-Identifier: Apache-2.0

import CLinux

extension FileDescriptor {
  /// The name of a file system that others may share, or that another process does; `nil` for a disk of this
  /// machine, and where that cannot be known.
  var sharedFileSystem: String? {
    switch clinux_file_system(number) {
    case 0x6969: "NFS"
    case 0xff53_4d42, 0xfe53_4d42, 0x517b: "CIFS"
    case 0x0102_1997: "9p"
    case 0x6573_5546: "FUSE"
    case 0x00c3_6400: "Ceph"
    case 0x0bd0_0bd0: "Lustre"
    default: nil
    }
  }
}
